import { closedThere } from './alerts/closed-there.ts';
import { prepared } from './alerts/deliver.ts';
import { clean } from './alerts/plain.ts';
import { planDeliveries } from './alerts/plan.ts';
import { budgetOf } from './budget.ts';
import type { Head } from './domain/head.ts';
import type { Acknowledgement } from './domain/incident.ts';
import { acknowledge, type AcknowledgeOutcome, reopen } from './incidents/acknowledge.ts';
import { contextOf, courierOf, type Parts, wordsOf } from './parts.ts';
import { sendAll } from './send.ts';
import { type Ledger, openLedger } from './state/ledger.ts';

export type Taking = {
  /** Incidents' ids, or the keys of their pages at PagerDuty. */
  readonly incidentIds: readonly string[];
  readonly by: string;
  readonly via: Acknowledgement['via'];
  /** At PagerDuty it was resolved, not only acknowledged: its key is used up. */
  readonly closed?: boolean;
  /** The webhook event's id: one that was taken before changes nothing. */
  readonly eventId?: string;
};

export type Taken = {
  readonly outcome: AcknowledgeOutcome;
  /** Tells every channel; to be awaited after the answer has gone out, since PagerDuty and Slack wait seconds only. */
  readonly tell: () => Promise<void>;
};

/** How many webhook events are remembered: PagerDuty tries again for 48 h, and few incidents live at once. */
const EVENTS_REMEMBERED = 500;

/** Takes an acknowledgement from wherever it came: stored, with who, when and from where, before it is answered. Throws `StoreError`. */
export async function takeAcknowledgement(parts: Parts, taking: Taking): Promise<Taken> {
  const ledger = openLedger(parts.store, await parts.store.readHead(), { writer: parts.newId(), now: parts.now });
  const now = parts.now();
  const { by, via } = taking;
  const acknowledgement: Acknowledgement = { by: by.slice(0, 100), via, at: now, until: now + parts.policy.general.acknowledgedFor };
  const courier = { ...courierOf(parts, parts.newId()), deadline: budgetOf(now, parts).deliverUntil };
  const take = (head: Head): { readonly head: Head; readonly outcome: AcknowledgeOutcome } => {
    if (taking.eventId !== undefined && head.webhooksSeen?.includes(taking.eventId)) return { head, outcome: 'unchanged' };
    const told = taking.closed ? closedThere(head, new Set(taking.incidentIds), now) : head;
    const { incidents, transitions, outcome } = acknowledge(head.incidents, incidentsAt(head, taking.incidentIds), acknowledgement);
    const deliveries = planDeliveries(told.deliveries, transitions, contextOf(parts, now));
    // What changes nothing now, and never will, is not worth a write: PagerDuty tells of every incident of its service, not of ours alone.
    const matters = outcome === 'acknowledged' || (outcome === 'unchanged' && taking.eventId !== undefined);
    return { head: matters ? { ...head, ...seen(head, taking.eventId), incidents, deliveries } : head, outcome };
  };
  // Read before the swap: afterwards the same taking finds it acknowledged already.
  const { head, outcome } = take(ledger.head());
  if (outcome === 'unknown' || outcome === 'resolved')
    parts.log(`audit: acknowledgement by ${clean(acknowledgement.by)} via ${via} changed nothing: the incident is ${outcome}`);
  if (head !== ledger.head()) await ledger.update({ apply: (current) => prepared(take(current).head, courier) });
  return { outcome, tell: () => sendAll(ledger, courier).catch((cause: unknown) => parts.log(`acknowledgement: ${wordsOf(cause)}`)) };
}

/** Somebody gave an acknowledgement back at PagerDuty: reminders go on. Throws `StoreError`. */
export async function giveBack(parts: Parts, incidentId: string, eventId: string): Promise<void> {
  const ledger: Ledger = openLedger(parts.store, await parts.store.readHead(), { writer: parts.newId(), now: parts.now });
  const held = incidentsAt(ledger.head(), [incidentId]);
  const isHeld = ledger.head().incidents.some(({ id, state }) => held.has(id) && state === 'acknowledged');
  if (!isHeld || ledger.head().webhooksSeen?.includes(eventId)) return;
  await ledger.update({
    apply: (head) => ({ ...head, ...seen(head, eventId), incidents: reopen(head.incidents, incidentsAt(head, [incidentId]), parts.now()) }),
  });
}

/** A page that follows one which was closed at PagerDuty has a key of its own. */
function incidentsAt({ deliveries }: Head, keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.map((key) => deliveries.find(({ dedupKey }) => dedupKey === key)?.incidents[0] ?? key));
}

function seen(head: Head, eventId: string | undefined): Pick<Head, 'webhooksSeen'> {
  return eventId === undefined ? {} : { webhooksSeen: [...(head.webhooksSeen ?? []), eventId].slice(-EVENTS_REMEMBERED) };
}
