import { closedThere } from './alerts/closed-there.ts';
import { isLive, pageKey } from './alerts/delivery.ts';
import { planDeliveries, type PlanContext } from './alerts/plan.ts';
import type { PagerDutyState } from './alerts/channels/pagerduty-api.ts';
import type { AlertProof, Head } from './domain/head.ts';
import type { Delivery, Incident } from './domain/incident.ts';
import { type Duration, type Instant, MINUTE } from './domain/time.ts';
import { acknowledge } from './incidents/acknowledge.ts';

/** PagerDuty takes events in asynchronously: that what was accepted a moment ago is not there yet says nothing. */
const SETTLING: Duration = 2 * MINUTE;
/** For so long after its end an incident is looked for at PagerDuty. */
const LOOKED_AFTER: Duration = 20 * MINUTE;
const KEYS_AT_MOST = 40;
const DISPATCHED_EVERY: Duration = 5 * MINUTE;

/** Pure: the keys to ask PagerDuty about: what it accepted of incidents that are open, or ended just now. */
export function keysToCompare(head: Head, now: Instant): readonly string[] {
  const asked = new Set(
    head.incidents
      .filter((incident) => incident.state !== 'resolved' || (incident.resolvedAt ?? 0) > now - LOOKED_AFTER)
      .map((incident) => incident.id),
  );
  const wanted = pages(head).flatMap((page) => (page.incidents.some((id) => asked.has(id)) ? (pageKey(page) ?? []) : []));
  // More than that are asked about in turn, others at each dispatch.
  const rounds = Math.max(1, Math.ceil(wanted.length / KEYS_AT_MOST));
  const first = (Math.floor(now / DISPATCHED_EVERY) % rounds) * KEYS_AT_MOST;
  return wanted.slice(first, first + KEYS_AT_MOST);
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
  const proof = seenProof(head, states);
  if (again.size === 0 && transitions.length === 0 && proof === head.proof && closed === head) return head;
  const deliveries = closed.deliveries.map((delivery) =>
    again.has(delivery.key) ? ({ ...delivery, state: 'owed', acceptedAt: null, nextTryAt: now } as const) : delivery,
  );
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
  return incident?.state === 'open' && last < page.createdAt && (seen === 'acknowledged' || seen === 'resolved');
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
  if (incident.state !== 'resolved') return isLive(delivery) && state === 'unknown';
  return delivery.kind === 'resolve' && isOpenThere(state);
}

function hasEndedThere(state: PagerDutyState | null): boolean {
  return state === 'resolved' || state === 'closed';
}

function isOpenThere(state: PagerDutyState | null | undefined): boolean {
  return state === 'triggered' || state === 'acknowledged';
}

/** A proof under way whose synthetic P0 PagerDuty shows, in whatever state, has arrived there. */
function seenProof({ proof }: Head, states: ReadonlyMap<string, PagerDutyState | null>): AlertProof | undefined {
  if (proof?.verdict !== 'running' || proof.seenAtPagerDuty !== false) return proof;
  const seen = proof.incidents.some((id) => {
    const state = states.get(id) ?? null;
    return isOpenThere(state) || hasEndedThere(state);
  });
  return seen ? { ...proof, seenAtPagerDuty: true } : proof;
}
