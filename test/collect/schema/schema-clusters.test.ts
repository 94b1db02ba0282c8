import { describe, expect, test } from 'vitest';
import { parseCluster, parseFlexCluster, type ListedCluster } from '../../../lib/collect/schema/clusters.ts';
import { parseProject } from '../../../lib/collect/schema/projects.ts';
import { START as NOW } from '../harness.ts';
import { ID, WRONG } from '../malformed.ts';

describe('clusters', () => {
  const region = { providerName: 'AWS', electableSpecs: { instanceSize: 'M30' } };
  const whole = {
    id: ID,
    name: 'orders',
    createDate: '2026-01-01T00:00:00Z',
    clusterType: 'REPLICASET',
    paused: false,
    backupEnabled: true,
    pitEnabled: true,
    internalClusterRole: 'NONE',
    tags: [{ key: 'team', value: 'shop' }],
    replicationSpecs: [{ regionConfigs: [region] }],
  };
  const sharded = { clusterType: 'SHARDED', replicationSpecs: [{ regionConfigs: [region] }, { regionConfigs: [region] }] };
  const tenant = (instanceSize: string | undefined): unknown => [
    { regionConfigs: [{ providerName: 'TENANT', electableSpecs: { instanceSize } }] },
  ];

  function usable(said: Readonly<Record<string, unknown>>): ListedCluster {
    const entry = parseCluster({ ...whole, ...said }, NOW);
    if (entry.kind === 'usable') return entry.value;
    throw new Error(`not usable: ${JSON.stringify(entry)}`);
  }

  test.for([
    ['DELETING', true],
    ['IDLE', undefined],
    [undefined, undefined],
  ] as const)('in the state %s is being deleted: %o', ([stateName, deleting]) => {
    expect(usable({ stateName }).deleting).toBe(deleting);
    const flex = parseFlexCluster({ id: ID, name: 'small', stateName }, NOW);
    expect(flex.kind === 'usable' && flex.value.deleting).toBe(deleting);
  });

  test.for([
    ['UPDATING', true],
    ['IDLE', undefined],
    ['updating', undefined],
    [7, undefined],
  ] as const)('in the state %s is being updated: %o', ([stateName, updating]) => expect(usable({ stateName }).updating).toBe(updating));

  test.for([
    ['mongodb://a.net:27017,b.net:27017/?ssl=true&authSource=admin&replicaSet=atlas-wkiyww-shard-0', 'atlas-wkiyww-shard-0'],
    ['mongodb://a.net:27017/?replicaSet=atlas-1-shard-0&ssl=true', 'atlas-1-shard-0'],
    ['mongodb://a.net:27016/?ssl=true&authSource=admin', undefined],
    [undefined, undefined],
    [7, undefined],
  ] as const)('the connection string %s names the replica set %s', ([standard, replicaSetName]) =>
    expect(usable({ connectionStrings: { standard } }).replicaSetName).toBe(replicaSetName),
  );

  const nodes = (regionName: string, nodeCount: unknown, priority = 7): unknown => ({
    ...region,
    regionName,
    priority,
    electableSpecs: { nodeCount },
  });
  test.for<readonly [string, readonly unknown[], readonly object[] | null]>([
    ['of one region', [[nodes('A', 3)]], [{ 'AWS A': 3 }]],
    ['of two regions', [[nodes('A', 2), nodes('B', 1, 6)]], [{ 'AWS A': 2, 'AWS B': 1 }]],
    ['of two shards', [[nodes('A', 3)], [nodes('A', 5)]], [{ 'AWS A': 3 }, { 'AWS A': 5 }]],
    [
      'beside a region of read-only nodes',
      [[nodes('A', 3), { ...region, regionName: 'B', priority: 0, electableSpecs: null }]],
      [{ 'AWS A': 3 }],
    ],
    ['beside a region of none', [[nodes('A', 3), nodes('B', 0, 0)]], [{ 'AWS A': 3 }]],
    ['of which one region does not say its number', [[nodes('A', 3), nodes('B', undefined, 6)]], null],
    ['of a region that has votes and no specs', [[nodes('A', 3), { ...region, regionName: 'B', priority: 6, electableSpecs: null }]], null],
    ['of a number that is none', [[nodes('A', '3')]], null],
    ['of which one shard does not say its regions', [[nodes('A', 3)], null], null],
    ['of no shard', [], null],
  ])('electable nodes %s are counted by region of each shard, or are unknown', ([, shards, electable]) => {
    const read = usable({ replicationSpecs: shards.map((regionConfigs) => ({ regionConfigs })) }).electable;
    expect(read.known ? read.value : null).toEqual(electable);
  });

  test.for([
    [true, true],
    [false, false],
    [undefined, 'unknown'],
    ['yes', 'unknown'],
  ])('termination protection of %o is %s', ([terminationProtectionEnabled, expected]) => {
    const { terminationProtection } = usable({ terminationProtectionEnabled });
    expect(terminationProtection.known ? terminationProtection.value : 'unknown').toBe(expected);
  });

  test.for([
    ['a replica set', {}, 'replicaSet', 'REPLICASET/1', 'M30'],
    ['a sharded cluster', sharded, 'sharded', 'SHARDED/2', 'M30 x2'],
    ['a geo-sharded one', { ...sharded, clusterType: 'GEOSHARDED' }, 'sharded', 'GEOSHARDED/2', 'M30 x2'],
    ['an M0', { replicationSpecs: tenant('M0') }, 'free', 'REPLICASET/1', 'M0'],
    ['a shared tier that is no M0', { replicationSpecs: tenant('M2') }, 'flex', 'REPLICASET/1', 'M2'],
    [
      'a shared tier that does not say which: not taken for an M0, which nothing is promised for',
      { replicationSpecs: tenant(undefined) },
      'flex',
      'REPLICASET/1',
      null,
    ],
    [
      'a flex cluster among the others',
      { replicationSpecs: [{ regionConfigs: [{ providerName: 'FLEX' }] }] },
      'flex',
      'REPLICASET/1',
      null,
    ],
  ] as const)('%s', ([, said, kind, topology, tier]) => {
    expect(usable(said)).toMatchObject({ kind: { value: kind }, topology: { value: topology }, tier });
  });

  test('shards of different sizes show all of them', () => {
    const larger = { providerName: 'AWS', electableSpecs: { instanceSize: 'M40' } };
    expect(usable({ ...sharded, replicationSpecs: [{ regionConfigs: [region] }, { regionConfigs: [larger] }] }).tier).toBe('M30+M40');
  });

  test.for(['SYSTEM_CLUSTER', 'INTERNAL_SHADOW_CLUSTER', 'SOMETHING_NEW'])('a %s is left out', (internalClusterRole) => {
    expect(parseCluster({ ...whole, internalClusterRole }, NOW)).toEqual({ kind: 'leftOut' });
  });

  const facts = [
    ['createDate', 'createdAt'],
    ['paused', 'paused'],
    ['backupEnabled', 'backupEnabled'],
    ['pitEnabled', 'pitEnabled'],
  ] as const;
  test.for(facts.flatMap(([sent, ours]) => WRONG.map((wrong) => [sent, ours, wrong] as const)))(
    '%s that is malformed makes %s unknown and nothing else (%o)',
    ([sent, ours, wrong]) => {
      expect(usable({ [sent]: wrong })).toEqual({
        ...usable({}),
        [ours]: { known: false, reason: `Atlas sent no usable \`${sent}\` for orders` },
      });
    },
  );

  test.for(WRONG)('a type of %o leaves the kind unknown', (clusterType) => {
    expect(usable({ clusterType })).toMatchObject({ kind: { known: false }, topology: { known: false }, backupEnabled: { known: true } });
  });

  test.for(WRONG)('tags or specs of %o spoil nothing else', (wrong) => {
    expect(usable({ tags: wrong, replicationSpecs: wrong })).toMatchObject({ tags: {}, tier: null, kind: { value: 'replicaSet' } });
  });

  test('a tag named like a part of every object is a tag', () => {
    expect(Object.entries(usable({ tags: [{ key: '__proto__', value: 'x' }, { key: 'a' }, null] }).tags)).toEqual([['__proto__', 'x']]);
  });

  test.for([
    [{ id: undefined }, 'Atlas lists a cluster named orders with no usable id'],
    [{ name: null }, `Atlas lists a cluster with id ${ID} and no usable name`],
    [{ name: '..' }, `Atlas lists a cluster with id ${ID} and no usable name`],
    [{ id: 5, name: 6 }, 'Atlas lists a cluster with neither a usable id nor a usable name'],
  ] as const)('an entry without id or name is one sentence (%o)', ([said, sentence]) => {
    expect(parseCluster({ ...whole, ...said }, NOW)).toEqual({ kind: 'unreadable', sentence });
  });

  test.for([null, 'x', 5])('an entry of %o is unreadable', (entry) => {
    expect(parseCluster(entry, NOW)).toMatchObject({ kind: 'unreadable' });
    expect(parseFlexCluster(entry, NOW)).toMatchObject({ kind: 'unreadable' });
    expect(parseProject(entry)).toMatchObject({ kind: 'unreadable' });
  });

  test('a project without a name goes by its id', () => {
    expect(parseProject({ id: ID })).toEqual({ kind: 'usable', value: { id: ID, name: ID } });
  });
});
