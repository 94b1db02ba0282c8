import { DAY, SECOND, type Instant } from '../../lib/domain/time.ts';
import { refuse } from './atlas-access.ts';
import type { AtlasAnswer } from './atlas-http.ts';
import { clusterJson, flexClusterJson, flexSnapshotJson, snapshotJson } from './atlas-json.ts';
import { DATA_AFTER, type EmulatedCluster, type EmulatedSnapshot } from './atlas-model.ts';
import { fine, page } from './atlas-page.ts';
import { begin, jobJson } from './atlas-restore-jobs.ts';
import { OUTAGE_ROUTES } from './atlas-restore-outage.ts';
import { askedOf } from './atlas-restore-request.ts';
import { CLUSTER, FLEX, notFlex, onlyFlex, route, SINGLE, type Route, type RouteContext } from './atlas-routes.ts';

const ID = '(?<id>[0-9a-f]{24})';
const POST = { method: 'POST', restoreOnly: true, paged: false } as const;
const RESTORE_FIELDS = ['deliveryType', 'snapshotId', 'targetGroupId', 'targetClusterName', 'pointInTimeUTCSeconds', 'oplogTs', 'oplogInc'];

/** What recovery asks for besides what the watch does. */
export const RESTORE_ROUTES: readonly Route[] = [
  route(CLUSTER, '2024-08-05', 'clusters', oneCluster, SINGLE),
  route(FLEX, '2024-11-13', 'flex', oneFlexCluster, SINGLE),
  route(CLUSTER, '2024-10-23', 'clusters', pause, { method: 'PATCH', restoreOnly: true, paged: false, fields: ['paused'] }),
  route(`${CLUSTER}/restartPrimaries`, '2023-02-01', 'clusters', restartPrimaries, POST),
  route(`${CLUSTER}/backup/snapshots/${ID}`, '2023-01-01', 'backup', (context) => oneSnapshot(context, 'replicaSet'), SINGLE),
  route(`${CLUSTER}/backup/snapshots/shardedCluster/${ID}`, '2023-01-01', 'backup', (context) => oneSnapshot(context, 'sharded'), SINGLE),
  route(`${FLEX}/backup/snapshots/${ID}`, '2024-11-13', 'flex', oneFlexSnapshot, SINGLE),
  route(`${CLUSTER}/backup/snapshots`, '2023-01-01', 'backup', takeSnapshot, { ...POST, fields: ['description', 'retentionInDays'] }),
  route(`${CLUSTER}/backup/restoreJobs`, '2023-01-01', 'backup', listJobs, { restoreOnly: true }),
  route(`${CLUSTER}/backup/restoreJobs/${ID}`, '2023-01-01', 'backup', oneJob, { restoreOnly: true, paged: false }),
  route(`${CLUSTER}/backup/restoreJobs`, '2023-01-01', 'backup', createJob, { ...POST, fields: RESTORE_FIELDS }),
  route(`${CLUSTER}/search/indexes`, '2024-05-30', 'search', searchIndexes, SINGLE),
  ...OUTAGE_ROUTES,
];

function searchIndexes({ world, cluster }: RouteContext): AtlasAnswer {
  const { searchIndexes: listed } = world.recovery;
  if (listed === null) return refuse(403, 'USER_UNAUTHORIZED', 'Current user is not authorized to perform this action.');
  return fine(listed.get(cluster) ?? []);
}

function oneCluster({ world, cluster, project }: RouteContext): AtlasAnswer {
  if (cluster.kind === 'flex') return notFlex(cluster);
  if (cluster.presence !== 'listed')
    return refuse(404, 'CLUSTER_NOT_FOUND', `No cluster named ${cluster.name} exists in group ${project.id}.`, [cluster.name, project.id]);
  const answer = fine(clusterJson(cluster, project.id));
  world.recovery.wasRead(cluster);
  return answer;
}

function oneFlexCluster({ cluster, project }: RouteContext): AtlasAnswer {
  return cluster.kind === 'flex' ? fine(flexClusterJson(cluster, project.id)) : onlyFlex(cluster);
}

function pause({ cluster, project, body }: RouteContext): AtlasAnswer {
  if (cluster.kind === 'flex') return notFlex(cluster);
  if (typeof body['paused'] !== 'boolean')
    return refuse(400, 'VALIDATION_ERROR', 'The request content produced the validation error: paused.');
  if (cluster.stateName !== 'IDLE') return restoring();
  cluster.paused = body['paused'];
  return fine(clusterJson(cluster, project.id));
}

function restoring(): AtlasAnswer {
  const detail = 'The update can not succeed because cluster restore is in progress. Please try again once the restore is finished.';
  return refuse(400, 'CLUSTER_RESTORE_IN_PROGRESS_CANNOT_UPDATE', detail);
}

const RESTART_TAKES = 60 * SECOND;

