import type { AuditDraft } from '../domain/audit/audit-entry.ts';
import { PAGERDUTY } from '../deliver/channels/pagerduty/pagerduty-api.ts';
import { markPagesClosed } from '../domain/incidents/closed-pages.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Acknowledgement, Incident } from '../domain/incidents/incident.ts';
import { clean, cut } from '../domain/text.ts';
import type { Instant } from '../domain/time.ts';
import type { Change } from '../record/ledger.ts';
import { openHead, openSession } from '../ports/change-head.ts';
import { errorInWords, type Ports, routeContext } from '../ports/ports.ts';
import { acknowledge, type AcknowledgeOutcome, unacknowledge } from '../reconcile/acknowledge.ts';
import { planDeliveries } from '../route/plan-deliveries.ts';

export type AcknowledgeRequest = {
  /** Ids of incidents, keys of their incidents at PagerDuty, or what Slack's button names. */
  readonly incidentIds: readonly string[];
  readonly by: string;
  readonly via: Acknowledgement['via'];
  /** The address that it came from; absent: it is not known. */
  readonly from?: string | null;
  /** The incident was resolved at PagerDuty, not only acknowledged, so its key there is used up. */
  readonly closed?: boolean;
  /** The id of the webhook event. An event that was handled before changes nothing. */
  readonly eventId?: string;
  /** When PagerDuty says that it was made. It is ignored if a person un-acknowledged the incident there later. */
  readonly at?: Instant;
};

export type AcknowledgeResult = {
  readonly outcome: AcknowledgeOutcome;
  /** The incidents that were named, by id, each in the state that it was in just before. */
  readonly before: ReadonlyMap<string, Incident['state']>;
  /** Updates every channel. Await it after the answer has gone out, since PagerDuty and Slack wait only seconds for one. */
  readonly notify: () => Promise<void>;
};

/** How many webhook events are remembered: PagerDuty tries again for 48 h, and few incidents are open at once. */
const EVENTS_REMEMBERED = 500;
const NAMED_AT_MOST = 5;

/** Stores an acknowledgement, wherever it came from, with who made it, when and where, before it is answered. Throws `StoreError`. */
export async function takeAcknowledgement(ports: Ports, request: AcknowledgeRequest): Promise<AcknowledgeResult> {
  const { ledger, change, send } = await openSession(ports);
  const now = ports.now();
  const apply = (head: Head): Acknowledging => acknowledgedIn(head, request, ports, now);
  // Decided before the swap: applied to the head after it, the same request would find the incident acknowledged already.
  const { head, outcome } = apply(ledger.head());
  const { incidentIds, by, via, from = null } = request;
  const named = incidentsNamed(ledger.head(), incidentIds);
  const before = new Map(ledger.head().incidents.flatMap(({ id, state }) => (named.has(id) ? [[id, state] as const] : [])));
  if (outcome === 'unknown' || outcome === 'resolved')
    ports.log(
      `audit: acknowledgement of ${listed(incidentIds)} by ${clean(shortened(by))} via ${via} changed nothing: the incident is ${outcome}`,
    );
  if (head !== ledger.head()) await change({ apply: (current) => apply(current).head, actor: { by, from } });
  return { outcome, before, notify: () => send().catch((cause: unknown) => ports.log(`acknowledgement: ${errorInWords(cause)}`, cause)) };
}

type Acknowledging = { readonly head: Head; readonly outcome: AcknowledgeOutcome };

/** Pure: the same head if the acknowledgement changes nothing that would have to be stored. */
function acknowledgedIn(head: Head, request: AcknowledgeRequest, ports: Ports, now: Instant): Acknowledging {
  const { incidentIds, by, via, at: madeAt, closed, eventId } = request;
  if (eventId !== undefined && isHandled(head, eventId)) return { head, outcome: 'unchanged' };
  const acknowledgement: Acknowledgement = {
    by: shortened(by),
    via,
    at: now,
    until: now + ports.policy.general.acknowledgedFor,
    ...(madeAt !== undefined && { madeAt }),
  };
  const { incidents, transitions, outcome } = acknowledge(head.incidents, incidentsNamed(head, incidentIds), acknowledgement, madeAt);
  // PagerDuty reports every incident of its service, not only ours: an event that changes nothing now, and never will, is not worth a write.
  const matters = outcome === 'acknowledged' || (outcome === 'unchanged' && eventId !== undefined);
  if (!matters) return { head, outcome };
  const before = closed ? markPagesClosed(head, new Set(incidentIds), now, ports.policy.general.channels).deliveries : head.deliveries;
  const deliveries = planDeliveries(before, transitions, routeContext(ports, now, head));
  return { head: { ...head, ...withHandled(head, eventId), incidents, deliveries }, outcome };
}

