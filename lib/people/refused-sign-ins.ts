import { HOUR, type Instant } from '../domain/time.ts';
import { processWide } from './process-wide.ts';

/** Reasons that are counted apart; the rest is "other". They name users that there are, and nothing that a stranger chose. */
const REASONS_MOST = 50;
/** Refusals go into the audit trail at most once in this time and process, since anybody can cause them. */
const WRITTEN_EVERY = HOUR;

type Refused = { counts: Map<string, number>; since: Instant; writtenAt: Instant };

function refused(): Refused {
  return processWide('refused-sign-ins', () => ({ counts: new Map(), since: 0, writtenAt: Number.NEGATIVE_INFINITY }));
}

/** Counts a refused sign-in, or a refused token, by its reason in words, as "wrong password for alice" or "GET /api/metrics: a wrong bearer". It costs the store nothing. */
export function countRefusedSignIn(reason: string, now: Instant, count = 1): void {
  const state = refused();
  if (state.counts.size === 0) state.since = now;
  const known = state.counts.has(reason) || state.counts.size < REASONS_MOST ? reason : 'other';
  state.counts.set(known, (state.counts.get(known) ?? 0) + count);
}

/** Whether something was counted, and the last entry is old enough for another one. A clock that was set back ends the hour, too. */
export function areRefusalsDue(now: Instant): boolean {
  const { counts, writtenAt } = refused();
  return counts.size > 0 && (now - writtenAt >= WRITTEN_EVERY || now < writtenAt);
}

/** What was counted since `since` and not written yet. `written` gets it and takes it out of the count; if it throws, it stays counted. */
export async function takeRefusals(
  now: Instant,
  written: (counts: ReadonlyMap<string, number>, since: Instant) => Promise<void>,
): Promise<void> {
  const state = refused();
  if (state.counts.size === 0) return;
  const { counts, since } = state;
  // Taken out first, so that what is counted meanwhile is kept.
  state.counts = new Map();
  try {
    await written(counts, since);
    state.writtenAt = now;
  } catch (error) {
    for (const [reason, count] of counts) countRefusedSignIn(reason, since, count);
    state.since = since;
    throw error;
  }
}
