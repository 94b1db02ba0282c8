import { prepared } from './alerts/deliver.ts';
import { mayHaveArrived } from './alerts/delivery.ts';
import { clean } from './alerts/plain.ts';
import { budgetOf } from './budget.ts';
import type { Head } from './domain/head.ts';
import type { Delivery } from './domain/incident.ts';
import { courierOf, type Parts, wordsOf } from './parts.ts';
import { sendAll } from './send.ts';
import { openLedger } from './state/ledger.ts';

/**
 * `settled`: it was accepted, or is no longer worth sending. `sending`: somebody is sending it just now. `waiting`: it follows a message that has
 * not arrived yet, which is to be sent first.
 */
export type ResendOutcome = 'due' | 'settled' | 'sending' | 'waiting' | 'unknown';

/** `send`: to be awaited after the answer has gone out; a provider may hang. */
export type Resend = { readonly outcome: ResendOutcome; readonly send: () => Promise<void> };

/** Makes a message that was refused, or is owed, due now, whatever its backoff says. Throws `StoreError`. */
export async function resend(parts: Parts, key: string, by: string): Promise<Resend> {
  const ledger = openLedger(parts.store, await parts.store.readHead(), { writer: parts.newId(), now: parts.now });
  const now = parts.now();
  const outcome = outcomeOf(ledger.head(), key);
  parts.log(
    `audit: sending again asked for by ${clean(by)}: ${outcome === 'unknown' ? 'there is no such message' : `${key} is ${outcome}`}`,
  );
  if (outcome !== 'due') return { outcome, send: () => Promise.resolve() };
  const courier = { ...courierOf(parts, parts.newId()), deadline: budgetOf(now, parts).deliverUntil };
  await ledger.update({ apply: (head) => prepared(madeDue(head, key, now), courier) });
  return { outcome, send: () => sendAll(ledger, courier).catch((cause: unknown) => parts.log(`sending again: ${wordsOf(cause)}`)) };
}

function outcomeOf({ deliveries }: Head, key: string): ResendOutcome {
  const delivery = deliveries.find((candidate) => candidate.key === key);
  if (!delivery) return 'unknown';
  if (isSettled(delivery)) return 'settled';
  if (delivery.claim !== null) return 'sending';
  const root = deliveries.find((candidate) => candidate.key === delivery.root);
  return root !== undefined && !mayHaveArrived(root) ? 'waiting' : 'due';
}

function isSettled({ state }: Delivery): boolean {
  return state === 'accepted' || state === 'cancelled';
}

function madeDue(head: Head, key: string, now: number): Head {
  const due = (delivery: Delivery): boolean => delivery.key === key && delivery.claim === null && !isSettled(delivery);
  return { ...head, deliveries: head.deliveries.map((delivery) => (due(delivery) ? { ...delivery, nextTryAt: now } : delivery)) };
}
