import { STATE_IN_WORDS } from '../reconcile/alert-path-findings.ts';
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
  if (ledger.head().proof?.verdict === 'running')
    return { fine: true, words: 'a proof is under way already; the page shows how it ends', sent: [] };
  const now = ports.now();
  const actor = { by, from: null };
  await change({ apply: (head, revision) => beginProof(head, routeContext(ports, now, head), revision), actor });
  await send();
  const { proof, deliveries } = ledger.head();
  const ids = new Set(proof?.incidents ?? []);
  const sent = deliveries
    .filter(({ incidents }) => incidents.some((id) => ids.has(id)))
    .map(({ priority, channel, team, state, lastError }) => ({ priority, channel: addressOf(channel, team), state, lastError }));
  if (sent.length === 0) return { fine: false, words: 'no channel is configured: nobody would be told of anything', sent };
  const lines = sent.map(
    ({ priority, channel, state, lastError }) =>
      `${priority} ${channel}: ${STATE_IN_WORDS[state]}${lastError === null ? '' : ` (${lastError})`}`,
  );
  const words = [...lines, 'The alerts end by themselves in 10 minutes (by /api/cron/dispatch); the page then shows the verdict.'].join(
    '\n',
  );
  return { fine: sent.every(({ state }) => state === 'accepted'), words, sent };
}
