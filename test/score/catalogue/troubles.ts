import type { Incident } from '../../../lib/domain/incidents/incident.ts';
import type { Severity } from '../../../lib/domain/policy/policy.ts';
import type { Expected } from '../fault.ts';
import type { World } from '../world.ts';
import { NEXT_CHECK } from './acts.ts';

/** Something for the channels to tell: one trouble of each priority, and what it should bring by a channel. */

export function troubleP0({ orders }: World): void {
  orders.backup = false;
}

export function mendP0({ orders }: World): void {
  orders.backup = true;
}

export function troubleP1({ atlas, orders }: World): void {
  atlas.failSnapshot(orders);
}

export function mendP1({ atlas, orders }: World): void {
  atlas.mend(orders);
}

export function troubleP2({ shop }: World): void {
  shop.addCluster('toy', { kind: 'free' });
}

export function mendP2({ cluster }: World): void {
  cluster('toy').tags = { 'restorewatch-exempt': 'a playground' };
}

type Telling = Pick<Expected, 'by'> & { readonly within?: number };

export function toldP0({ within = NEXT_CHECK, ...by }: Telling): Expected {
  return { check: 'backup-off', severity: 'critical', about: 'orders', within, ...by };
}

export function toldP1({ within = NEXT_CHECK, ...by }: Telling): Expected {
  return { check: 'snapshot-failed', severity: 'warning', about: 'orders', within, ...by };
}

export function toldP2({ within = NEXT_CHECK, ...by }: Telling): Expected {
  return { check: 'backup-off', severity: 'info', about: 'shop', within, ...by };
}

/** What is said of a channel that is overdue: one step milder than what is stuck there, where another channel has that (docs/contract.md, clause 14). */
export function overdue(channel: string, within: number, by: Expected['by'] & string, severity: Severity = 'warning'): Expected {
  return { check: 'monitor', severity, about: `channel ${channel}`, within, by };
}

/** Null where PagerDuty rang exactly once for it; else how often. */
export function oneAlert({ pagerduty }: World): string | null {
  const keys = pagerduty.alerts.filter(({ key }) => key.startsWith('backup-off'));
  return keys.length === 1 ? null : `${keys.length} pages for one incident`;
}

/** Null where the phone got so many texts about it. */
export function texts(least: number, most: number): (world: World) => string | null {
  return ({ twilio }) => {
    const count = twilio.messages.filter(({ body }) => body.includes('orders')).length;
    return count >= least && count <= most ? null : `${count} text messages`;
  };
}

/** Null where the channel has exactly one message of its own about it. */
export function onePost({ slack }: World): string | null {
  const roots = slack.messages.filter(({ thread_ts, text }) => thread_ts === undefined && text.includes('orders'));
  return roots.length === 1 ? null : `${roots.length} messages in Slack`;
}

/** The first that does not hold. */
export function each(...proofs: readonly ((world: World) => string | null)[]): (world: World) => string | null {
  return (world) => proofs.map((proof) => proof(world)).find((problem) => problem !== null) ?? null;
}

export async function incidentOf(world: World, check: string): Promise<Incident | undefined> {
  return (await world.head())?.incidents.find((incident) => incident.check === check);
}
