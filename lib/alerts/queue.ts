import { addressOf } from '../domain/address.ts';
import type { Delivery, Incident } from '../domain/incident.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE } from '../domain/time.ts';
import { mayHaveArrived, POINTLESS_WHEN_RESOLVED } from './delivery.ts';

/** What one attempt came to. Only the provider's documented answer is `accepted`. */
export type Outcome =
  | { readonly result: 'accepted'; readonly receipt: string | null }
  /** A definite refusal: trying the same again soon is no use. */
  | { readonly result: 'rejected'; readonly error: string }
  /** Definitely not taken, but may be later. `retryAfter` is what the provider asked for. */
  | { readonly result: 'failed'; readonly error: string; readonly retryAfter: Duration | null }
  /** No answer that tells: the provider may have it. `retryAfter` as above, where it answered at all. */
  | { readonly result: 'unknown'; readonly error: string; readonly retryAfter?: Duration | null };

/** Contract, clause 6: first retry at the next run, then 5 min doubling to 1 h; a definite refusal hourly. */
const FIRST_WAIT: Duration = 5 * MINUTE;
const LONGEST_WAIT: Duration = HOUR;
/** A provider that asks for more is not believed. */
const LONGEST_RETRY_AFTER: Duration = DAY;

/** Pure: when to try again after `attempts` attempts. */
export function backoff(attempts: number): Duration {
  return attempts <= 1 ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempts - 2));
}

/**
 * Pure: the deliveries that may be sent now, most urgent first. A message of the same thread that is under way must land, or fail, first: a
 * trigger, or an update under its key, must never overtake its resolve. A provider that asked to be left alone (Retry-After) is, by all of them.
 */
export function eligible(deliveries: readonly Delivery[], now: Instant): readonly Delivery[] {
  // Most of a head is done: what follows is as long as what is due, not as the head.
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
    .filter((delivery) => mayFollow(delivery, byKey) && free(delivery))
    .toSorted((a, b) => a.priority.localeCompare(b.priority) || a.createdAt - b.createdAt);
}

function isDue({ claim: is, nextTryAt, state }: Delivery, now: Instant): boolean {
  return is === null && nextTryAt !== null && nextTryAt <= now && state !== 'accepted' && state !== 'cancelled';
}

function mayFollow(delivery: Delivery, byKey: ReadonlyMap<string, Delivery>): boolean {
  const root = delivery.root === null ? undefined : byKey.get(delivery.root);
  return root === undefined || (root.claim === null && mayHaveArrived(root));
}

/** Pure: marks deliveries as being sent by `owner` until then; nobody else touches them meanwhile. */
export function claim(deliveries: readonly Delivery[], keys: ReadonlySet<string>, owner: string, until: Instant): readonly Delivery[] {
  if (keys.size === 0) return deliveries;
  return deliveries.map((delivery) =>
    keys.has(delivery.key) ? { ...delivery, claim: { owner, until }, attempts: delivery.attempts + 1 } : delivery,
  );
}

/** A claim longer than this ahead was made by a clock that has stepped back since. */
const LONGEST_CLAIM: Duration = 10 * MINUTE;

/**
 * Pure: a claim that ran out without an outcome is `unknown` (its owner died, the provider may have the message); a follow-up whose root never
 * arrived is cancelled, and so is a reminder or escalation of what was acknowledged, word of an acknowledgement that holds no more, and what is
 * pointless since all of it has ended, be it one after the other. The same deliveries where nothing changes. Run before anything is claimed anew.
 */
export function swept(deliveries: readonly Delivery[], incidents: readonly Incident[], now: Instant): readonly Delivery[] {
  const freed = deliveries.some((delivery) => ranOut(delivery, now)) ? unclaimed(deliveries, incidents, now) : deliveries;
  const waiting = freed.filter(waits);
  if (waiting.length === 0) return freed;
  const byKey = new Map(freed.map((delivery) => [delivery.key, delivery]));
  const taken = new Set(incidents.filter((incident) => incident.state !== 'open').map((incident) => incident.id));
  const holding = new Set(incidents.filter((incident) => incident.state === 'acknowledged').map((incident) => incident.id));
  const ended = endedIds(incidents);
  const pointless = new Set(
    waiting.filter(
      (delivery) => neverArrived(delivery, byKey) || nagging(delivery, taken) || untrue(delivery, holding) || isPointless(delivery, ended),
    ),
  );
  if (pointless.size === 0) return freed;
  return freed.map((delivery) => (pointless.has(delivery) ? { ...delivery, state: 'cancelled', nextTryAt: null } : delivery));
}

