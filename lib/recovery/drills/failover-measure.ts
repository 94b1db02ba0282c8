import type { Duration, Instant } from '../../domain/time.ts';

/** `unretried` writes without the driver's retries, as an application without retryWrites does; `retried` with them. */
export type Writer = 'unretried' | 'retried';

/** One write of ours, from its start to the server's answer or the error. */
export type Attempt = {
  readonly writer: Writer;
  readonly id: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly accepted: boolean;
};

/** `until` is null where no write was accepted afterwards. */
export type Gap = { readonly from: Instant; readonly until: Instant | null };

export type FailoverTempo = {
  /** Between the end of one write and the next, by each writer. */
  readonly between: Duration;
  /** How long a first failed write is waited for. */
  readonly patience: Duration;
  /** The failover is over when all writes were accepted for so long. */
  readonly steady: Duration;
  /** Time that is reserved for reading back what was acknowledged. */
  readonly readBack: Duration;
};

export type WriterMeasure = ReturnType<typeof writerMeasure>;

export type FailoverMeasure = {
  readonly actedAt: Instant;
  readonly endedAt: Instant;
  readonly unretried: WriterMeasure;
  readonly retried: WriterMeasure;
  /** Acknowledged writes that were not there afterwards; null where they could not be read back. */
  readonly lost: number | null;
  /** From the oldest lost write's acknowledgement to the first failed write; 0 where none was lost. */
  readonly lostSpan: Duration;
  readonly interrupted: boolean;
};

/** Pure: the times in which no write of one writer was accepted: from the first failed write's start to the first accepted write's end. */
export function gapsOf(attempts: readonly Attempt[]): readonly Gap[] {
  const gaps: Gap[] = [];
  let from: Instant | null = null;
  for (const { startedAt, endedAt, accepted } of attempts) {
    if (!accepted) from ??= startedAt;
    else if (from !== null) {
      gaps.push({ from, until: endedAt });
      from = null;
    }
  }
  return from === null ? gaps : [...gaps, { from, until: null }];
}

export function writerMeasure(attempts: readonly Attempt[]) {
  const accepted = attempts.filter((attempt) => attempt.accepted);
  return {
    accepted: accepted.length,
    failed: attempts.length - accepted.length,
    gaps: gapsOf(attempts),
    // With retries, an outage shows as a wait and not as an error.
    slowest: accepted.reduce((most, { startedAt, endedAt }) => Math.max(most, endedAt - startedAt), 0),
  };
}

/** The longest gap; one that never closed lasts until the measure ended. Null where no write failed. */
export function longestGap(gaps: readonly Gap[], endedAt: Instant): Duration | null {
  return gaps.length === 0 ? null : Math.max(...gaps.map(({ from, until }) => (until ?? endedAt) - from));
}

/** Pure: is the failover over? `actedAt` is null until the primaries were restarted. */
export function isOver(attempts: readonly Attempt[], actedAt: Instant | null, now: Instant, { patience, steady }: FailoverTempo): boolean {
  if (actedAt === null) return false;
  const last = attempts.findLast(({ accepted }) => !accepted);
  if (last === undefined) return now - actedAt >= patience;
  const since = attempts.find(({ accepted, writer, endedAt }) => accepted && writer === last.writer && endedAt >= last.endedAt);
  return since !== undefined && now - since.endedAt >= steady;
}

export function lostOf(attempts: readonly Attempt[], found: ReadonlySet<string>): readonly Attempt[] {
  return attempts.filter(({ accepted, id }) => accepted && !found.has(id));
}

/** Pure: how far back the lost writes reach from the first failure. */
export function spanOfLost(attempts: readonly Attempt[], lost: readonly Attempt[]): Duration {
  if (lost.length === 0) return 0;
  const oldest = Math.min(...lost.map(({ endedAt }) => endedAt));
  const firstFailed = attempts.find(({ accepted }) => !accepted)?.startedAt ?? Math.max(...lost.map(({ endedAt }) => endedAt));
  return Math.max(0, firstFailed - oldest);
}
