import type { Snapshot } from '../../domain/facts/facts.ts';
import type { LogRecord } from '../../domain/recovery/log-record.ts';
import { DAY, type Duration, type Instant, iso, MINUTE, spell } from '../../domain/time.ts';
import { watched, type Watcher } from './watch-atlas.ts';
import type { LiveCluster, RecoveryAtlas } from '../../domain/recovery/atlas-recovery.ts';

/** Plan 1.1: on-demand snapshots are kept for 90 days. */
const RETENTION_DAYS = 90;

export type OnDemand = Watcher & {
  readonly atlas: RecoveryAtlas;
  readonly project: string;
  readonly cluster: string;
  readonly by: string;
  /** Longest time to wait for its completion. */
  readonly patience: Duration;
  readonly id: string;
};

/** Takes a snapshot now, kept for 90 days, and waits until it is completed. The record says how it ended. Throws `AtlasError` where it could not be asked for. */
export async function onDemandSnapshot(asked: OnDemand): Promise<LogRecord> {
  const startedAt = asked.now();
  const cluster = await asked.atlas.findCluster(asked.project, asked.cluster, startedAt + MINUTE);
  if (cluster === null)
    return record(asked, startedAt, null, 'refused', `Atlas has no cluster ${asked.cluster} in project ${asked.project}`);
  const wanted = { description: `restorewatch, by ${asked.by}`.slice(0, 200), retentionDays: RETENTION_DAYS };
  const snapshot = await asked.atlas.requestSnapshot(cluster, wanted, asked.now() + MINUTE);
  asked.say(`asked for snapshot ${snapshot.id} of ${cluster.name}, kept ${RETENTION_DAYS} days`);
  return record(asked, startedAt, ...(await completed(asked, cluster, snapshot)));
}

type Completed = readonly [snapshot: Snapshot, verdict: LogRecord['verdict'], trouble: string | null];

async function completed(asked: OnDemand, cluster: LiveCluster, first: Snapshot): Promise<Completed> {
  const { atlas, now, say, patience, stopped } = asked;
  const { id } = first;
  const until = now() + patience;
  const look = async ({ status }: Snapshot): Promise<Snapshot> => {
    const next = await atlas.snapshot(cluster, id, now() + MINUTE);
    if (next.status !== status) say(`${next.id}: ${next.status}`);
    return next;
  };
  const goesOn = ({ status }: Snapshot): boolean => status !== 'completed' && status !== 'failed' && now() < until;
  const { last, lost } = await watched(first, { name: id, look, goesOn }, asked);
  if (lost !== null) return [last, 'could-not-verify', `Atlas no longer tells how ${id} is: ${lost}`];
  if (last.status === 'completed') return [last, 'passed', null];
  if (last.status === 'failed') return [last, 'failed', 'Atlas says that it failed'];
  if (stopped()) return [last, 'interrupted', `snapshot ${id}: nobody waited for its end; it goes on in Atlas`];
  return [last, 'could-not-verify', `it was not completed within ${spell(patience)}; it is ${last.status ?? 'in an unknown state'}`];
}

function record(
  { id, project, cluster, by, now }: OnDemand,
  startedAt: Instant,
  snapshot: Snapshot | null,
  verdict: LogRecord['verdict'],
  trouble: string | null,
): LogRecord {
  const endedAt = now();
  const point = snapshot?.createdAt ?? null;
  const kept = snapshot?.expiresAt ?? (point === null ? null : point + RETENTION_DAYS * DAY);
  const summary =
    trouble ??
    `snapshot ${snapshot?.id ?? ''} of ${point === null ? 'an unknown time' : iso(point)} completed${kept === null ? '' : `, kept until ${iso(kept)}`}`;
  const [measured, details] = [{ taken: endedAt - startedAt }, snapshot ? { snapshot: snapshot.id } : {}];
  const subject = `${cluster} (project ${project})`;
  return { id, kind: 'snapshot', startedAt, endedAt, subject, by, verdict, summary, measured, evidence: [], details };
}
