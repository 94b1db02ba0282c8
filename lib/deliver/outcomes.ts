import type { Head } from '../domain/incidents/head.ts';
import type { Delivery } from '../domain/incidents/incident.ts';
import type { ChannelTable } from '../domain/policy/channel-traits.ts';
import type { Duration, Instant, Timer } from '../domain/time.ts';
import { resolvedIds, isPointless, type Outcome, applyOutcome } from '../domain/incidents/delivery-queue.ts';

/** The head, and the only way for the sender to change it. */
export type HeadAccess = {
  readonly head: () => Head;
  readonly update: (change: { readonly apply: (head: Head) => Head }) => Promise<Head>;
};

/** The outcomes of one run on their way into the head. Those that are reported while a swap is under way go into the next one together. */
export type Outcomes = {
  /** `outcome` is null if sending was not begun. `to`: the recipient, masked; absent if the channel's recipients have no names. */
  readonly report: (delivery: Delivery, outcome: Outcome | null, to?: string) => void;
  /**
   * Resolves when all reported outcomes, and `change` after them, are stored in one swap. Throws what a swap threw, now or earlier. Then `change` is left
   * out, the outcomes of the failed swap go into the next one, and messages that were not begun are released: otherwise their claims would expire as if
   * they had been sent.
   */
  readonly stored: (change?: (head: Head) => Head) => Promise<void>;
  /** Has a swap failed? Then nothing more may be sent, because no outcome would be known. */
  readonly failed: () => boolean;
};

type Reported = { readonly delivery: Delivery; readonly outcome: Outcome | null; readonly to: string | undefined };
type Batch = {
  readonly reported: Reported[];
  readonly changes: ((head: Head) => Head)[];
  readonly hasten: () => void;
};
type Recording = {
  readonly owner: string;
  readonly now: () => Instant;
  readonly timer: Timer;
  readonly channels: ChannelTable;
  /** Has sending the delivery of this key begun? */
  readonly begun: (key: string) => boolean;
};

/** However long a swap takes, an outcome waits no longer than this for the next one: if the process dies before that, the outcome is unknown. */
const LONGEST_PAUSE: Duration = 1_000;

/**
 * A swap writes the whole head. After each one there is a pause as long as it took, so that swaps take at most half of a run's time, however many
 * messages the head owes. A caller that waits for a swap ends the pause.
 */
export function openOutcomes(access: HeadAccess, recording: Recording): Outcomes {
  let open: Batch | null = null;
  let last: Promise<void> = Promise.resolve();
  let pauseFor: Duration = 0;
  let failure: { readonly cause: unknown } | null = null;
  /** The outcomes of failed swaps: a store that works again a moment later takes them all the same. */
  let carried: readonly Reported[] = [];
  /** One more swap after the first that failed, unless one has succeeded since; all who wait share it. */
  let lastAttempt: Promise<void> | null = null;

  function openBatch(): Batch {
    if (open) return open;
    const [reported, changes]: [Reported[], ((head: Head) => Head)[]] = [[], []];
    const apply = (head: Head): Head => {
      const next = recorded(head, [...carried, ...reported], recording);
      return failure ? releaseUnbegun(next, recording) : changes.reduce((changed, change) => change(changed), next);
    };
    const { promise: awaited, resolve: hasten } = Promise.withResolvers<void>();
    // The batch takes more outcomes until the swap before it has ended and the pause is over.
    const stored = last.then(async () => {
      if (pauseFor > 0) await pause(pauseFor, awaited, recording.timer);
      open = null;
      const begun = recording.now();
      await access.update({ apply });
      carried = [];
      if (failure) lastAttempt = Promise.resolve();
      pauseFor = Math.min(LONGEST_PAUSE, recording.now() - begun);
    });
    last = stored.catch((cause: unknown) => {
      failure ??= { cause };
      carried = [...carried, ...reported];
    });
    open = { reported, changes, hasten };
    return open;
  }

  function swapOnce(): Promise<void> {
    openBatch().hasten();
    return last;
  }

  return {
    report: (delivery, outcome, to) => void openBatch().reported.push({ delivery, outcome, to }),
    stored: async (change) => {
      if (change && !failure) openBatch().changes.push(change);
      open?.hasten();
      await last;
      if (!failure) return;
      await (lastAttempt ??= swapOnce());
      throw failure.cause;
    },
    failed: () => failure !== null,
  };
}

/** Ends after the pause, or as soon as somebody waits for the swap. */
async function pause(pauseFor: Duration, awaited: Promise<void>, timer: Timer): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const cancel = timer(pauseFor, resolve);
  await Promise.race([over, awaited]);
  cancel();
}

function recorded(
  head: Head,
  reported: readonly Reported[],
  { owner, now, channels }: Pick<Recording, 'owner' | 'now' | 'channels'>,
): Head {
  const ended = resolvedIds(head.incidents);
  const byKey = new Map(reported.map(({ delivery, outcome, to }) => [delivery.key, { outcome, to }]));
  const deliveries = head.deliveries.map((stored) => {
    const found = byKey.get(stored.key);
    if (!found || (stored.claim !== null && stored.claim.owner !== owner) || stored.state === 'accepted') return stored;
    if (found.outcome !== null) return addressedTo(found.to, applyOutcome(stored, found.outcome, { now: now(), ended, channels }));
    // Released already, by a swap whose answer was lost.
    return stored.claim === null ? stored : released(stored, ended);
  });
  return { ...head, deliveries };
}

/** Recipients are numbered, and the configuration that names them may change: an accepted message keeps the name that it went to. */
function addressedTo(to: string | undefined, delivery: Delivery): Delivery {
  return to === undefined || delivery.state !== 'accepted' ? delivery : { ...delivery, to };
}

/** Releases what this run claimed and did not begin, because it begins nothing more. */
function releaseUnbegun(head: Head, { owner, begun }: Pick<Recording, 'owner' | 'begun'>): Head {
  const ended = resolvedIds(head.incidents);
  const isUnbegun = ({ key, claim }: Delivery): boolean => claim?.owner === owner && !begun(key);
  return { ...head, deliveries: head.deliveries.map((delivery) => (isUnbegun(delivery) ? released(delivery, ended) : delivery)) };
}

/** Releases a claim as if nothing had been tried; a message that has become pointless meanwhile is cancelled. */
function released(delivery: Delivery, ended: ReadonlySet<string>): Delivery {
  const free: Delivery = { ...delivery, claim: null, attempts: Math.max(0, delivery.attempts - 1) };
  return isPointless(delivery, ended) ? { ...free, state: 'cancelled', nextTryAt: null } : free;
}
