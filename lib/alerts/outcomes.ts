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
  /**
   * Resolves when all that was told, and `change` after it, is stored, in one swap. Throws what a record threw, now or before: then `change` is
   * left out, what that record was told goes with the next, and what nobody has begun is given back, or its claim would run out as if it were sent.
   */
  readonly stored: (change?: (head: Head) => Head) => Promise<void>;
  /** Has a record failed? Then nothing more may be sent: nobody would know. */
  readonly failed: () => boolean;
};

type Told = { readonly delivery: Delivery; readonly outcome: Outcome | null };
type Batch = {
  readonly told: Told[];
  readonly changes: ((head: Head) => Head)[];
  readonly hasten: () => void;
};
type Recording = {
  readonly owner: string;
  readonly now: () => Instant;
  readonly timer: Timer;
  /** Has sending the delivery of this key begun? */
  readonly begun: (key: string) => boolean;
};

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
  /** What failed records were told: a store that is back a moment later takes it all the same. */
  let carried: readonly Told[] = [];
  /** One more record after the first that failed, where none has succeeded since: all who wait share it. */
  let salvage: Promise<void> | null = null;

  function gather(): Batch {
    if (open) return open;
    const [told, changes]: [Told[], ((head: Head) => Head)[]] = [[], []];
    const apply = (head: Head): Head => {
      const next = recorded(head, [...carried, ...told], recording);
      return failure ? surrendered(next, recording) : changes.reduce((changed, change) => change(changed), next);
    };
    const { promise: wanted, resolve: hasten } = Promise.withResolvers<void>();
    // It takes more in until the swap before it has ended and the rest is over, and then goes itself.
    const stored = last.then(async () => {
      if (rest > 0) await rested(rest, wanted, recording.timer);
      open = null;
      const begun = recording.now();
      await access.update({ apply });
      carried = [];
      if (failure) salvage = Promise.resolve();
      rest = Math.min(GATHERED_AT_MOST, recording.now() - begun);
    });
    last = stored.catch((cause: unknown) => {
      failure ??= { cause };
      carried = [...carried, ...told];
    });
    open = { told, changes, hasten };
    return open;
  }

  function once(): Promise<void> {
    gather().hasten();
    return last;
  }

  return {
    tell: (delivery, outcome) => void gather().told.push({ delivery, outcome }),
    stored: async (change) => {
      if (change && !failure) gather().changes.push(change);
      open?.hasten();
      await last;
      if (!failure) return;
      await (salvage ??= once());
      throw failure.cause;
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

function recorded(head: Head, told: readonly Told[], { owner, now }: Pick<Recording, 'owner' | 'now'>): Head {
  const ended = endedIds(head.incidents);
  const byKey = new Map(told.map(({ delivery, outcome }) => [delivery.key, { outcome }]));
  const deliveries = head.deliveries.map((stored) => {
    const news = byKey.get(stored.key);
    if (!news || (stored.claim !== null && stored.claim.owner !== owner) || stored.state === 'accepted') return stored;
    if (news.outcome !== null) return settled(stored, news.outcome, { now: now(), ended });
    // Given back already, by a record whose answer was lost.
    return stored.claim === null ? stored : givenBack(stored, ended);
  });
  return { ...head, deliveries };
}

/** Nothing more is begun: what is claimed and was not is free for others. */
function surrendered(head: Head, { owner, begun }: Pick<Recording, 'owner' | 'begun'>): Head {
  const ended = endedIds(head.incidents);
  const isUnbegun = ({ key, claim }: Delivery): boolean => claim?.owner === owner && !begun(key);
  return { ...head, deliveries: head.deliveries.map((delivery) => (isUnbegun(delivery) ? givenBack(delivery, ended) : delivery)) };
}

/** Not begun: the claim is given back as if nothing had been tried; what has become pointless meanwhile is not sent any more. */
function givenBack(delivery: Delivery, ended: ReadonlySet<string>): Delivery {
  const free: Delivery = { ...delivery, claim: null, attempts: Math.max(0, delivery.attempts - 1) };
  return isPointless(delivery, ended) ? { ...free, state: 'cancelled', nextTryAt: null } : free;
}
