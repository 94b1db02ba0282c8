import type { Head } from '../domain/incidents/head.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { applyFindings } from '../reconcile/apply-findings.ts';
import { overdueFindings } from '../reconcile/overdue-channels.ts';
import type { Ledger } from '../record/ledger.ts';
import { aboutChannels, withClaims } from './claims.ts';
import { deliver, type Sender } from './deliver.ts';

/**
 * Sends every claimed delivery and those that follow from their outcomes. A channel may have failed again meanwhile, or work again, so the incidents about
 * overdue channels are opened or resolved afterwards, and only then are messages about channels sent. Throws `StoreError`.
 */
export async function sendAll(ledger: Ledger, sender: Sender): Promise<void> {
  await deliver(ledger, sender);
  const head = ledger.head();
  const tried: Sender = { ...sender, channelsTried: true };
  const attempted = attemptedIn(head, sender);
  const next = (current: Head, revision: number): Head => withClaims(withOverdueChannels(current, sender, revision), tried, attempted);
  if (next(head, 0) === head) return;
  await ledger.update({ apply: next });
  await deliver(ledger, tried, attempted);
}

/** The keys of deliveries that were attempted already and would be due again: they wait for the next run. Messages about channels were not attempted yet. */
function attemptedIn(head: Head, sender: Sender): ReadonlySet<string> {
  const now = sender.now();
  const waited = aboutChannels(head);
  return new Set(
    head.deliveries
      .filter((delivery) => delivery.attempts > 0 && delivery.nextTryAt !== null && delivery.nextTryAt <= now && !waited(delivery))
      .map((delivery) => delivery.key),
  );
}

/** One P0 for each overdue channel, sent by the channels that still accept messages. The same head if nothing changes. */
function withOverdueChannels(head: Head, sender: Sender, revision: number): Head {
  const { general, now, roster } = sender.context(head);
  const findings = overdueFindings(head, general, now, roster);
  if (findings.length === 0) return head;
  const applied = applyFindings(head, findings, sender.context, { revision, flapping: general.flapping });
  return applied.transitions.length === 0 && isAsSteady(head.incidents, applied.head.incidents) ? head : applied.head;
}

/** `steadySince` of a flapping incident can begin or end without a transition, and has to be stored all the same. */
function isAsSteady(before: readonly Incident[], after: readonly Incident[]): boolean {
  return after.every(({ steadySince }, index) => steadySince === before[index]?.steadySince);
}
