import { expect, test } from 'vitest';
import { known } from '../../lib/domain/facts/fact.ts';
import type { AtlasEvent, ClusterFacts, Facts } from '../../lib/domain/facts/facts.ts';
import { HOUR, type Instant } from '../../lib/domain/time.ts';
import { check } from '../../lib/run/check.ts';
import { cluster, event, factsOf, NOW, project } from '../support/facts.ts';
import { type Stage, stage } from '../support/ports.ts';

const deleted = event('CLUSTER_DELETED', NOW + 90 * 60_000, { actor: 'dana@example.com' });

/** "orders" as it is, beside a healthy "billing"; null: Atlas lists it no more. */
function facts(at: Instant, orders: Partial<ClusterFacts> | null, events: readonly AtlasEvent[] = []): Facts {
  const clusters = [...(orders === null ? [] : [cluster(at, orders)]), cluster(at, { id: 'c2', name: 'billing' })];
  return factsOf([project(clusters, at, { events: known({ since: at - HOUR, until: at, events }, at) })], at);
}

async function after(
  on: Stage,
  hours: number,
  orders: Partial<ClusterFacts> | null,
  events: readonly AtlasEvent[] = [],
): Promise<string[]> {
  on.now = NOW + hours * HOUR;
  on.collect = (_, now) => facts(now, orders, events);
  await check(on.restarted());
  const { head } = await on.store.readHead();
  return (head?.incidents ?? []).map(({ check: of, state }) => `${of} ${state}`);
}

const off = { backupEnabled: known(false, NOW), pitEnabled: known(false, NOW) } as const;

test('a cluster that Atlas is deleting, with its backups off already, is reported once it is gone, and not before', async () => {
  const on = stage();
  expect(await after(on, 0, {})).toEqual([]);
  expect(await after(on, 1, { ...off, deleting: true })).toEqual([]);
  expect(await after(on, 2, null, [deleted])).toEqual(['cluster-gone open']);
});

test('what is open about a cluster that Atlas is deleting stays, also if it looks well, and ends when the cluster is gone', async () => {
  const on = stage();
  expect(await after(on, 0, off)).toEqual(['backup-off open']);
  expect(await after(on, 1, { deleting: true })).toEqual(['backup-off open']);
  expect(await after(on, 2, null, [deleted])).toEqual(['backup-off resolved', 'cluster-gone open']);
});
