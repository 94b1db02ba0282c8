import { sourceDetail } from '../../domain/recovery/erasure.ts';
import type { LogRecord } from '../../domain/recovery/log-record.ts';
import type { RecoveryAtlas, RestoreJob } from '../../domain/recovery/atlas-recovery.ts';
import { type Instant, iso, MINUTE, spell } from '../../domain/time.ts';
import { isLike, SHOWS_WITHIN } from '../restore-tests/restore-job.ts';
import type { RestoreAsked, RestorePlanned } from './manual-restore.ts';
import { BETWEEN_LOOKS, inWords, watched, type Watcher } from './watch-atlas.ts';

export type Following = Watcher & {
  readonly atlas: RecoveryAtlas;
  readonly asked: RestoreAsked;
  readonly planned: RestorePlanned;
  readonly id: string;
  readonly by: string;
  /** Keeps the record of the beginning, so that a process that is killed leaves one; must not throw. */
  readonly keep: (record: LogRecord) => Promise<void>;
};

type Wanted = { readonly [K in 'source' | 'target' | 'point']: NonNullable<RestorePlanned[K]> };

/**
 * Records that the restore begins, asks Atlas for it and follows it to its end. The record that is returned corrects the first one and says what
 * happened, also where Atlas refused, nobody waited, or nobody knows. Throws Error where the plan has refusals, `AtlasError` where nothing was asked yet.
 */
export async function startAndFollow(following: Following): Promise<LogRecord> {
  const { atlas, planned, now, say } = following;
  const { source, target, point, refusals } = planned;
  if (!source || !target || !point || refusals.length > 0) throw new Error(`restore: refused: ${refusals.join('; ')}`);
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

/** Asks once. Where the answer was lost, the job is looked for among the source's. */
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
    say(`no definite answer (${inWords(error)}); looking whether the restore was begun`);
    const found = await lookedFor(following, wanted, before, startedAt);
    if (found) return found;
    const why = `no definite answer (${inWords(error)}), and no such job seen: look at the restore jobs of ${wanted.source.name} before you ask again`;
    return { job: null, verdict: 'could-not-verify', why };
  }
}

async function lookedFor(
  { atlas, now, pause, stopped }: Following,
  { source, target, point }: Wanted,
  before: ReadonlySet<string>,
  startedAt: Instant,
): Promise<RestoreJob | null> {
  for (const until = now() + SHOWS_WITHIN; ;) {
    const jobs = await atlas.restoreJobs(source, now() + MINUTE).catch(() => []);
    const ours = jobs.find((job) => !before.has(job.id) && isLike(job, { target, point, at: startedAt }));
    if (ours || stopped() || now() >= until) return ours ?? null;
    await pause(BETWEEN_LOOKS);
  }
}

async function finished(following: Following, { source }: Wanted, first: RestoreJob): Promise<Ended> {
  const { atlas, now, say } = following;
  const name = `restore job ${first.id}`;
  const look = async (): Promise<RestoreJob> => {
    const job = await atlas.restoreJob(source, first.id, now() + MINUTE);
    say(`${name}: ${job.state} for ${spell(now() - first.askedAt)}`);
    return job;
  };
  const { last, lost } = await watched(first, { name, look, goesOn: ({ state }) => state === 'running' }, following);
  if (lost === null) return { job: last };
  return { job: last, verdict: 'could-not-verify', why: `Atlas no longer tells how it is (${lost}); it goes on there` };
}

type About = Pick<Following, 'asked' | 'id' | 'by' | 'now'> & { readonly planned: Pick<RestorePlanned, 'point' | 'source'> };

/** How a restore by hand ended: as its job says, or with another verdict and its reason. */
export type Ended =
  | { readonly job: RestoreJob }
  | { readonly job: RestoreJob | null; readonly verdict: 'refused' | 'could-not-verify'; readonly why: string };

const VERDICTS = {
  done: 'passed',
  running: 'interrupted',
  failed: 'failed',
  cancelled: 'could-not-verify',
  expired: 'could-not-verify',
} as const satisfies Record<RestoreJob['state'], LogRecord['verdict']>;

/** Pure: written before Atlas is asked, so that it is known that data was to be replaced, whatever becomes of this process. */
export function begunRecord(about: About, startedAt: Instant): LogRecord {
  const words = 'begun by hand; its end is a record of its own, unless this process was killed: see the restore jobs in Atlas';
  const base = baseOf(about, words);
  return { ...base, id: `${about.id}-begun`, startedAt, endedAt: startedAt, verdict: 'noted' };
}

/** The record of the end, which corrects that of the beginning. Pure but for the clock. */
export function endRecord(about: About, begun: LogRecord, ended: Ended): LogRecord {
  const { job } = ended;
  const endedAt = about.now();
  const took = (job?.finishedAt ?? endedAt) - begun.startedAt;
  const isDone = !('why' in ended) && ended.job.state === 'done';
  const base = baseOf(about, 'why' in ended ? ended.why : wordsOf(ended.job, took));
  return {
    ...base,
    startedAt: begun.startedAt,
    endedAt,
    verdict: 'why' in ended ? ended.verdict : VERDICTS[ended.job.state],
    measured: isDone ? { restore: took } : {},
    details: { ...base.details, ...(job && { 'restore job': job.id }) },
    corrects: begun.id,
  };
}

/** The record of a restore that the interlock refused before Atlas was asked. Pure but for the clock. */
export function refusedRecord(about: About, why: string): LogRecord {
  const at = about.now();
  return { ...baseOf(about, `refused: ${why}`), startedAt: at, endedAt: at, verdict: 'refused' };
}

function wordsOf({ state }: RestoreJob, took: number): string {
  return state === 'running' ? 'nobody waited for its end; it goes on in Atlas' : `${state} after ${spell(took)}`;
}

function baseOf({ asked, planned: { point, source }, id, by }: About, words: string): Omit<LogRecord, 'startedAt' | 'endedAt' | 'verdict'> {
  const to = `${asked.target.cluster} (project ${asked.target.project})`;
  return {
    id,
    kind: 'restore',
    subject: `${asked.source.cluster} (project ${asked.source.project})`,
    by,
    summary: `restore of ${point === null ? asked.to : iso(point.at)} into ${to}: ${words}`,
    measured: {},
    evidence: [],
    details: { target: to, ...(source && sourceDetail(source)), ...(point && { point: `${point.kind} ${iso(point.at)}` }) },
  };
}
