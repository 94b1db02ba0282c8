import type { LogRecord } from '../domain/record.ts';
import { type Duration, type Instant, iso, MINUTE, spell } from '../domain/time.ts';
import type { RecoveryAtlas, RestoreJob } from '../domain/recovery-atlas.ts';
import type { RestoreAsked, RestorePlanned } from './manual-restore.ts';

export type Following = {
  readonly atlas: RecoveryAtlas;
  readonly asked: RestoreAsked;
  readonly planned: RestorePlanned;
  readonly id: string;
  readonly by: string;
  readonly now: () => Instant;
  readonly pause: (duration: Duration) => Promise<void>;
  readonly say: (words: string) => void;
  /** True once the person has had enough (Ctrl-C): the job goes on in Atlas all the same. */
  readonly stopped: () => boolean;
};

const BETWEEN = 15_000;
/** A failed look at a job that runs for minutes is no reason to lose sight of it. */
const LOOKS_THAT_MAY_FAIL = 20;

/** Asks Atlas for the restore and follows it to its end. The record says what happened, also where nobody waited for it. Throws `AtlasError` where it was refused. */
export async function startAndFollow(following: Following): Promise<LogRecord> {
  const { atlas, planned, now, say } = following;
  const { source, target, point } = planned;
  if (!source || !target || !point || planned.refusals.length > 0) throw new Error(`restore: refused: ${planned.refusals.join('; ')}`);
  const startedAt = now();
  const job = await atlas.requestRestore({ source, target, point }, startedAt + MINUTE);
  say(`restore job ${job.id} has begun at ${iso(startedAt)}`);
  const last = await finished(following, job);
  return recordOf(following, startedAt, last);
}

async function finished({ atlas, planned, now, pause, say, stopped }: Following, first: RestoreJob): Promise<RestoreJob> {
  let job = first;
  let failures = 0;
  while (job.state === 'running' && planned.source && !stopped()) {
    await pause(BETWEEN);
    try {
      job = await atlas.restoreJob(planned.source, first.id, now() + MINUTE);
      failures = 0;
      say(`restore job ${job.id}: ${job.state} for ${spell(now() - first.askedAt)}`);
    } catch (cause) {
      if ((failures += 1) > LOOKS_THAT_MAY_FAIL) throw cause;
      say(`restore job ${first.id}: not seen (${cause instanceof Error ? cause.message : 'unknown error'}); looking again`);
    }
  }
  return job;
}

function recordOf({ asked, planned, id, by, now }: Following, startedAt: Instant, job: RestoreJob): LogRecord {
  const endedAt = now();
  const to = `${asked.target.cluster} (project ${asked.target.project})`;
  const took = (job.finishedAt ?? endedAt) - startedAt;
  const verdicts = {
    done: 'passed',
    running: 'interrupted',
    failed: 'failed',
    cancelled: 'could-not-verify',
    expired: 'could-not-verify',
  } as const;
  const words = job.state === 'running' ? 'nobody waited for its end; it goes on in Atlas' : `${job.state} after ${spell(took)}`;
  const point = planned.point;
  return {
    id,
    kind: 'restore',
    startedAt,
    endedAt,
    subject: `${asked.source.cluster} (project ${asked.source.project})`,
    by,
    verdict: verdicts[job.state],
    summary: `restore of ${point === null ? asked.to : iso(point.at)} into ${to}: ${words}`,
    measured: job.state === 'done' ? { restore: took } : {},
    evidence: [],
    details: { target: to, 'restore job': job.id, ...(point && { point: `${point.kind} ${iso(point.at)}` }) },
  };
}
