import { beginProof } from './alert-proof.ts';
import { prepared } from './alerts/deliver.ts';
import { budgetOf } from './budget.ts';
import { addressOf } from './domain/address.ts';
import { contextOf, courierOf, type Parts } from './parts.ts';
import { sendAll } from './send.ts';
import { openLedger } from './state/ledger.ts';

/** Proves the alert path on demand: what each channel answered, in words. Throws `StoreError`. */
export async function prove(parts: Parts): Promise<string> {
  const ledger = openLedger(parts.store, await parts.store.readHead(), { writer: parts.newId(), now: parts.now });
  if (ledger.head().proof?.verdict === 'running') return 'a proof is under way already; the page shows how it ends';
  const now = parts.now();
  const courier = { ...courierOf(parts, parts.newId()), deadline: budgetOf(now, parts).deliverUntil };
  await ledger.update({ apply: (head, revision) => prepared(beginProof(head, contextOf(parts, now, head), revision), courier) });
  await sendAll(ledger, courier);
  const ids = new Set(ledger.head().proof?.incidents ?? []);
  const sent = ledger.head().deliveries.filter((delivery) => delivery.incidents.some((id) => ids.has(id)));
  if (sent.length === 0) return 'no channel is configured: nobody would be told of anything';
  const lines = sent.map(
    (delivery) =>
      `${delivery.priority} ${addressOf(delivery.channel, delivery.team)}: ${delivery.state}${delivery.lastError === null ? '' : ` (${delivery.lastError})`}`,
  );
  return [...lines, 'The alerts end by themselves in 10 minutes (by /api/cron/dispatch); the page then shows the verdict.'].join('\n');
}
