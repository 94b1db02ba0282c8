import { STATE_IN_WORDS } from '../reconcile/alert-path-findings.ts';
import type { Head } from '../domain/incidents/head.ts';
import type { Delivery } from '../domain/incidents/incident.ts';
import { addressOf } from '../domain/incidents/channel-address.ts';
import { openSession } from '../ports/change-head.ts';
import { type Ports, routeContext } from '../ports/ports.ts';
import { beginProof } from '../reconcile/alert-path-proof.ts';

/** `fine`: every channel took its message. `sent` is empty where nothing was. */
export type Proving = {
  readonly fine: boolean;
  readonly words: string;
  readonly sent: readonly (Pick<Delivery, 'priority' | 'state' | 'lastError'> & { readonly channel: string })[];
};

/** Proves the alert path because `by` asked for it; says what each channel answered. Throws `StoreError`. */
export async function proveAlerts(ports: Ports, by: string): Promise<Proving> {
  const { ledger, change, send } = await openSession(ports);
  const before = ledger.head();
  if (before.proof?.verdict === 'running')
    return { fine: true, words: 'a proof is under way already; the page shows how it ends', sent: [] };
  const now = ports.now();
  const begun = (head: Head, revision: number): Head => beginProof(head, routeContext(ports, now, head), revision);
  // A proof that goes to nobody would leave two alerts open until it ends, on the page too.
  if (begun(before, 0).deliveries.length === before.deliveries.length)
    return { fine: false, words: 'no channel is configured: nobody would be told of anything', sent: [] };
  await change({ apply: begun, actor: { by, from: null } });
  await send();
  const sent = sentForProof(ledger.head());
  return { fine: sent.every(({ state }) => state === 'accepted'), words: inWords(sent), sent };
}

function sentForProof({ proof, deliveries }: Head): Proving['sent'] {
  const ids = new Set(proof?.incidents ?? []);
  return deliveries
    .filter(({ incidents }) => incidents.some((id) => ids.has(id)))
    .map(({ priority, channel, team, state, lastError }) => ({ priority, channel: addressOf(channel, team), state, lastError }));
}

function inWords(sent: Proving['sent']): string {
  const lines = sent.map(
    ({ priority, channel, state, lastError }) =>
      `${priority} ${channel}: ${STATE_IN_WORDS[state]}${lastError === null ? '' : ` (${lastError})`}`,
  );
  return [...lines, 'The alerts end by themselves in 10 minutes (by /api/cron/dispatch); the page then shows the verdict.'].join('\n');
}