function ranOut({ claim: is }: Delivery, now: Instant): boolean {
  return is !== null && (now >= is.until || is.until - now > LONGEST_CLAIM);
}

function unclaimed(deliveries: readonly Delivery[], incidents: readonly Incident[], now: Instant): readonly Delivery[] {
  const ended = endedIds(incidents);
  const unknown: Outcome = { result: 'unknown', error: 'the run that was sending it ended without telling the outcome' };
  return deliveries.map((delivery) => {
    if (!ranOut(delivery, now)) return delivery;
    const tried = settled(delivery, unknown, { now, ended });
    // It says nothing of the provider, so there is nothing to wait for; but a text may be one too many each time.
    return tried.nextTryAt === null || tried.channel === 'sms' ? tried : { ...tried, nextTryAt: now };
  });
}

function waits({ state, claim: is }: Delivery): boolean {
  return is === null && state !== 'accepted' && state !== 'cancelled';
}

/** Somebody has taken it on meanwhile: nobody is called about it any more. */
function nagging({ kind, incidents }: Delivery, taken: ReadonlySet<string>): boolean {
  return (kind === 'remind' || kind === 'escalate') && incidents.every((id) => taken.has(id));
}

/** The acknowledgement has run out meanwhile, or a rise has ended it: shown now, it would quieten what nobody has taken on. */
function untrue({ kind, incidents }: Delivery, holding: ReadonlySet<string>): boolean {
  return kind === 'acknowledge' && !incidents.some((id) => holding.has(id));
}

function neverArrived(delivery: Delivery, byKey: ReadonlyMap<string, Delivery>): boolean {
  const root = delivery.root === null ? undefined : byKey.get(delivery.root);
  if (!root || mayHaveArrived(root)) return false;
  // Tried or not: one that PagerDuty lost, and that was not sent again, had arrived before.
  if (root.state === 'cancelled') return true;
  return delivery.kind === 'resolve' && root.state === 'rejected' && delivery.state === 'owed' && delivery.attempts === 0;
}

export function endedIds(incidents: readonly Incident[]): ReadonlySet<string> {
  return new Set(incidents.filter((incident) => incident.state === 'resolved').map((incident) => incident.id));
}

type Settling = { readonly now: Instant; readonly ended: ReadonlySet<string> };

/** Pure: a delivery after an attempt ended so. */
export function settled(delivery: Delivery, outcome: Outcome, { now, ended }: Settling): Delivery {
  const free = { ...delivery, claim: null };
  if (outcome.result === 'accepted')
    return { ...free, state: 'accepted', acceptedAt: now, nextTryAt: null, lastError: null, receipt: outcome.receipt ?? delivery.receipt };
  const tried = { ...free, lastError: outcome.error, ambiguous: delivery.ambiguous || outcome.result === 'unknown' };
  if (isPointless(delivery, ended)) return { ...tried, state: 'cancelled', nextTryAt: null };
  if (outcome.result === 'rejected') return { ...tried, state: 'rejected', nextTryAt: now + HOUR };
  const asked = askedBy(outcome);
  const held = asked > 0 ? { channelHeldUntil: now + Math.min(asked, LONGEST_WAIT) } : {};
  // A second text message is better than none for a P0, none better than a second for the rest (contract; architecture, claims).
  if (outcome.result === 'unknown' && delivery.channel === 'sms' && delivery.priority !== 'P0')
    return { ...tried, ...held, state: 'unknown', nextTryAt: null };
  return { ...tried, ...held, state: tried.ambiguous ? 'unknown' : 'owed', nextTryAt: now + Math.max(backoff(delivery.attempts), asked) };
}

/** For how long the provider asked to be left alone; 0 where it did not, or by no number. */
export function askedBy(outcome: Outcome): Duration {
  const asked = outcome.result === 'failed' || outcome.result === 'unknown' ? (outcome.retryAfter ?? 0) : 0;
  return Number.isFinite(asked) ? Math.min(asked, LONGEST_RETRY_AFTER) : 0;
}

/** Pure: is what a message would tell over, so that it is never sent any more? */
export function isPointless({ kind, incidents }: Delivery, ended: ReadonlySet<string>): boolean {
  return POINTLESS_WHEN_RESOLVED.has(kind) && incidents.every((id) => ended.has(id));
}

/** Pure: until when the provider has asked to be left alone, by its answer to any message of the same recipients; 0 where it has not. */
export function heldUntil(deliveries: readonly Delivery[], { channel, team }: Pick<Delivery, 'channel' | 'team'>): Instant {
  return deliveries.reduce(
    (latest, other) => (other.channel === channel && other.team === team ? Math.max(latest, other.channelHeldUntil ?? 0) : latest),
    0,
  );
}
