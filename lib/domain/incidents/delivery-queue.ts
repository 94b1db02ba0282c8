import { addressOf } from './channel-address.ts';
import type { Delivery, Incident } from './incident.ts';
import { PRIORITIES } from '../policy/policy.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE } from '../time.ts';
import { type ChannelTable, traitsOf } from '../policy/channel-traits.ts';
import { asPast, mayHaveArrived, POINTLESS_WHEN_RESOLVED } from './delivery.ts';

/** How one attempt ended. Only the provider's documented answer is `accepted`. */
export type Outcome =
  | { readonly result: 'accepted'; readonly receipt: string | null }
  /** A definite refusal: retrying soon is useless. */
  | { readonly result: 'rejected'; readonly error: string }
  /** The message that this one ends is not there, so there is nothing to end. */
  | { readonly result: 'rootless'; readonly error: string }
  /** Definitely not accepted, but a retry may be. `retryAfter`: what the provider asked for. */
  | { readonly result: 'failed'; readonly error: string; readonly retryAfter: Duration | null }
  /** The provider may have accepted it. `retryAfter` as above, if it answered at all. */
  | { readonly result: 'unknown'; readonly error: string; readonly retryAfter?: Duration | null };

/** Contract, clause 6: first retry at the next run, then 5 min doubling to 1 h; a definite refusal hourly. */
const FIRST_WAIT: Duration = 5 * MINUTE;
const LONGEST_WAIT: Duration = HOUR;
/** A longer Retry-After is cut to this. */
const LONGEST_RETRY_AFTER: Duration = DAY;

/** How long to wait after so many attempts. */
export function backoff(attempts: number): Duration {
  return attempts <= 1 ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempts - 2));
}

/**
 * The deliveries that may be sent now, most urgent first. A message waits while another of its thread is being sent, so that a trigger or update
 * never arrives after the resolve. A Retry-After holds all messages to the same recipients.
 */
export function eligible(deliveries: readonly Delivery[], now: Instant): readonly Delivery[] {
  // Usually nothing is due, and then the rest need not be computed.
  const due = deliveries.filter((delivery) => isDue(delivery, now));
  if (due.length === 0) return [];
  const byKey = new Map(deliveries.map((delivery) => [delivery.key, delivery]));
  const busy = new Set(deliveries.filter(({ claim: is }) => is !== null).map(({ root, key }) => root ?? key));
  const held = new Set(
    deliveries.filter(({ channelHeldUntil = 0 }) => channelHeldUntil > now).map(({ channel, team }) => addressOf(channel, team)),
  );
  const free = (delivery: Delivery): boolean =>
    !(delivery.root !== null && busy.has(delivery.root)) && !held.has(addressOf(delivery.channel, delivery.team));
  return due
    .filter((delivery) => rootMayHaveArrived(delivery, byKey) && free(delivery))
    .toSorted((a, b) => a.priority.localeCompare(b.priority) || a.createdAt - b.createdAt);
}

function isDue({ claim: is, nextTryAt, state }: Delivery, now: Instant): boolean {
  return is === null && nextTryAt !== null && nextTryAt <= now && state !== 'accepted' && state !== 'cancelled';
}

function rootMayHaveArrived(delivery: Delivery, byKey: ReadonlyMap<string, Delivery>): boolean {
  const root = delivery.root === null ? undefined : byKey.get(delivery.root);
  return root === undefined || (root.claim === null && mayHaveArrived(root));
}

/** Marks deliveries as being sent by `owner`; until the claim expires no other process sends them. */
export function claim(deliveries: readonly Delivery[], keys: ReadonlySet<string>, owner: string, until: Instant): readonly Delivery[] {
  if (keys.size === 0) return deliveries;
  return deliveries.map((delivery) =>
    keys.has(delivery.key) ? { ...delivery, claim: { owner, until }, attempts: delivery.attempts + 1 } : delivery,
  );
}

/** A claim that ends later than this was made before the clock stepped back. */
const LONGEST_CLAIM: Duration = 10 * MINUTE;

/**
 * Run before deliveries are claimed. A claim that expired without an outcome becomes `unknown`: its owner died, and the provider may have the message.
 * Cancelled are: follow-ups whose first message never arrived, reminders and escalations of acknowledged incidents, whatever else of them is still owed to a
 * phone (docs/contract.md, clause 14), acknowledgements that no longer hold, and messages that have no point once all their incidents are resolved. Returns
 * the same list if nothing changes.
 */
export function sweepDeliveries(
  deliveries: readonly Delivery[],
  incidents: readonly Incident[],
  now: Instant,
  channels: ChannelTable,
): readonly Delivery[] {
  const released = deliveries.some((delivery) => isClaimExpired(delivery, now))
    ? releaseExpiredClaims(deliveries, { now, ended: resolvedIds(incidents), channels })
    : deliveries;
  const waiting = released.filter(isPending);
  if (waiting.length === 0) return released;
  const byKey = new Map(released.map((delivery) => [delivery.key, delivery]));
  const handled = new Set(incidents.filter((incident) => incident.state !== 'open').map((incident) => incident.id));
  const holding = new Set(incidents.filter((incident) => incident.state === 'acknowledged').map((incident) => incident.id));
  const ended = resolvedIds(incidents);
  const pointless = new Set(
    waiting.filter(
      (delivery) =>
        hasLostItsRoot(delivery, byKey) ||
        isNoLongerNeeded(delivery, handled, channels) ||
        isExpiredAcknowledgement(delivery, holding) ||
        isPointless(delivery, ended),
    ),
  );
  if (pointless.size === 0) return released;
  const left = released.map((delivery) =>
    pointless.has(delivery) ? { ...delivery, state: 'cancelled' as const, nextTryAt: null } : delivery,
  );
  // What followed a message that was cancelled now goes as well.
  return sweepDeliveries(left, incidents, now, channels);
}

