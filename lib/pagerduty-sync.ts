import { CLOCKS_DIFFER } from './alerts/asleep.ts';
import { closedThere } from './alerts/closed-there.ts';
import { isLive, isRoot, pageKey } from './alerts/delivery.ts';
import { planDeliveries, type PlanContext } from './alerts/plan.ts';
import type { PagerDutyState } from './alerts/channels/pagerduty-api.ts';
import type { AlertProof, Head } from './domain/head.ts';
import type { Delivery, Incident } from './domain/incident.ts';
import { type Duration, HOUR, type Instant, MINUTE } from './domain/time.ts';
import { acknowledge } from './incidents/acknowledge.ts';

/** PagerDuty takes events in asynchronously: that what was accepted a moment ago is not there yet says nothing. */
const SETTLING: Duration = 2 * MINUTE;
/** For so long after it took the resolve a page is looked for at PagerDuty. */
const LOOKED_AFTER: Duration = 20 * MINUTE;
const KEYS_AT_MOST = 40;
const DISPATCHED_EVERY: Duration = 5 * MINUTE;
/** An hour is 10,007 turns on, a prime: whoever asks only once an hour meets every turn all the same. So at every cadence up to an hour. */
const TURNS_AN_HOUR = 10_007 - HOUR / DISPATCHED_EVERY;

/**
 * Pure: the keys to ask PagerDuty about: what it accepted of incidents that are open, or whose resolve it has not taken, or took just now. Those
 * of a proof under way each time and first, since its verdict does not wait.
 */
export function keysToCompare(head: Head, now: Instant): readonly string[] {
  const live = pages(head).filter(stillMatters(head, now));
  const proving = new Set(provingPages(head, live));
  const keysOf = (some: readonly Delivery[]): readonly string[] => some.flatMap((page) => pageKey(page) ?? []);
  // Those that were not seen yet before the others: there may be more teams than keys.
  const first = keysOf([...proving].toSorted((one, other) => wasSeen(head, one) - wasSeen(head, other))).slice(0, KEYS_AT_MOST);
  return [...first, ...inTurn(keysOf(live.filter((page) => !proving.has(page))), KEYS_AT_MOST - first.length, now)];
}

/** Is what a page tells of open, or might its end not have come to PagerDuty? */
function stillMatters({ incidents, deliveries }: Head, now: Instant): (page: Delivery) => boolean {
  const byId = new Map(incidents.map((incident) => [incident.id, incident]));
  const resolves = new Map(deliveries.filter(({ kind }) => kind === 'resolve').map((resolve) => [resolve.root, resolve]));
  return (page) =>
    page.incidents.some((id) => {
      const incident = byId.get(id);
      if (incident === undefined || incident.state !== 'resolved') return incident !== undefined;
      const resolve = resolves.get(page.key);
      const isOwed = resolve !== undefined && resolve.state !== 'accepted' && resolve.state !== 'cancelled';
      return isOwed || (resolve?.acceptedAt ?? incident.resolvedAt ?? 0) > now - LOOKED_AFTER;
    });
}

/** Of more than that, others at each dispatch. */
function inTurn(keys: readonly string[], atMost: number, now: Instant): readonly string[] {
  const turns = Math.max(1, Math.ceil(keys.length / Math.max(1, atMost)));
  const first = ((Math.floor(now / DISPATCHED_EVERY) + TURNS_AN_HOUR * Math.floor(now / HOUR)) % turns) * atMost;
  return keys.slice(first, first + atMost);
}

/** The pages of a proof that PagerDuty's API is to confirm. */
function provingPages({ proof }: Head, live: readonly Delivery[]): readonly Delivery[] {
  if (proof?.verdict !== 'running' || proof.atPagerDuty === undefined) return [];
  return live.filter(({ incidents }) => incidents.some((id) => proof.incidents.includes(id)));
}

function wasSeen({ proof }: Head, { key }: Delivery): number {
  return proof?.atPagerDuty?.[key] === 'seen' ? 1 : 0;
}

/** The pages that PagerDuty accepted, were it a moment ago, or may have, and that nobody closed there. It may come into it by the escalation ladder only. */
function pages(head: Head): readonly Delivery[] {
  const isThere = ({ channel, state, ambiguous }: Delivery): boolean => channel === 'pagerduty' && (state === 'accepted' || ambiguous);
  return head.deliveries.filter((delivery) => isThere(delivery) && isLive(delivery));
}

/**
 * Pure: puts right where PagerDuty and we disagree. It does not know what we hold open: told again under the same key, which was never resolved.
 * It holds open what has ended: resolved again. Acknowledged or resolved there by a person: taken as an acknowledgement, since the fault persists;
 * resolved there by a timer, it is nobody's. A key that was resolved there is not used again.
 */
