import type { LogRecord } from '../domain/record.ts';
import type { RestoreJob } from '../domain/recovery-atlas.ts';
import { type Instant, iso, spell } from '../domain/time.ts';
import type { RestoreAsked, RestorePlanned } from './manual-restore.ts';

type About = {
  readonly asked: RestoreAsked;
  readonly planned: Pick<RestorePlanned, 'point'>;
  readonly id: string;
  readonly by: string;
  readonly now: () => Instant;
};

/** How a restore by hand ended: as its job says, or by a verdict of its own with the reason. */
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

/** Written before Atlas is asked: whatever becomes of this process, it is known that data was to be replaced. Pure. */
export function begunRecord(about: About, startedAt: Instant): LogRecord {
  const words = 'begun by hand; its end is a record of its own, unless this process was killed: see the restore jobs in Atlas';
  const base = baseOf(about, words);
  return { ...base, id: `${about.id}-begun`, startedAt, endedAt: startedAt, verdict: 'noted' };
}

/** The end, as a correction of the beginning. Pure but for the clock. */
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

/** A restore that the interlock refused: nothing was asked of Atlas. Pure but for the clock. */
export function refusedRecord(about: About, why: string): LogRecord {
  const at = about.now();
  return { ...baseOf(about, `refused: ${why}`), startedAt: at, endedAt: at, verdict: 'refused' };
}

function wordsOf({ state }: RestoreJob, took: number): string {
  return state === 'running' ? 'nobody waited for its end; it goes on in Atlas' : `${state} after ${spell(took)}`;
}

function baseOf({ asked, planned: { point }, id, by }: About, words: string): Omit<LogRecord, 'startedAt' | 'endedAt' | 'verdict'> {
  const to = `${asked.target.cluster} (project ${asked.target.project})`;
  return {
    id,
    kind: 'restore',
    subject: `${asked.source.cluster} (project ${asked.source.project})`,
    by,
    summary: `restore of ${point === null ? asked.to : iso(point.at)} into ${to}: ${words}`,
    measured: {},
    evidence: [],
    details: { target: to, ...(point && { point: `${point.kind} ${iso(point.at)}` }) },
  };
}
