import { CLOCKS_DIFFER, type Duration, type Instant, MINUTE, spell } from '../../lib/domain/time.ts';
import { fail, type Line, pass, warn } from './line.ts';

/** `sentAt` and `receivedAt` are by our clock, `date` (whole seconds) by that of whoever answered. */
export type DatedAnswer = { readonly sentAt: Instant; readonly receivedAt: Instant; readonly date: Instant };

/** A smaller difference does not show, since ages are told in minutes. */
const NOTICEABLE: Duration = MINUTE;

/** A `fetch` that notes the `Date` of each answer. */
export function datedFetch(noted: (answer: DatedAnswer) => void, now: () => Instant): typeof fetch {
  return async (input, init) => {
    const sentAt = now();
    const answer = await fetch(input, init);
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (!Number.isNaN(date)) noted({ sentAt, receivedAt: now(), date });
    return answer;
  };
}

/** Pure: how far our clock is from Atlas's, by the fastest answer. No line without a dated answer: another line says why Atlas did not answer. */
export function clockLines(answers: readonly DatedAnswer[]): readonly Line[] {
  const [best] = answers.toSorted((a, b) => a.receivedAt - a.sentAt - (b.receivedAt - b.sentAt));
  if (best === undefined) return [];
  const ahead = aheadBy(best);
  const words = `Clock: ${spell(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} Atlas's`;
  const fix = 'let NTP set the clock of this machine';
  if (Math.abs(ahead) > CLOCKS_DIFFER)
    return [fail(`${words}: over ${spell(CLOCKS_DIFFER)}, so that ages are wrong and snapshots may not count; ${fix}`)];
  if (Math.abs(ahead) > NOTICEABLE) return [warn(`${words}: ${fix}`)];
  return [pass("Clock: within a minute of Atlas's")];
}

/** Positive if our clock is ahead; 0 if `date` may lie between `sentAt` and `receivedAt`. */
function aheadBy({ sentAt, receivedAt, date }: DatedAnswer): Duration {
  // Made at any moment of this second.
  if (sentAt >= date + 1_000) return sentAt - (date + 1_000);
  return receivedAt < date ? receivedAt - date : 0;
}
