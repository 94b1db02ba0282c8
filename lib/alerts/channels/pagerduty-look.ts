import type { Channel, Letter, Outcome } from './channel.ts';
import type { PagerDutyApi } from './pagerduty-api.ts';

/**
 * A PagerDuty channel that looks before it sends what could open a page again that has ended there: a page whose first sending may have arrived,
 * and news of a page that a person, or a timer there, may have resolved since the run began. What PagerDuty shows is not sent twice, and nothing
 * goes under a key that was resolved (contract, clause 2). Where PagerDuty can't be read it is sent: a second page is better than none.
 */
export function lookingFirst(channel: Channel, ask: PagerDutyApi): Channel {
  const send = async (letter: Letter, signal: AbortSignal): Promise<Outcome> =>
    (await foundThere(letter, ask, signal)) ?? channel.send(letter, signal);
  return { ...channel, send };
}

/** What the sending came to where PagerDuty's answer decides it; null: it is to be sent. */
async function foundThere(letter: Letter, ask: PagerDutyApi, signal: AbortSignal): Promise<Outcome | null> {
  const key = letter.dedupKey ?? letter.incidents[0]?.id;
  const isPage = letter.root === null;
  if (key === undefined || !PAGING.has(letter.kind) || (isPage && !letter.ambiguous)) return null;
  const state = await ask([key], signal).then(
    (states) => states.get(key) ?? null,
    () => null,
  );
  const hasEnded = state === 'resolved' || state === 'closed';
  if (isPage) return hasEnded || state === 'triggered' || state === 'acknowledged' ? { result: 'accepted', receipt: key } : null;
  // The next comparison makes it a page of its own (closed-there.ts).
  return hasEnded ? { result: 'failed', error: 'PagerDuty: its page was resolved there meanwhile', retryAfter: null } : null;
}

/** What goes to PagerDuty as a trigger event (pagerduty-message.ts). */
const PAGING: ReadonlySet<Letter['kind']> = new Set(['trigger', 'update', 'escalate', 'remind']);
