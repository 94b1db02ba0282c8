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
  /** True once the person has had enough (Ctrl-C): Atlas goes on with the snapshot all the same. */
  readonly stopped: () => boolean;
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
  return record(asked, startedAt, ...(await completed(asked, cluster, snapshot)));
}

const BETWEEN = 15_000;
/** A failed look at a snapshot that takes minutes is no reason to lose sight of it. */
const LOOKS_THAT_MAY_FAIL = 20;

type Completed = readonly [snapshot: Snapshot, trouble: string | null, interrupted?: true];

async function completed(asked: OnDemand, cluster: LiveCluster, first: Snapshot): Promise<Completed> {
  const until = asked.now() + asked.patience;
  let [snapshot, failures] = [first, 0];
  for (let said = first.status; ;) {
    if (snapshot.status === 'completed') return [snapshot, null];
    if (snapshot.status === 'failed') return [snapshot, 'Atlas says that it failed'];
    if (asked.stopped()) return [snapshot, `snapshot ${first.id}: nobody waited for its end; it goes on in Atlas`, true];
    if (asked.now() >= until)
      return [snapshot, `it was not completed within ${spell(asked.patience)}; it is ${snapshot.status ?? 'in an unknown state'}`];
    await asked.pause(BETWEEN);
    try {
      snapshot = await asked.atlas.snapshot(cluster, first.id, asked.now() + MINUTE);
      failures = 0;
      if (snapshot.status !== said) asked.say(`${snapshot.id}: ${(said = snapshot.status)}`);
    } catch (error) {
      const words = error instanceof Error ? error.message : 'unknown error';
      if ((failures += 1) > LOOKS_THAT_MAY_FAIL) return [snapshot, `Atlas no longer tells how ${first.id} is: ${words}`];
      asked.say(`${first.id}: not seen (${words}); looking again`);
    }
  }
}

function record(
  { id, project, cluster, by, now }: OnDemand,
  startedAt: Instant,
  snapshot: Snapshot | null,
  trouble: string | null,
  interrupted?: true,
): LogRecord {
  const endedAt = now();
  const point = snapshot?.createdAt ?? null;
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
    verdict: interrupted ? 'interrupted' : verdictOf(snapshot, trouble),
    summary,
    measured: { taken: endedAt - startedAt },
    evidence: [],
    details: snapshot ? { snapshot: snapshot.id } : {},
  };
}

function verdictOf(snapshot: Snapshot | null, trouble: string | null): LogRecord['verdict'] {
  if (trouble === null) return 'passed';
  if (snapshot === null) return 'refused';
  return snapshot.status === 'failed' ? 'failed' : 'could-not-verify';
}