function shortened(name: string): string {
  return name.slice(0, 100);
}

/** An event at PagerDuty about the incident that has this key there. `at`: when it happened by PagerDuty's clock; null if it does not say. */
type PagerDutyEvent = { readonly key: string; readonly eventId: string; readonly at: Instant | null; readonly by?: string };

/** Reminders go on. An acknowledgement that was made there before this, and arrives later, is ignored. Throws `StoreError`. */
export async function takeUnacknowledgement(ports: Ports, { key, eventId, at, by }: PagerDutyEvent): Promise<void> {
  const apply = (head: Head): Head => ({
    ...head,
    incidents: unacknowledge(head.incidents, incidentsNamed(head, [key]), { now: ports.now(), at, via: PAGERDUTY }),
  });
  const trail = (before: Head, after: Head): readonly AuditDraft[] =>
    givenBack(before, after).map(({ id, resource, acknowledgement }) => {
      const details = { via: PAGERDUTY, resource: resource.name, 'acknowledged by': acknowledgement?.by ?? '' };
      return { at: ports.now(), what: 'unacknowledged', by: by ?? 'somebody at PagerDuty', from: null, about: id, details };
    });
  await changeOnce(ports, { key, eventId }, { apply, trail });
}

/** The incidents that were acknowledged before, and are not after. */
function givenBack(before: Head, after: Head): readonly Incident[] {
  const free = new Set(after.incidents.filter(({ acknowledgement }) => acknowledgement === null).map(({ id }) => id));
  return before.incidents.filter(({ id, acknowledgement }) => acknowledgement !== null && free.has(id));
}

/** A machine resolved it at PagerDuty: its key is used up there, and reminders go on, the next one as a new page. Throws `StoreError`. */
export async function closePage(ports: Ports, { key, eventId }: Omit<PagerDutyEvent, 'at'>): Promise<void> {
  await changeOnce(
    ports,
    { key, eventId },
    { apply: (head) => markPagesClosed(head, new Set([key]), ports.now(), ports.policy.general.channels) },
  );
}

/** Applies an event at PagerDuty once. A replay changes nothing, and neither does an event about an incident that is resolved or not ours. */
async function changeOnce(
  ports: Ports,
  { key, eventId }: Omit<PagerDutyEvent, 'at'>,
  change: Pick<Change, 'apply' | 'trail'>,
): Promise<void> {
  const ledger = await openHead(ports);
  const head = ledger.head();
  const ids = incidentsNamed(head, [key]);
  const found = head.incidents.filter(({ id }) => ids.has(id));
  if (found.every(({ state }) => state === 'resolved')) {
    const what = found.length === 0 ? 'unknown' : 'resolved';
    ports.log(`audit: PagerDuty’s event ${listed([eventId])} about ${listed([key])} changed nothing: the incident is ${what}`);
    return;
  }
  if (isHandled(head, eventId)) return;
  // Remembered even if it changes nothing now: a replay might.
  await ledger.update({
    ...change,
    apply: (current, revision) =>
      isHandled(current, eventId) ? current : { ...change.apply(current, revision), ...withHandled(current, eventId) },
  });
}

/** For one line of the audit: text from outside, without line breaks and cut. */
function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, NAMED_AT_MOST).map((text) => cut(clean(text), 100));
  const more = texts.length > NAMED_AT_MOST ? ` and ${texts.length - NAMED_AT_MOST} more` : '';
  return `${shown.join(', ')}${more}`;
}

/** Incidents are named by id, by the key of a page that replaced a closed one, or by the key of the message whose button was pressed. */
function incidentsNamed({ incidents, deliveries }: Head, names: readonly string[]): ReadonlySet<string> {
  const known = new Set(incidents.map(({ id }) => id));
  const idsOf = (name: string): readonly string[] =>
    known.has(name) ? [name] : (deliveries.find((one) => one.dedupKey === name || one.key === name)?.incidents ?? [name]);
  return new Set(names.flatMap(idsOf));
}

function isHandled(head: Head, eventId: string): boolean {
  return head.webhooksSeen.includes(eventId);
}

function withHandled(head: Head, eventId: string | undefined): Partial<Pick<Head, 'webhooksSeen'>> {
  return eventId === undefined ? {} : { webhooksSeen: [...head.webhooksSeen, eventId].slice(-EVENTS_REMEMBERED) };
}
