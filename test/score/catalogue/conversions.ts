import { HOUR } from '../../../lib/domain/time.ts';
import type { Chapter, Fault } from '../fault.ts';
import type { World } from '../world.ts';

/** The interval of the schedule and the grace of two hours, and the check that finds it. */
const FIRST_DUE = 9 * HOUR;

const upgraded: readonly Fault[] = [
  {
    id: 'flex-upgraded',
    title: 'a flex cluster is upgraded to a dedicated one: another id under its name, and no snapshot yet',
    source: '[R] docs/facts/atlas.md §2 (upgrades)',
    setup: { clusters: { small: { kind: 'flex' } } },
    start: (world) => void upgrade(world),
    expect: [],
    lasts: 10 * HOUR,
  },
  {
    id: 'flex-upgraded-never',
    title: 'the same, and the first snapshot never comes',
    source: '[R] docs/facts/atlas.md §2 (upgrades)',
    setup: { clusters: { small: { kind: 'flex' } } },
    start: (world) => void (upgrade(world).stalled = true),
    expect: [{ check: 'backup-age', severity: 'critical', about: 'small', within: FIRST_DUE }],
    lasts: 10 * HOUR,
  },
];

const converted: readonly Fault[] = [
  {
    id: 'flex-converted-never',
    title: 'a flex cluster becomes a dedicated one under its id, without its snapshots, and the first one never comes',
    source: '[I] docs/facts/atlas.md §2 (upgrades)',
    setup: { clusters: { small: { kind: 'flex' } } },
    start: (world) => convert(world, 'small', { kind: 'replicaSet', every: 6 * HOUR, pit: true, stalled: true }),
    expect: [{ check: 'backup-age', severity: 'critical', about: 'small', within: FIRST_DUE }],
    lasts: 10 * HOUR,
  },
  {
    id: 'to-sharded',
    title: 'a replica set becomes a sharded cluster: its snapshots are listed no more, and the next one comes when it is due',
    source: '[?] docs/facts/atlas.md §2 (sharded), §8 row 7',
    start: (world) => convert(world, 'orders', { kind: 'sharded', shards: 2 }),
    expect: [],
    lasts: 10 * HOUR,
  },
  {
    id: 'to-sharded-never',
    title: 'the same, and the next one never comes',
    source: '[?] docs/facts/atlas.md §2 (sharded), §8 row 7',
    start: (world) => convert(world, 'orders', { kind: 'sharded', shards: 2, stalled: true }),
    expect: [{ check: 'backup-age', severity: 'critical', about: 'orders', within: FIRST_DUE }],
    lasts: 10 * HOUR,
  },
];

/** The dedicated cluster that takes the place of "small". */
function upgrade({ shop, cluster }: World): World['orders'] {
  const small = cluster('small');
  shop.clusters = shop.clusters.filter((one) => one !== small);
  return shop.addCluster('small', { age: 0, history: false });
}

function convert({ cluster, time }: World, name: string, becomes: Partial<World['orders']>): void {
  const one = cluster(name);
  Object.assign(one, becomes, { snapshots: [] });
  one.next = time.now() + one.every;
  one.version += 1;
}

export const CONVERSIONS: Chapter = {
  heading: 'Conversions to another kind (docs/facts/atlas.md §2)',
  faults: [...upgraded, ...converted],
};
