import { PAGERDUTY, type PagerDutyState } from '../deliver/channels/pagerduty/pagerduty-api.ts';
import { markPagesClosed } from '../domain/incidents/closed-pages.ts';
import { isLive, isRoot, pageKey } from '../domain/incidents/delivery.ts';
import type { AlertProof, Head } from '../domain/incidents/head.ts';
import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import { CLOCKS_DIFFER, type Duration, HOUR, type Instant, MINUTE } from '../domain/time.ts';
import { type Ports, routeContext } from '../ports/ports.ts';
import { acknowledge } from '../reconcile/acknowledge.ts';
import { planDeliveries, type RouteContext } from '../route/plan-deliveries.ts';

/** What PagerDuty shows under each key; null if it could not say. */
export type PagerDutyStates = ReadonlyMap<string, PagerDutyState | null>;

/** Part of the budget of a run that the answers of PagerDuty may take. */
const SHARE = 0.2;

/** A correction of a head by what PagerDuty shows; null if there is nothing to ask, or no API token to ask with. */
export type Comparison = ((head: Head) => Head) | null;

/** Asks PagerDuty about our incidents. If it does not answer, the correction changes nothing. Never throws. */
export async function compareWithPagerDuty(head: Head, ports: Ports): Promise<Comparison> {
  const keys = ports.pagerduty ? keysToAsk(head, ports.now()) : [];
  if (keys.length === 0 || !ports.pagerduty) return null;
  const none: PagerDutyStates = new Map();
  const states = await ports.pagerduty(keys, AbortSignal.timeout(Math.floor(ports.runBudgetMs * SHARE))).catch(() => none);
  return (current) => withPagerDutyStates(current, states, routeContext(ports, ports.now(), current));
}

/** PagerDuty processes events asynchronously: an event that it accepted a moment ago may not show yet. */
const SETTLING: Duration = 2 * MINUTE;
/** A page is still asked about for this long after PagerDuty accepted its resolve. */
const ASKED_AFTER_RESOLVE: Duration = 20 * MINUTE;
const KEYS_AT_MOST = 40;
const DISPATCHED_EVERY: Duration = 5 * MINUTE;
/** The turns advance by 10,007 an hour, a prime, so that deployments that ask at any cadence up to an hour reach every turn. */
const TURNS_AN_HOUR = 10_007 - HOUR / DISPATCHED_EVERY;

/**
 * Pure: the keys to ask PagerDuty about: pages that it accepted of incidents that are open, or whose resolve it has not accepted, or accepted just now.
 * The pages of a running proof come first and every time, since its verdict does not wait.
 */
export function keysToAsk(head: Head, now: Instant): readonly string[] {
  const live = livePages(head).filter(isWorthAsking(head, now));
  const ofProof = new Set(proofPages(head, live));
  const keysOf = (pages: readonly Delivery[]): readonly string[] => pages.flatMap((page) => pageKey(page) ?? []);
  // Those that PagerDuty has not shown yet come first: there may be more teams than keys.
  const first = keysOf([...ofProof].toSorted((one, other) => wasShown(head, one) - wasShown(head, other))).slice(0, KEYS_AT_MOST);
  return [...first, ...inTurn(keysOf(live.filter((page) => !ofProof.has(page))), KEYS_AT_MOST - first.length, now)];
}

/** Whether an incident of the page is open, or its resolve may not have arrived at PagerDuty. */
function isWorthAsking({ incidents, deliveries }: Head, now: Instant): (page: Delivery) => boolean {
  const byId = new Map(incidents.map((incident) => [incident.id, incident]));
  const resolves = new Map(deliveries.filter(({ kind }) => kind === 'resolve').map((resolve) => [resolve.root, resolve]));
  return (page) =>
    page.incidents.some((id) => {
      const incident = byId.get(id);
      if (incident === undefined || incident.state !== 'resolved') return incident !== undefined;
      const resolve = resolves.get(page.key);
      const isOwed = resolve !== undefined && resolve.state !== 'accepted' && resolve.state !== 'cancelled';
      return isOwed || (resolve?.acceptedAt ?? incident.resolvedAt ?? 0) > now - ASKED_AFTER_RESOLVE;
    });
}

/** If there are more keys than one request may hold, each dispatch asks about the next ones. */
function inTurn(keys: readonly string[], atMost: number, now: Instant): readonly string[] {
  const turns = Math.max(1, Math.ceil(keys.length / Math.max(1, atMost)));
  const first = ((Math.floor(now / DISPATCHED_EVERY) + TURNS_AN_HOUR * Math.floor(now / HOUR)) % turns) * atMost;
  return keys.slice(first, first + atMost);
}

/** The pages of a running proof that PagerDuty's API has to confirm. */
function proofPages({ proof }: Head, live: readonly Delivery[]): readonly Delivery[] {
  if (proof?.verdict !== 'running' || proof.atPagerDuty === undefined) return [];
  return live.filter(({ incidents }) => incidents.some((id) => proof.incidents.includes(id)));
}

function wasShown({ proof }: Head, { key }: Delivery): number {
  return proof?.atPagerDuty?.[key] === 'seen' ? 1 : 0;
}

/** Pages that PagerDuty accepted, or may have accepted, and that nobody closed there. An incident may have come to PagerDuty only by escalation. */
function livePages(head: Head): readonly Delivery[] {
  const isThere = ({ channel, state, ambiguous }: Delivery): boolean => channel === PAGERDUTY && (state === 'accepted' || ambiguous);
  return head.deliveries.filter((delivery) => isThere(delivery) && isLive(delivery));
}