export function putRight(head: Head, states: ReadonlyMap<string, PagerDutyState | null>, context: PlanContext): Head {
  const { now, general } = context;
  const live = pages(head);
  const taken = new Set(live.filter((page) => isNewlyTaken(page, head, states)).flatMap(({ incidents }) => incidents));
  const closed = closedThere(head, new Set([...states].flatMap(([key, state]) => (hasEndedThere(state) ? [key] : []))), now);
  const acknowledgement = { by: 'somebody at PagerDuty', via: 'pagerduty', at: now, until: now + general.acknowledgedFor } as const;
  const { incidents, transitions } = acknowledge(head.incidents, taken, acknowledgement);
  const byId = new Map(incidents.map((incident) => [incident.id, incident]));
  const again = new Set(
    head.deliveries.filter((delivery) => isToRepeat(delivery, byId, states, head, now)).map((delivery) => delivery.key),
  );
  const proof = seenProof(head, live, states, now);
  if (again.size === 0 && transitions.length === 0 && proof === head.proof && closed === head) return head;
  const deliveries = closed.deliveries.map((delivery) => (again.has(delivery.key) ? repeated(delivery, now) : delivery));
  return { ...head, ...(proof && { proof }), incidents, deliveries: planDeliveries(deliveries, transitions, context) };
}

/**
 * PagerDuty goes on showing an acknowledgement that ran out with us, or that a rise has ended, so only the first of a page is taken from what it
 * shows; later ones come by webhook, Slack or page. Reminding somebody once too often beats never again.
 */
function isNewlyTaken(page: Delivery, { incidents }: Head, states: ReadonlyMap<string, PagerDutyState | null>): boolean {
  const seen = states.get(pageKey(page) ?? '');
  const incident = incidents.find(({ id }) => page.incidents.includes(id));
  const last = incident?.trail?.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  return incident?.state === 'open' && last + CLOCKS_DIFFER < page.createdAt && (seen === 'acknowledged' || seen === 'resolved');
}

function isToRepeat(
  delivery: Delivery,
  byId: ReadonlyMap<string, Incident>,
  states: ReadonlyMap<string, PagerDutyState | null>,
  { deliveries }: Head,
  now: Instant,
): boolean {
  const [id] = delivery.incidents;
  const incident = id === undefined ? undefined : byId.get(id);
  if (!incident || delivery.channel !== 'pagerduty' || delivery.state !== 'accepted' || now - (delivery.acceptedAt ?? now) <= SETTLING)
    return false;
  const page = deliveries.find(({ key }) => key === delivery.root) ?? delivery;
  const state = states.get(pageKey(page) ?? '');
  if (incident.state !== 'resolved') return state === 'unknown' && (isLive(delivery) || isInHand(delivery, incident));
  return delivery.kind === 'resolve' && isOpenThere(state);
}

/** Of a page that is sent again, and would ring though somebody has taken it. */
function isInHand({ kind }: Delivery, { state }: Incident): boolean {
  return kind === 'acknowledge' && state === 'acknowledged';
}

/** Owed from now on. A page that PagerDuty lost calls nobody new: no acknowledgement calls it back, as it would an escalation. */
function repeated(delivery: Delivery, now: Instant): Delivery {
  return { ...delivery, ...(isRoot(delivery) && { kind: 'trigger' }), state: 'owed', createdAt: now, acceptedAt: null, nextTryAt: now };
}

function hasEndedThere(state: PagerDutyState | null): boolean {
  return state === 'resolved' || state === 'closed';
}

function isOpenThere(state: PagerDutyState | null | undefined): boolean {
  return state === 'triggered' || state === 'acknowledged';
}

/** A proof under way: which of its pages PagerDuty shows, in whatever state, and which it does not know though it accepted them a while ago. */
function seenProof(
  head: Head,
  live: readonly Delivery[],
  states: ReadonlyMap<string, PagerDutyState | null>,
  now: Instant,
): AlertProof | undefined {
  const { proof } = head;
  const shown = provingPages(head, live).flatMap((page): readonly (readonly [string, 'seen' | 'missing'])[] => {
    const state = states.get(pageKey(page) ?? '') ?? null;
    const before = proof?.atPagerDuty?.[page.key];
    if (before !== 'seen' && (isOpenThere(state) || hasEndedThere(state))) return [[page.key, 'seen']];
    const settled = now - (page.acceptedAt ?? now) > SETTLING;
    return before === undefined && state === 'unknown' && settled ? [[page.key, 'missing']] : [];
  });
  return proof === undefined || shown.length === 0
    ? proof
    : { ...proof, atPagerDuty: { ...proof.atPagerDuty, ...Object.fromEntries(shown) } };
}