function isClaimExpired({ claim: is }: Delivery, now: Instant): boolean {
  return is !== null && (now >= is.until || is.until - now > LONGEST_CLAIM);
}

function releaseExpiredClaims(deliveries: readonly Delivery[], outcomeContext: OutcomeContext): readonly Delivery[] {
  const { now, channels } = outcomeContext;
  const unknown: Outcome = { result: 'unknown', error: 'the run that was sending it ended without telling the outcome' };
  return deliveries.map((delivery) => {
    if (!isClaimExpired(delivery, now)) return delivery;
    const tried = applyOutcome(delivery, unknown, outcomeContext);
    // The run died, not the provider, so the message is tried again at once, unless on this channel a repeat could reach people twice.
    const waits = PRIORITIES.some((priority) => !traitsOf({ channels }, tried.channel).repeats.includes(priority));
    return tried.nextTryAt === null || waits ? tried : { ...tried, nextTryAt: now };
  });
}

function isPending({ state, claim: is }: Delivery): boolean {
  return is === null && state !== 'accepted' && state !== 'cancelled';
}

/** Reminders and escalations end once every incident was acknowledged or resolved, and so does whatever would still ring a phone. */
function isNoLongerNeeded({ kind, incidents, channel, resent }: Delivery, handled: ReadonlySet<string>, channels: ChannelTable): boolean {
  if (incidents.length === 0 || !incidents.every((id) => handled.has(id))) return false;
  if (kind === 'remind' || kind === 'escalate') return true;
  const { rings, tracksIncidents } = traitsOf({ channels }, channel);
  return (rings || tracksIncidents) && !resent && (kind === 'trigger' || kind === 'update');
}

/** The acknowledgement expired, or a rise ended it. Sent now, it would silence an incident that nobody handles. */
function isExpiredAcknowledgement({ kind, incidents }: Delivery, holding: ReadonlySet<string>): boolean {
  return kind === 'acknowledge' && !incidents.some((id) => holding.has(id));
}

function hasLostItsRoot(delivery: Delivery, byKey: ReadonlyMap<string, Delivery>): boolean {
  const root = delivery.root === null ? undefined : byKey.get(delivery.root);
  if (!root || mayHaveArrived(root)) return false;
  // Even if the follow-up was attempted: a page that PagerDuty lost, and that was not sent again, had arrived before.
  if (root.state === 'cancelled') return true;
  return delivery.kind === 'resolve' && root.state === 'rejected' && delivery.state === 'owed' && delivery.attempts === 0;
}

export function resolvedIds(incidents: readonly Incident[]): ReadonlySet<string> {
  return new Set(incidents.filter((incident) => incident.state === 'resolved').map((incident) => incident.id));
}

type OutcomeContext = { readonly now: Instant; readonly ended: ReadonlySet<string>; readonly channels: ChannelTable };

/** Pure: a delivery after an attempt ended so. */
export function applyOutcome(delivery: Delivery, outcome: Outcome, { now, ended, channels }: OutcomeContext): Delivery {
  const free = { ...delivery, claim: null };
  if (outcome.result === 'accepted')
    return { ...free, state: 'accepted', acceptedAt: now, nextTryAt: null, lastError: null, receipt: outcome.receipt ?? delivery.receipt };
  if (outcome.result === 'rootless') return asPast(free, outcome.error, now);
  const tried = { ...free, lastError: outcome.error, ambiguous: delivery.ambiguous || outcome.result === 'unknown' };
  if (isPointless(delivery, ended)) return { ...tried, state: 'cancelled', nextTryAt: null };
  if (outcome.result === 'rejected') return { ...tried, state: 'rejected', nextTryAt: now + HOUR };
  const retryAfter = retryAfterOf(outcome);
  const held = retryAfter > 0 ? { channelHeldUntil: now + Math.min(retryAfter, LONGEST_WAIT) } : {};
  // By SMS, a second message is better than none for a P0; for the rest none is better than a second (docs/contract.md, clause 6).
  if (outcome.result === 'unknown' && !traitsOf({ channels }, delivery.channel).repeats.includes(delivery.priority))
    return { ...tried, ...held, state: 'unknown', nextTryAt: null };
  return {
    ...tried,
    ...held,
    state: tried.ambiguous ? 'unknown' : 'owed',
    nextTryAt: now + Math.max(backoff(delivery.attempts), retryAfter),
  };
}

/** The provider's Retry-After; 0 if it gave none, or no finite number. */
export function retryAfterOf(outcome: Outcome): Duration {
  const retryAfter = outcome.result === 'failed' || outcome.result === 'unknown' ? (outcome.retryAfter ?? 0) : 0;
  return Number.isFinite(retryAfter) ? Math.min(retryAfter, LONGEST_RETRY_AFTER) : 0;
}

/** Are all incidents of a message resolved that would only say that they exist? */
export function isPointless({ kind, incidents }: Delivery, ended: ReadonlySet<string>): boolean {
  return POINTLESS_WHEN_RESOLVED.has(kind) && incidents.every((id) => ended.has(id));
}

/** The end of the latest Retry-After that the provider gave for any message to the same recipients; 0 if none. */
export function channelHeldUntil(deliveries: readonly Delivery[], { channel, team }: Pick<Delivery, 'channel' | 'team'>): Instant {
  return deliveries.reduce(
    (latest, other) => (other.channel === channel && other.team === team ? Math.max(latest, other.channelHeldUntil ?? 0) : latest),
    0,
  );
}
