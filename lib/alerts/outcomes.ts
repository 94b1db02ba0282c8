import type { Head } from '../domain/head.ts';
import type { Delivery } from '../domain/incident.ts';
import type { Duration, Instant, Timer } from '../domain/time.ts';
import { endedIds, isPointless, type Outcome, settled } from './queue.ts';

/** The head and the one way to change it, as the courier needs them. */
export type HeadAccess = {
  readonly head: () => Head;
  readonly update: (change: { readonly apply: (head: Head) => Head }) => Promise<Head>;
};

/** What came of the messages of one run, on its way into the head: whatever is told while a swap is under way goes together in the next. */
export type Outcomes = {
  /** Null: it was not begun. */
  readonly tell: (delivery: Delivery, outcome: Outcome | null) => void;
  /** Resolves when all that was told, and `change` after it, is stored, in one swap. Throws what the record throws. */
  readonly stored: (change?: (head: Head) => Head) => Promise<void>;
  /** Has a record failed? Then nothing more may be sent: nobody would know. */
  readonly failed: () => boolean;
};

type Told = { readonly delivery: Delivery; readonly outcome: Outcome | null };
type Batch = {
  readonly told: Told[];
  readonly changes: ((head: Head) => Head)[];
  readonly stored: Promise<void>;
  readonly hasten: () => void;
};
type Recording = { readonly owner: string; readonly now: () => Instant; readonly timer: Timer };

/** However long a swap takes, what was told waits no longer than this for the next: what is not recorded when a process dies is unknown. */
const GATHERED_AT_MOST: Duration = 1_000;

/**
 * A swap writes the whole head, so swaps rest for as long as the last one took: half of a sending's time at most goes into records, however many
 * messages the head owes. Whoever waits for a record ends the rest.
 */
export function openOutcomes(access: HeadAccess, recording: Recording): Outcomes {
  let open: Batch | null = null;
  let last: Promise<void> = Promise.resolve();
  let rest: Duration = 0;
  let failure: { readonly cause: unknown } | null = null;

  function gather(): Batch {
    if (open) return open;
    const [told, changes]: [Told[], ((head: Head) => Head)[]] = [[], []];
    const apply = (head: Head): Head => changes.reduce((next, change) => change(next), recorded(head, told, recording));
    const { promise: wanted, resolve: hasten } = Promise.withResolvers<void>();
    // It takes more in until the swap before it has ended and the rest is over, and then goes itself.
    const stored = last.then(async () => {
      if (rest > 0) await rested(rest, wanted, recording.timer);
      open = null;
      const begun = recording.now();
      await access.update({ apply });
      rest = Math.min(GATHERED_AT_MOST, recording.now() - begun);
    });
    last = stored.catch((cause: unknown) => void (failure ??= { cause }));
    open = { told, changes, stored, hasten };
    return open;
  }

  return {
    tell: (delivery, outcome) => void gather().told.push({ delivery, outcome }),
    stored: async (change) => {
      if (change) gather().changes.push(change);
      open?.hasten();
      await (open?.stored ?? last);
      if (failure) throw failure.cause;
    },
    failed: () => failure !== null,
  };
}

/** Ends after that long, or as soon as it is wanted. */
async function rested(rest: Duration, wanted: Promise<void>, timer: Timer): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const cancel = timer(rest, resolve);
  await Promise.race([over, wanted]);
  cancel();
}

function recorded(head: Head, told: readonly Told[], { owner, now }: Omit<Recording, 'timer'>): Head {
  const ended = endedIds(head.incidents);
  const byKey = new Map(told.map(({ delivery, outcome }) => [delivery.key, { outcome }]));
  const deliveries = head.deliveries.map((stored) => {
    const news = byKey.get(stored.key);
    if (!news || (stored.claim !== null && stored.claim.owner !== owner) || stored.state === 'accepted') return stored;
    return news.outcome === null ? givenBack(stored, ended) : settled(stored, news.outcome, { now: now(), ended });
  });
  return { ...head, deliveries };
}

/** Not begun: the claim is given back as if nothing had been tried; what has become pointless meanwhile is not sent any more. */
function givenBack(delivery: Delivery, ended: ReadonlySet<string>): Delivery {
  const free: Delivery = { ...delivery, claim: null, attempts: Math.max(0, delivery.attempts - 1) };
  return isPointless(delivery, ended) ? { ...free, state: 'cancelled', nextTryAt: null } : free;
}