/**
 * Pure: corrects the head where PagerDuty shows something else. PagerDuty does not know an incident that is open here: the page is sent again under the
 * same key, which was never resolved. It shows an incident open that is resolved here: the resolve is sent again. A person acknowledged or resolved
 * it there: that is an acknowledgement here, since the fault persists. A timer resolved it there: that acknowledges nothing. A key that was resolved
 * there is not used again. The same head if nothing has to be corrected.
 */
export function withPagerDutyStates(head: Head, states: PagerDutyStates, context: RouteContext): Head {
  const { now, general } = context;
  const live = livePages(head);
  const ids = new Set(live.filter((page) => isNewlyAcknowledged(page, head, states)).flatMap(({ incidents }) => incidents));
  const closedKeys = new Set([...states].flatMap(([key, state]) => (isResolvedThere(state) ? [key] : [])));
  const closed = markPagesClosed(head, closedKeys, now, general.channels);
  const acknowledgement = { by: 'somebody at PagerDuty', via: PAGERDUTY, at: now, until: now + general.acknowledgedFor } as const;
  const { incidents, transitions } = acknowledge(head.incidents, ids, acknowledgement);
  const again = new Set(head.deliveries.filter(lostThere(head, incidents, states, now)).map(({ key }) => key));
  const proof = confirmedProof(head, live, states, now);
  if (again.size === 0 && transitions.length === 0 && proof === head.proof && closed === head) return head;
  const deliveries = closed.deliveries.map((delivery) => (again.has(delivery.key) ? repeated(delivery, now) : delivery));
  return { ...head, ...(proof && { proof }), incidents, deliveries: planDeliveries(deliveries, transitions, context) };
}

/**
 * PagerDuty still shows an acknowledgement that has expired here, or that ended when the severity rose. So only the first acknowledgement of a page is
 * taken from what it shows; later ones arrive by webhook, Slack or the page. One reminder too many is better than none ever again.
 */
function isNewlyAcknowledged(page: Delivery, { incidents }: Head, states: PagerDutyStates): boolean {
  const shown = states.get(pageKey(page) ?? '');
  const incident = incidents.find(({ id }) => page.incidents.includes(id));
  const last = incident?.trail?.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  return incident?.state === 'open' && last + CLOCKS_DIFFER < page.createdAt && (shown === 'acknowledged' || shown === 'resolved');
}

/** Which deliveries have to be sent again, because PagerDuty does not show what it accepted a while ago. */
function lostThere(
  { deliveries }: Head,
  incidents: readonly Incident[],
  states: PagerDutyStates,
  now: Instant,
): (delivery: Delivery) => boolean {
  const byId = new Map(incidents.map((incident) => [incident.id, incident]));
  return (delivery) => {
    const incident = byId.get(delivery.incidents[0] ?? '');
    if (!incident || delivery.channel !== PAGERDUTY || delivery.state !== 'accepted') return false;
    if (now - (delivery.acceptedAt ?? now) <= SETTLING) return false;
    const page = deliveries.find(({ key }) => key === delivery.root) ?? delivery;
    const state = states.get(pageKey(page) ?? '');
    if (incident.state !== 'resolved') return state === 'unknown' && (isLive(delivery) || isAcknowledgeEvent(delivery, incident));
    return delivery.kind === 'resolve' && isOpenThere(state);
  };
}

/** The page is sent again, and would ring although somebody has acknowledged the incident: the acknowledge event follows it. */
function isAcknowledgeEvent({ kind }: Delivery, { state }: Incident): boolean {
  return kind === 'acknowledge' && state === 'acknowledged';
}

/** Owed from now on. A page that PagerDuty lost goes to nobody new, so no acknowledgement cancels it (`resent`): it becomes a trigger. */
function repeated(delivery: Delivery, now: Instant): Delivery {
  return {
    ...delivery,
    ...(isRoot(delivery) && { kind: 'trigger' }),
    resent: true,
    state: 'owed',
    createdAt: now,
    acceptedAt: null,
    nextTryAt: now,
  };
}

function isResolvedThere(state: PagerDutyState | null): boolean {
  return state === 'resolved' || state === 'closed';
}

function isOpenThere(state: PagerDutyState | null | undefined): boolean {
  return state === 'triggered' || state === 'acknowledged';
}

/** The running proof with the pages that PagerDuty shows, in any state, and those that it does not know although it accepted them a while ago. */
function confirmedProof(head: Head, live: readonly Delivery[], states: PagerDutyStates, now: Instant): AlertProof | undefined {
  const { proof } = head;
  const shown = proofPages(head, live).flatMap((page): readonly (readonly [string, 'seen' | 'missing'])[] => {
    const state = states.get(pageKey(page) ?? '') ?? null;
    const before = proof?.atPagerDuty?.[page.key];
    if (before !== 'seen' && (isOpenThere(state) || isResolvedThere(state))) return [[page.key, 'seen']];
    const settled = now - (page.acceptedAt ?? now) > SETTLING;
    return before === undefined && state === 'unknown' && settled ? [[page.key, 'missing']] : [];
  });
  return proof === undefined || shown.length === 0
    ? proof
    : { ...proof, atPagerDuty: { ...proof.atPagerDuty, ...Object.fromEntries(shown) } };
}
