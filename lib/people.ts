import { closedThere } from './alerts/closed-there.ts';
import { prepared } from './alerts/deliver.ts';
import { clean, cut } from './alerts/plain.ts';
import { planDeliveries } from './alerts/plan.ts';
import { budgetOf } from './budget.ts';
import type { Head } from './domain/head.ts';
import type { Acknowledgement } from './domain/incident.ts';
import type { Instant } from './domain/time.ts';
import { acknowledge, type AcknowledgeOutcome, reopen } from './incidents/acknowledge.ts';
import { contextOf, courierOf, type Parts, wordsOf } from './parts.ts';
import { sendAll } from './send.ts';
import { openLedger } from './state/ledger.ts';

export type Taking = {
  /** Incidents' ids, the keys of their pages at PagerDuty, or what Slack's button names. */
  readonly incidentIds: readonly string[];
  readonly by: string;
  readonly via: Acknowledgement['via'];
  /** At PagerDuty it was resolved, not only acknowledged: its key is used up. */
  readonly closed?: boolean;
  /** The webhook event's id: one that was taken before changes nothing. */
  readonly eventId?: string;
  /** When it was made, by PagerDuty's clock: one that was given back since then is not taken. */
  readonly at?: Instant;
};

export type Taken = {
  readonly outcome: AcknowledgeOutcome;
  /** Tells every channel; to be awaited after the answer has gone out, since PagerDuty and Slack wait seconds only. */
  readonly tell: () => Promise<void>;
};

/** How many webhook events are remembered: PagerDuty tries again for 48 h, and few incidents live at once. */
const EVENTS_REMEMBERED = 500;
const NAMED_AT_MOST = 5;

/** Takes an acknowledgement from wherever it came: stored, with who, when and from where, before it is answered. Throws `StoreError`. */
export async function takeAcknowledgement(parts: Parts, taking: Taking): Promise<Taken> {
  const ledger = openLedger(parts.store, await parts.store.readHead(), { writer: parts.newId(), now: parts.now });
  const now = parts.now();
  const { by, via } = taking;
  const acknowledgement: Acknowledgement = {
    by: by.slice(0, 100),
    via,
    at: now,
    until: now + parts.policy.general.acknowledgedFor,
    ...(taking.at !== undefined && { madeAt: taking.at }),
  };
  const courier = { ...courierOf(parts, parts.newId()), deadline: budgetOf(now, parts).deliverUntil };
  const take = (head: Head): { readonly head: Head; readonly outcome: AcknowledgeOutcome } => {
    if (taking.eventId !== undefined && head.webhooksSeen?.includes(taking.eventId)) return { head, outcome: 'unchanged' };
    const told = taking.closed ? closedThere(head, new Set(taking.incidentIds), now) : head;
    const { incidents, transitions, outcome } = acknowledge(
      head.incidents,
      incidentsAt(head, taking.incidentIds),
      acknowledgement,
      taking.at,
    );
    const deliveries = planDeliveries(told.deliveries, transitions, contextOf(parts, now, head));
    // What changes nothing now, and never will, is not worth a write: PagerDuty tells of every incident of its service, not of ours alone.
    const matters = outcome === 'acknowledged' || (outcome === 'unchanged' && taking.eventId !== undefined);
    return { head: matters ? { ...head, ...seen(head, taking.eventId), incidents, deliveries } : head, outcome };
  };
  // Read before the swap: afterwards the same taking finds it acknowledged already.
  const { head, outcome } = take(ledger.head());
  if (outcome === 'unknown' || outcome === 'resolved')
    parts.log(
      `audit: acknowledgement of ${named(taking.incidentIds)} by ${clean(acknowledgement.by)} via ${via} changed nothing: the incident is ${outcome}`,
    );
  if (head !== ledger.head()) await ledger.update({ apply: (current) => prepared(take(current).head, courier) });
  return { outcome, tell: () => sendAll(ledger, courier).catch((cause: unknown) => parts.log(`acknowledgement: ${wordsOf(cause)}`)) };
}

/**
 * Somebody gave an acknowledgement back at PagerDuty: reminders go on. `at`: when, by its clock; an acknowledgement that was made there before,
 * and whose news comes later, is not taken. Throws `StoreError`.
 */
export async function giveBack(parts: Parts, key: string, eventId: string, at: Instant | null = null): Promise<void> {
  await changeOnce(parts, { key, eventId }, (head) => {
    const incidents = reopen(head.incidents, incidentsAt(head, [key]), { now: parts.now(), at });
    return { ...head, incidents };
  });
}

/**
 * A machine resolved the page at PagerDuty: its key is used up, but nobody has taken the incident on, so reminders go on, the next as a new page.
 * Throws `StoreError`.
 */
export async function closePage(parts: Parts, key: string, eventId: string): Promise<void> {
  await changeOnce(parts, { key, eventId }, (head) => closedThere(head, new Set([key]), parts.now()));
}

/** What an event at PagerDuty, other than an acknowledgement, does to an incident of ours; a replay does nothing, and neither does what is none of ours. */
async function changeOnce(
  parts: Parts,
  { key, eventId }: { readonly key: string; readonly eventId: string },
  change: (head: Head) => Head,
): Promise<void> {
  const ledger = openLedger(parts.store, await parts.store.readHead(), { writer: parts.newId(), now: parts.now });
  const isSeen = (head: Head): boolean => head.webhooksSeen?.includes(eventId) === true;
  const head = ledger.head();
  const held = incidentsAt(head, [key]);
  const found = head.incidents.filter(({ id }) => held.has(id));
  if (found.every(({ state }) => state === 'resolved')) {
    const what = found.length === 0 ? 'unknown' : 'resolved';
    parts.log(`audit: PagerDuty’s event ${named([eventId])} about ${named([key])} changed nothing: the incident is ${what}`);
    return;
  }
  if (isSeen(head)) return;
  // Remembered also where it changes nothing now: its replay would.
  await ledger.update({ apply: (current) => (isSeen(current) ? current : { ...change(current), ...seen(current, eventId) }) });
}

/** For a line of the audit: what came from outside, on one line and not without end. */
function named(texts: readonly string[]): string {
  const more = texts.length > NAMED_AT_MOST ? ` and ${texts.length - NAMED_AT_MOST} more` : '';
  return `${texts
    .slice(0, NAMED_AT_MOST)
    .map((text) => cut(clean(text), 100))
    .join(', ')}${more}`;
}

/**
 * By an incident's id; by the key of a page that follows one which was closed at PagerDuty; by the key of the message whose button was pressed, or by
 * what the buttons of before named, ids by comma.
 */
function incidentsAt({ incidents, deliveries }: Head, keys: readonly string[]): ReadonlySet<string> {
  const known = new Set(incidents.map(({ id }) => id));
  const named = (key: string): readonly string[] =>
    known.has(key) ? [key] : (deliveries.find((one) => one.dedupKey === key || one.key === key)?.incidents ?? key.split(','));
  return new Set(keys.flatMap(named));
}

function seen(head: Head, eventId: string | undefined): Pick<Head, 'webhooksSeen'> {
  return eventId === undefined ? {} : { webhooksSeen: [...(head.webhooksSeen ?? []), eventId].slice(-EVENTS_REMEMBERED) };
}
