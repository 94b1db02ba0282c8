import { clean, plural } from '../domain/text.ts';
import { type Duration, type Instant, MINUTE, type Timer } from '../domain/time.ts';

/** One line a kind and minute: whoever likes to can cause these, and must not fill the log. */
const SAID_EVERY: Duration = MINUTE;
/** Kinds are few and fixed; more than these would mean that one of them holds something that a sender chose. */
const MOST_KINDS = 200;
const ADDRESSES_SHOWN = 3;
const ADDRESSES_KEPT = 1_000;

/** What happened since the last line about it. */
type Count = { readonly since: Instant; times: number; readonly addresses: Set<string> };

export type CountedLines = {
  /** Says that `what` happened, with the same words for the same reason; `from`: the client's address. At once, unless something of this kind was said in the last minute. */
  readonly add: (what: string, from?: string) => void;
  /** Logs every count that is a minute old. To be called whenever a request comes: where timers stand still between requests (Vercel), nothing else does. */
  readonly flush: () => void;
  /** Logs every count, however young, since the process ends. */
  readonly end: () => void;
};

type Dependencies = {
  readonly log: (line: string) => void;
  readonly now: () => Instant;
  readonly timer: Timer;
};

/** Lines of the log that strangers can cause: the first of a kind at once, the others once a minute with their number, also if the last one came long before. */
export function createCountedLines({ log, now, timer }: Dependencies): CountedLines {
  const counts = new Map<string, Count>();
  let isTimed = false;

  const begin = (what: string): void => void counts.set(what, { since: now(), times: 0, addresses: new Set() });

  /** False where there was nothing to log. */
  function logCount(what: string, { times, addresses }: Count): boolean {
    if (times > 0) log(`${what} (${plural(times, 'more time')} within a minute${fromWords(addresses)})`);
    return times > 0;
  }

  function flush(): void {
    for (const [what, count] of counts) {
      // A clock that was set back ends the minute too.
      if (now() - count.since < SAID_EVERY && now() >= count.since) continue;
      counts.delete(what);
      // A flood that goes on gets its next line in a minute, not at once.
      if (logCount(what, count)) begin(what);
    }
    flushLater();
  }

  function flushLater(): void {
    if (isTimed || counts.size === 0) return;
    isTimed = true;
    timer(SAID_EVERY, () => {
      isTimed = false;
      flush();
    });
  }

  function add(given: string, from?: string): void {
    flush();
    const what = counts.has(clean(given)) || counts.size < MOST_KINDS ? clean(given) : 'and other things';
    const count = counts.get(what);
    if (count === undefined) {
      log(`${what}${from === undefined ? '' : ` (from ${from})`}`);
      begin(what);
    } else {
      count.times += 1;
      if (from !== undefined && count.addresses.size < ADDRESSES_KEPT) count.addresses.add(from);
    }
    flushLater();
  }

  function end(): void {
    for (const [what, count] of counts) logCount(what, count);
    counts.clear();
  }

  return { add, flush, end };
}

function fromWords(addresses: ReadonlySet<string>): string {
  if (addresses.size === 0) return '';
  const more = addresses.size - ADDRESSES_SHOWN;
  const shown = [...addresses].slice(0, ADDRESSES_SHOWN).join(', ');
  return `, from ${shown}${more > 0 ? ` and ${plural(more, 'other address', 'other addresses')}` : ''}`;
}