function restartPrimaries({ world, cluster, project }: RouteContext): AtlasAnswer {
  const { recovery, now } = world;
  if (cluster.kind === 'flex' || cluster.kind === 'free')
    return refuse(400, 'TENANT_CLUSTER_TEST_FAILOVER_NOT_SUPPORTED', 'Test failover not supported on tenant clusters.');
  if ((recovery.restarts.get(cluster) ?? 0) > now())
    return refuse(400, 'CLUSTER_RESTART_IN_PROGRESS', 'A failover test is already in progress.');
  if (cluster.stateName !== 'IDLE' || cluster.paused) {
    const detail = 'The failover test cannot begin, as not all servers in this cluster are in a healthy state.';
    return refuse(400, 'CLUSTER_RESTART_INVALID', detail);
  }
  recovery.restarts.set(cluster, now() + RESTART_TAKES);
  project.addEvent('TEST_FAILOVER_REQUESTED', 0, { clusterName: cluster.name });
  recovery.agenda.at(
    now() + 5 * SECOND,
    (at) => void project.addEvent('PRIMARY_ELECTED', project.age(at), { hiddenCluster: cluster.name }),
  );
  recovery.onRestart?.(cluster);
  return { status: 200, body: '', headers: {} };
}

function snapshotOf({ world, cluster, id }: RouteContext): EmulatedSnapshot | AtlasAnswer {
  cluster.sync(world.now());
  const found = cluster.snapshots.find((one) => one.id === id && one.requestedAt <= world.now());
  return found ?? refuse(404, 'SNAPSHOT_NOT_FOUND', `No snapshot with ID ${id} exists for cluster ${cluster.name}.`, [id, cluster.name]);
}

function oneSnapshot(context: RouteContext, kind: 'replicaSet' | 'sharded'): AtlasAnswer {
  const { world, cluster, id } = context;
  if (cluster.kind === 'flex') return notFlex(cluster);
  const found = snapshotOf(context);
  if ('body' in found) return found;
  if (cluster.kind !== kind) return refuse(404, 'SNAPSHOT_NOT_FOUND', `No snapshot with ID ${id} exists for cluster ${cluster.name}.`);
  return fine(snapshotJson(found, cluster, world.now()));
}

function oneFlexSnapshot(context: RouteContext): AtlasAnswer {
  if (context.cluster.kind !== 'flex') return onlyFlex(context.cluster);
  const found = snapshotOf(context);
  return 'body' in found ? found : fine(flexSnapshotJson(found, context.world.now()));
}

function takeSnapshot({ world, cluster, project, body }: RouteContext): AtlasAnswer {
  const { recovery } = world;
  const { retentionInDays: days, description } = body;
  if (cluster.kind === 'flex') return notFlex(cluster);
  if (!cluster.backup) return refuse(404, 'BACKUP_CONFIG_NOT_FOUND', `No backup configuration exists for cluster ${cluster.name}.`);
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || (description !== undefined && typeof description !== 'string'))
    return refuse(400, 'VALIDATION_ERROR', 'The request content produced the validation error: retentionInDays or description.');
  const now = world.now();
  if (cluster.snapshots.some((one) => one.type === 'onDemand' && one.requestedAt <= now && one.completedAt > now))
    return refuse(400, 'UNFINISHED_ON_DEMAND_SNAPSHOT', 'Another on-demand snapshot is queued or in progress.');
  const made = onDemand(cluster, now, days, description);
  project.addEvent('CPS_ON_DEMAND_SNAPSHOT_REQUESTED', 0, { hiddenCluster: cluster.name });
  // What is in the cluster at its data time is what it holds.
  if (cluster.mongo !== null)
    recovery.agenda.at(made.createdAt, async (at) => {
      await recovery.data.mark(cluster, at);
    });
  return fine(snapshotJson(made, cluster, now));
}

function onDemand(cluster: EmulatedCluster, now: Instant, days: number, description: string | undefined): EmulatedSnapshot {
  const said = {
    type: 'onDemand',
    frequency: 'ondemand',
    expiresAt: now + days * DAY,
    ...(description === undefined ? {} : { description }),
  } as const;
  return cluster.add(cluster.snapshot(now + DATA_AFTER, said));
}

function listJobs(context: RouteContext): AtlasAnswer {
  const { world, cluster } = context;
  if (cluster.kind === 'flex') return notFlex(cluster);
  const own = world.recovery.jobs.filter(({ source }) => source.cluster === cluster);
  return page(context, own.toReversed().map(jobJson));
}

function oneJob({ world, cluster, id }: RouteContext): AtlasAnswer {
  const job = world.recovery.jobs.find((one) => one.id === id && one.source.cluster === cluster);
  if (job === undefined) {
    return refuse(404, 'RESTORE_JOB_NOT_FOUND', `No restore job with ID ${id} exists for cluster ${cluster.name}.`, [id, cluster.name]);
  }
  return fine(jobJson(job));
}

function createJob(context: RouteContext): AtlasAnswer {
  const asked = askedOf(context);
  return 'status' in asked ? asked : fine(jobJson(begin(context.world.recovery, asked, context.world.now())));
}
