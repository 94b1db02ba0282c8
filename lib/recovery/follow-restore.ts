import type { LogRecord } from '../domain/record.ts';
import type { RecoveryAtlas, RestoreJob } from '../domain/recovery-atlas.ts';
import { type Duration, type Instant, iso, MINUTE, spell } from '../domain/time.ts';
import { begunRecord, endRecord, type Ended } from './manual-record.ts';
import type { RestoreAsked, RestorePlanned } from './manual-restore.ts';
import { isOf } from './step-request.ts';

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
  /** Keeps the record of the beginning, so that a process that is killed leaves one; must not throw. */
  readonly keep: (record: LogRecord) => Promise<void>;
};

const BETWEEN = 15_000;
/** A failed look at a job that runs for minutes is no reason to lose sight of it. */
const LOOKS_THAT_MAY_FAIL = 20;
/** As in restore tests: a job that was asked for shows in the listing within this time, and Atlas's clock may differ from ours by so much. */
const SHOWS_WITHIN = 3 * MINUTE;
const CLOCKS_DIFFER = 5 * MINUTE;

type Wanted = { readonly [K in 'source' | 'target' | 'point']: NonNullable<RestorePlanned[K]> };

/**
 * Records that it begins, asks Atlas for the restore and follows it to its end. The record that it gives corrects the first one and says what
 * happened, also where Atlas refused, nobody waited, or nobody knows. Throws Error where the plan has refusals, `AtlasError` where nothing was asked yet.
 */
export async function startAndFollow(following: Following): Promise<LogRecord> {
  const { atlas, planned, now, say } = following;
  const { source, target, point } = planned;
  if (!source || !target || !point || planned.refusals.length > 0) throw new Error(`restore: refused: ${planned.refusals.join('; ')}`);
  const wanted = { source, target, point };
  const before = await atlas.restoreJobs(source, now() + MINUTE);
  const startedAt = now();
  const begun = begunRecord(following, startedAt);
  await following.keep(begun);
  const job = await requested(following, wanted, new Set(before.map(({ id }) => id)), startedAt);
  if ('why' in job) return endRecord(following, begun, job);
  say(`restore job ${job.id} has begun at ${iso(startedAt)}`);
  return endRecord(following, begun, await finished(following, wanted, job));
}

/** Asked for once. An answer that was lost says nothing: the job is then looked for among the source's. */
async function requested(
  following: Following,
  wanted: Wanted,
  before: ReadonlySet<string>,
  startedAt: Instant,
): Promise<RestoreJob | (Ended & { readonly why: string })> {
  const { atlas, say } = following;
  try {
    return await atlas.requestRestore(wanted, startedAt + MINUTE);
  } catch (error) {
    const refusal = atlas.refusalOf(error);
    if (refusal !== null) return { job: null, verdict: 'refused', why: `Atlas refused it: ${refusal.message}` };
    say(`no definite answer (${wordsOf(error)}); looking whether the restore was begun`);
    const found = await lookedFor(following, wanted, before, startedAt);
    if (found) return found;
    const why = `no definite answer (${wordsOf(error)}), and no such job seen: look at the restore jobs of ${wanted.source.name} before you ask again`;
    return { job: null, verdict: 'could-not-verify', why };
  }
}

async function lookedFor(
  { atlas, now, pause, stopped }: Following,
  { source, target, point }: Wanted,
  before: ReadonlySet<string>,
  startedAt: Instant,
): Promise<RestoreJob | null> {
  const isOurs = (job: RestoreJob): boolean =>
    !before.has(job.id) &&
    job.askedAt >= startedAt - CLOCKS_DIFFER &&
    job.targetProjectId === target.projectId &&
    job.targetClusterName === target.name &&
    isOf(job, point);
  for (const until = now() + SHOWS_WITHIN; ;) {
    const jobs = await atlas.restoreJobs(source, now() + MINUTE).catch(() => []);
    const ours = jobs.find(isOurs);
    if (ours || stopped() || now() >= until) return ours ?? null;
    await pause(BETWEEN);
  }
}

async function finished({ atlas, now, pause, say, stopped }: Following, { source }: Wanted, first: RestoreJob): Promise<Ended> {
  let job = first;
  for (let failures = 0; job.state === 'running' && !stopped();) {
    await pause(BETWEEN);
    try {
      job = await atlas.restoreJob(source, first.id, now() + MINUTE);
      failures = 0;
      say(`restore job ${job.id}: ${job.state} for ${spell(now() - first.askedAt)}`);
    } catch (error) {
      if ((failures += 1) > LOOKS_THAT_MAY_FAIL)
        return { job, verdict: 'could-not-verify', why: `Atlas no longer tells how it is (${wordsOf(error)}); it goes on there` };
      say(`restore job ${first.id}: not seen (${wordsOf(error)}); looking again`);
    }
  }
  return { job };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}
