import { DAY, SECOND, type Instant } from '../../lib/domain/time.ts';
import { refuse } from './atlas-access.ts';
import type { AtlasAnswer } from './atlas-http.ts';
import type { EmulatedCluster } from './atlas-model.ts';
import type { Asked, RestorePlace } from './atlas-restore-jobs.ts';
import { notFlex, type RouteContext } from './atlas-routes.ts';

/** What a request for a restore asks for, or how Atlas refuses it (codes and words of its error list; see each). */
export function askedOf(context: RouteContext): Asked | AtlasAnswer {
  const { cluster, project } = context;
  if (cluster.kind === 'flex') return notFlex(cluster);
  const target = targetOf(context);
  if ('status' in target) return target;
  const point = pointOf(context);
  return 'status' in point ? point : { source: { project, cluster }, target, ...point };
}

function targetOf({ world, body, cluster: source }: RouteContext): RestorePlace | AtlasAnswer {
  const { targetGroupId: groupId, targetClusterName: name } = body;
  const project = world.projects.find(({ id }) => id === groupId);
  if (project === undefined) return refuse(404, 'GROUP_NOT_FOUND', `No group with ID ${String(groupId)} exists.`, [groupId]);
  const cluster = project.clusters.find((one) => one.name === name && one.presence === 'listed');
  if (cluster === undefined)
    return refuse(404, 'CLUSTER_NOT_FOUND', `No cluster named ${String(name)} exists in group ${project.id}.`, [name, project.id]);
  return refusalOf(cluster, source) ?? { project, cluster };
}

function refusalOf(target: EmulatedCluster, source: EmulatedCluster): AtlasAnswer | null {
  if (target.paused) {
    const detail = 'Backup restore cannot occur on a paused cluster. Please unpause the target cluster or choose another target cluster.';
    return refuse(400, 'CLUSTER_PAUSED_CANNOT_RESTORE', detail);
  }
  if (target.stateName !== 'IDLE') {
    // The list has no code of its own for a target that is busy; this is its nearest.
    const detail = 'The update can not succeed because cluster restore is in progress. Please try again once the restore is finished.';
    return refuse(400, 'CLUSTER_RESTORE_IN_PROGRESS_CANNOT_UPDATE', detail);
  }
  // Documented as a rule, without a code of its own.
  if (target.kind !== source.kind || target.shards !== source.shards) return invalid('source and target differ in topology');
  return null;
}

function invalid(what: string): AtlasAnswer {
  return refuse(400, 'VALIDATION_ERROR', `The request content produced the validation error: ${what}.`, [what]);
}

function pointOf(context: RouteContext): Pick<Asked, 'snapshot' | 'at'> | AtlasAnswer {
  const { body } = context;
  switch (body['deliveryType']) {
    case 'automated':
      return snapshotOf(context);
    case 'pointInTime':
      return momentOf(context);
    default:
      return refuse(400, 'UNSUPPORTED_DELIVERY_METHOD', 'The specified delivery method is not supported.');
  }
}

/** One that has expired is none. */
function snapshotOf({ world, cluster, body }: RouteContext): Pick<Asked, 'snapshot' | 'at'> | AtlasAnswer {
  const { snapshotId } = body;
  cluster.sync(world.now());
  const snapshot = cluster.snapshots.find(
    ({ id, outcome, completedAt }) => id === snapshotId && outcome === 'completed' && completedAt <= world.now(),
  );
  if (snapshot !== undefined) return { snapshot, at: snapshot.createdAt };
  const detail = `No snapshot with ID ${String(snapshotId)} exists for cluster ${cluster.name}.`;
  return refuse(404, 'SNAPSHOT_NOT_FOUND', detail, [snapshotId, cluster.name]);
}

const WINDOW = 7 * DAY;

/** Inside the window of the schedule, after the first snapshot, outside of every break. */
function momentOf({ world, cluster, body }: RouteContext): Pick<Asked, 'snapshot' | 'at'> | AtlasAnswer {
  const seconds = body['pointInTimeUTCSeconds'] ?? body['oplogTs'];
  if (typeof seconds !== 'number' || !Number.isInteger(seconds)) return invalidMoment();
  const at: Instant = seconds * SECOND;
  const now = world.now();
  const broken = cluster.breaks.some(({ from, to }) => at >= from && at <= to);
  if (!cluster.pit || at > now || at < now - WINDOW || broken) return invalidMoment();
  cluster.sync(now);
  const base = cluster.snapshots.some(
    ({ createdAt, outcome, completedAt }) => outcome === 'completed' && createdAt <= at && completedAt <= now,
  );
  if (base) return { snapshot: null, at };
  const code = 'UNABLE_T0_FIND_SNAPSHOT_PRIOR_TO_PIT_RESTORE_OPTIME';
  return refuse(404, code, 'Unable to find snapshot prior to pit restore optime.');
}

function invalidMoment(): AtlasAnswer {
  return refuse(400, 'INVALID_PIT_RESTORE_TIME', 'Please provide a valid UTC time or an operation time (ts).');
}
