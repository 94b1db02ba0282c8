import type { AuditDraft } from '../domain/audit/audit-entry.ts';
import { mayHaveArrived } from '../domain/incidents/delivery.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery } from '../domain/incidents/incident.ts';
import { clean, cut } from '../domain/text.ts';
import type { Instant } from '../domain/time.ts';
import { openSession } from '../ports/change-head.ts';
import { errorInWords, type Ports } from '../ports/ports.ts';

const NAME_MOST = 100;

/** `settled`: accepted, or no longer worth sending. `sending`: another process has it. `waiting`: what it follows has not arrived yet. */
export type ResendOutcome = 'due' | 'settled' | 'sending' | 'waiting' | 'unknown';

/** `send` is to be awaited after the answer has gone out, since a provider may hang. */
export type Resend = { readonly outcome: ResendOutcome; readonly send: () => Promise<void> };

/** Makes a message that was refused, or is owed, due now, regardless of its backoff. Throws `StoreError`. */
export async function resend(ports: Ports, key: string, by: string, from: string | null = null): Promise<Resend> {
  const { ledger, change, send } = await openSession(ports);
  const now = ports.now();
  let outcome = outcomeOf(ledger.head(), key);
  if (outcome !== 'due') {
    const words = outcome === 'unknown' ? 'there is no such message' : `${key} is ${outcome}`;
    ports.log(`audit: sending again asked for by ${cut(clean(by), NAME_MOST)}: ${words}`);
    return { outcome, send: () => Promise.resolve() };
  }
  const act = { at: now, what: 'resend', by, from, about: key, details: {} } as const;
  // Somebody else, or a run, may have begun to send it meanwhile.
  const trail = (before: Head): readonly AuditDraft[] => {
    outcome = outcomeOf(before, key);
    return outcome === 'due' ? [act] : [];
  };
  await change({ apply: (head) => dueNow(head, key, now), trail });
  return { outcome, send: () => send().catch((cause: unknown) => ports.log(`sending again: ${errorInWords(cause)}`, cause)) };
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

function dueNow(head: Head, key: string, now: Instant): Head {
  const due = (delivery: Delivery): boolean => delivery.key === key && delivery.claim === null && !isSettled(delivery);
  return { ...head, deliveries: head.deliveries.map((delivery) => (due(delivery) ? { ...delivery, nextTryAt: now } : delivery)) };
}
