import type { Snapshot } from '../domain/facts.ts';
import type { LogRecord } from '../domain/record.ts';
import { DAY, type Duration, type Instant, iso, MINUTE, spell } from '../domain/time.ts';
import type { LiveCluster, RecoveryAtlas } from '../domain/recovery-atlas.ts';

/** Plan 1.1: on-demand snapshots are kept for 90 days. */
const RETENTION_DAYS = 90;

export type OnDemand = {
  readonly atlas: RecoveryAtlas;
  readonly project: string;
  readonly cluster: string;
  readonly by: string;
  /** Longest time to wait for its completion. */
  readonly patience: Duration;
  readonly now: () => Instant;
  readonly pause: (duration: Duration) => Promise<void>;
  readonly say: (words: string) => void;
  readonly id: string;
};

/** Takes a snapshot now, kept for 90 days, and waits until it is completed. The record says how it ended. Throws `AtlasError` where it could not be asked for. */
export async function onDemandSnapshot(asked: OnDemand): Promise<LogRecord> {
  const startedAt = asked.now();
  const cluster = await asked.atlas.findCluster(asked.project, asked.cluster, startedAt + MINUTE);
  if (cluster === null) return record(asked, startedAt, null, `Atlas has no cluster ${asked.cluster} in project ${asked.project}`);
  const wanted = { description: `restorable, by ${asked.by}`.slice(0, 200), retentionDays: RETENTION_DAYS };
  const snapshot = await asked.atlas.requestSnapshot(cluster, wanted, asked.now() + MINUTE);
  asked.say(`asked for snapshot ${snapshot.id} of ${cluster.name}, kept ${RETENTION_DAYS} days`);
  const last = await completed(asked, cluster, snapshot);
  const late = `it was not completed within ${spell(asked.patience)}; it is ${last.status ?? 'in an unknown state'}`;
  return record(asked, startedAt, last, last.status === 'completed' ? null : last.status === 'failed' ? 'Atlas says that it failed' : late);
}

const BETWEEN = 15_000;

async function completed(asked: OnDemand, cluster: LiveCluster, first: Snapshot): Promise<Snapshot> {
  const until = asked.now() + asked.patience;
  let snapshot = first;
  for (let said = first.status; snapshot.status !== 'completed' && snapshot.status !== 'failed' && asked.now() < until;) {
    await asked.pause(BETWEEN);
    snapshot = await asked.atlas.snapshot(cluster, first.id, asked.now() + MINUTE);
    if (snapshot.status !== said) asked.say(`${snapshot.id}: ${(said = snapshot.status)}`);
  }
  return snapshot;
}

function record(
  { id, project, cluster, by, now }: OnDemand,
  startedAt: Instant,
  snapshot: Snapshot | null,
  trouble: string | null,
): LogRecord {
  const endedAt = now();
  const point = snapshot?.createdAt ?? null;
  const verdict =
    trouble === null ? 'passed' : snapshot === null ? 'refused' : snapshot.status === 'failed' ? 'failed' : 'could-not-verify';
  const kept = snapshot?.expiresAt ?? (point === null ? null : point + RETENTION_DAYS * DAY);
  const summary =
    trouble ??
    `snapshot ${snapshot?.id ?? ''} of ${point === null ? 'an unknown time' : iso(point)} completed${kept === null ? '' : `, kept until ${iso(kept)}`}`;
  return {
    id,
    kind: 'snapshot',
    startedAt,
    endedAt,
    subject: `${cluster} (project ${project})`,
    by,
    verdict,
    summary,
    measured: { taken: endedAt - startedAt },
    evidence: [],
    details: snapshot ? { snapshot: snapshot.id } : {},
  };
}
