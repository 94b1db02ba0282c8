import { DAY, iso, SECOND, type Instant } from '../../lib/domain/time.ts';
import type { Json } from './atlas-json.ts';
import { objectId, type EmulatedCluster, type EmulatedProject, type EmulatedSnapshot } from './atlas-model.ts';
import type { Recovery } from './atlas-restore.ts';
import { DAMAGES, damaged, type Damage } from './atlas-restore-damage.ts';

/** `yesterday`: the data of the day before is restored, and nobody told. */
export type RestoreFault = 'job-fails' | 'job-never-ends' | 'job-expires' | 'yesterday' | Damage;

export type RestorePlace = { readonly project: EmulatedProject; readonly cluster: EmulatedCluster };

export type EmulatedJob = {
  readonly id: string;
  readonly askedAt: Instant;
  readonly source: RestorePlace;
  readonly target: RestorePlace;
  /** The target's name when it was asked for. */
  readonly targetName: string;
  /** Null for a moment. */
  readonly snapshot: EmulatedSnapshot | null;
  /** The data time. */
  readonly at: Instant;
  readonly faults: ReadonlySet<RestoreFault>;
  state: 'running' | 'done' | 'failed' | 'expired';
  finishedAt: Instant | null;
  /** The namespace that a fault damaged. */
  damaged: string | null;
};

export type Asked = Pick<EmulatedJob, 'source' | 'target' | 'snapshot' | 'at'>;

/** Begins a job: the target is busy, the event says so, and the end is on the agenda. */
export function begin(recovery: Recovery, asked: Asked, now: Instant): EmulatedJob {
  const job: EmulatedJob = {
    ...asked,
    id: objectId(now),
    askedAt: now,
    targetName: asked.target.cluster.name,
    faults: new Set(recovery.faults),
    state: 'running',
    finishedAt: null,
    damaged: null,
  };
  const { project, cluster } = job.target;
  recovery.jobs.push(job);
  cluster.stateName = 'UPDATING';
  // Atlas's audit views carry no cluster (docs/facts/atlas.md §6). Whose feed it is in is not documented: here, that of what was written to.
  project.addEvent('CPS_RESTORE_REQUESTED_AUDIT', 0, { hiddenCluster: cluster.name });
  if (!job.faults.has('job-never-ends')) recovery.agenda.at(now + recovery.restoreTakes, (at) => end(recovery, job, at));
  return job;
}

async function end(recovery: Recovery, job: EmulatedJob, at: Instant): Promise<void> {
  const { project, cluster } = job.target;
  if (job.faults.has('job-expires')) job.state = 'expired';
  else job.state = job.faults.has('job-fails') || !(await copy(recovery, job)) ? 'failed' : 'done';
  cluster.stateName = 'IDLE';
  if (job.state === 'expired') return;
  job.finishedAt = at;
  const type = job.state === 'done' ? 'CPS_RESTORE_SUCCESSFUL' : 'CPS_RESTORE_FAILED';
  project.addEvent(type, project.age(at), { clusterId: cluster.id, clusterName: cluster.name });
}

/** Puts the data into the target, where both have any; false where nothing was ever marked for that time. */
async function copy({ data }: Recovery, job: EmulatedJob): Promise<boolean> {
  const { source, target, at, faults } = job;
  if (source.cluster.mongo === null || target.cluster.mongo === null) return true;
  const whole = faults.has('yesterday') ? data.dayBefore(source.cluster, at) : data.stateAt(source.cluster, at);
  if (whole === null) return false;
  let content = whole;
  for (const damage of DAMAGES) {
    if (!faults.has(damage)) continue;
    const left = damaged(content, damage);
    content = left.content;
    job.damaged = left.namespace;
  }
  await data.write(target.cluster.mongo, content);
  return true;
}

/** As Atlas answers: no state and no start, but the id's (docs/facts/atlas.md §5). */
export function jobJson(job: EmulatedJob): Json {
  const { id, snapshot, at, target, targetName, state, finishedAt, askedAt } = job;
  const moment = { deliveryType: 'pointInTime', pointInTimeUTCSeconds: at / SECOND, desiredTimestamp: { date: iso(at) } };
  const ofSnapshot = { deliveryType: 'automated', snapshotId: snapshot?.id, timestamp: iso(at) };
  return {
    id,
    ...(snapshot === null ? moment : ofSnapshot),
    targetGroupId: target.project.id,
    targetClusterName: targetName,
    cancelled: false,
    failed: state === 'failed',
    expired: state === 'expired',
    ...(finishedAt === null ? {} : { finishedAt: iso(finishedAt) }),
    ...(state === 'expired' ? { expiresAt: iso(askedAt + DAY) } : {}),
    deliveryUrl: [],
    links: [],
  };
}
