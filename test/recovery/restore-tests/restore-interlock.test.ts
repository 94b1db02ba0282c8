import { describe, expect, test } from 'vitest';
import {
  leadsTo,
  pointRefusals,
  restoreRefusals,
  sourceAddressesOf,
  targetRefusals,
  sandboxTagRefusal,
} from '../../../lib/recovery/restore-tests/restore-interlock.ts';
import type { LiveCluster } from '../../../lib/domain/recovery/atlas-recovery.ts';
import type { RestoreTest } from '../../../lib/domain/recovery/restore-test.ts';
import { HOUR, SECOND } from '../../../lib/domain/time.ts';
import { NOW } from '../../support/facts.ts';
import { openDeployments } from '../../../lib/wire/recovery.ts';
import { liveCluster, restorePlan, sandbox } from '../../support/recovery.ts';

const TARGET = { project: 'drills', cluster: 'sandbox' };
const SOURCES = [{ project: 'shop', cluster: 'orders' }];

describe('the interlock refuses a target', () => {
  const cases: readonly (readonly [string, LiveCluster | null, RegExp])[] = [
    ['that Atlas does not have', null, /no cluster sandbox/],
    ['without the tag in Atlas', sandbox({ tags: {} }), /does not carry the tag restorewatch=sandbox/],
    ['whose tag has another value', sandbox({ tags: { restorewatch: 'production' } }), /does not carry the tag/],
    ['that is a source, tagged or not', sandbox({ projectName: 'shop', name: 'orders' }), /is a source/],
    ['that was renamed since', sandbox({ name: 'sandbox-2' }), /now called sandbox-2/],
    ['that is busy', sandbox({ stateName: 'UPDATING' }), /busy \(UPDATING\)/],
    ['whose state Atlas does not tell', sandbox({ stateName: null }), /state unknown/],
    ['that is paused', sandbox({ paused: true }), /is paused/],
    ['of which nobody knows whether it is paused', sandbox({ paused: null }), /perhaps paused/],
    ['that is a flex cluster', sandbox({ kind: 'flex' }), /is flex/],
  ];
  test.for(cases)('%s', ([, target, words]) => {
    expect(targetRefusals({ target, targetName: TARGET, sources: SOURCES, sourceAddresses: [] }).join('; ')).toMatch(words);
  });

  test('but allows one that is named, tagged, idle and no source', () =>
    expect(targetRefusals({ target: sandbox(), targetName: TARGET, sources: SOURCES, sourceAddresses: [] })).toEqual([]));

  test('that config names as a source by project id as by project name', () => {
    const target = sandbox({ projectId: 'p1', projectName: 'renamed', name: 'orders' });
    expect(
      targetRefusals({ target, targetName: TARGET, sources: [{ project: 'p1', cluster: 'orders' }], sourceAddresses: [] }).join(),
    ).toMatch(/is a source/);
  });
});

describe('the interlock refuses a target that an address of a source leads to', () => {
  const hosts = ['c0.ab1cd.mongodb.net', 'c0-shard-00-00.ab1cd.mongodb.net:27017', 'c0-shard-00-01.ab1cd.mongodb.net:27017'];
  test.for([
    ['by its srv name', ['C0.ab1cd.mongodb.net.'], true],
    ['by one of its members', ['c0-shard-00-01.ab1cd.mongodb.net'], true],
    ['by another member beside it', ['c1.ab1cd.mongodb.net', 'c0-shard-00-02.ab1cd.mongodb.net'], true],
    ['by nothing: it is another cluster', ['c1.ab1cd.mongodb.net'], false],
    ['by nothing: no address is set', [], false],
  ] as const)('%s', ([, named, isRefused]) => {
    const sourceAddresses = [{ variable: 'ORDERS_URI', hosts: named }];
    const reasons = targetRefusals({ target: sandbox({ hosts }), targetName: TARGET, sources: SOURCES, sourceAddresses });
    const words = 'the target sandbox (project drills) is where ORDERS_URI leads, and so a source: a restore would erase it';
    expect(reasons).toEqual(isRefused ? [words] : []);
  });

  test('and takes the addresses of MONGODB_URI and of every plan’s sources for it', () => {
    const plans = [
      restorePlan({
        sources: [
          { project: 'shop', cluster: 'orders', uri: 'ORDERS_URI' },
          { project: 'shop', cluster: 'users', uri: null },
        ],
      }),
    ];
    const addresses: Record<string, string> = { MONGODB_URI: 'mongodb://a', ORDERS_URI: 'mongodb://b,c' };
    const sourceAddress = (variable: string | null): string | null => addresses[variable ?? 'MONGODB_URI'] ?? null;
    expect(sourceAddressesOf(plans, { sourceAddress, deployments: openDeployments(1) })).toEqual([
      { variable: 'MONGODB_URI', hosts: ['a'] },
      { variable: 'ORDERS_URI', hosts: ['b', 'c'] },
    ]);
  });
});

describe('the interlock refuses a restore', () => {
  const sharded = (changes: Partial<LiveCluster> = {}): Partial<LiveCluster> => ({
    kind: 'sharded',
    shards: 2,
    configServer: 'DEDICATED',
    ...changes,
  });
  const cases: readonly (readonly [string, LiveCluster | null, LiveCluster, RegExp | null])[] = [
    ['nothing between alike clusters', liveCluster(), sandbox(), null],
    ['nothing into the next major version', liveCluster({ majorVersion: '7.0' }), sandbox(), null],
    ['two major versions up', liveCluster({ majorVersion: '6.0' }), sandbox(), /same or the next major/],
    ['into an older version', liveCluster(), sandbox({ majorVersion: '7.0' }), /same or the next major/],
    ['where a version is not known', liveCluster({ majorVersion: null }), sandbox(), /version of the source is not known/],
    ['from a cluster that Atlas does not have', null, sandbox(), /no cluster orders/],
    ['from a paused source', liveCluster({ paused: true }), sandbox(), /source orders is paused/],
    ['from a flex cluster', liveCluster({ kind: 'flex' }), sandbox(), /can't go to a dedicated/],
    ['from a sharded cluster into a replica set', liveCluster(sharded()), sandbox(), /must be alike/],
    ['nothing between sharded clusters of as many shards', liveCluster(sharded()), sandbox(sharded()), null],
    ['with one shard more', liveCluster(sharded({ shards: 3 })), sandbox(sharded()), /as many/],
    ['with an unknown number of shards', liveCluster(sharded({ shards: null })), sandbox(sharded({ shards: null })), /as many/],
    ['with other config servers', liveCluster(sharded()), sandbox(sharded({ configServer: 'EMBEDDED' })), /config servers differ/],
    ['onto itself', liveCluster({ clusterId: 'c-sandbox' }), sandbox(), /the same cluster/],
  ];
  test.for(cases)('%s', ([, source, target, words]) => {
    const reasons = restoreRefusals({
      source,
      target,
      targetName: TARGET,
      sources: SOURCES,
      sourceAddresses: [],
      sourceName: 'orders',
      others: [],
    });
    expect(reasons.join('; ')).toMatch(words ?? /^$/);
  });

  test('while another test uses the target', () => {
    // Only what the question looks at.
    const other = { id: 'other', target: sandbox(), source: liveCluster() } as unknown as RestoreTest;
    const reasons = restoreRefusals({
      source: liveCluster(),
      target: sandbox(),
      targetName: TARGET,
      sources: SOURCES,
      sourceAddresses: [],
      sourceName: 'orders',
      others: [other],
    });
    expect(reasons).toEqual(['another test or drill (other, of orders) is using the target']);
  });
});

describe('the interlock refuses a recovery point', () => {
  const window = { from: NOW - 10 * HOUR, to: NOW, breaks: [{ from: NOW - 5 * HOUR, to: NOW - 4 * HOUR, cause: 'oplog behind' }] };
  const moment = (at: number) => ({ kind: 'moment', at, expiresAt: null }) as const;
  const cases: readonly (readonly [string, number, RegExp | null])[] = [
    ['a second before the window', window.from - SECOND, /outside the restorable window/],
    ['at its start', window.from, null],
    ['at its end', window.to, null],
    ['a second after its end', window.to + SECOND, /outside the restorable window/],
    ['a second before a break', NOW - 5 * HOUR - SECOND, null],
    ['at the start of a break', NOW - 5 * HOUR, /inside a break.*oplog behind/],
    ['at the end of a break', NOW - 4 * HOUR, /inside a break/],
    ['a second after a break', NOW - 4 * HOUR + SECOND, null],
  ];
  test.for(cases)('%s', ([, at, words]) => {
    const reasons = pointRefusals(moment(at), window, NOW);
    expect(reasons.join('; ')).toMatch(words ?? /^$/);
  });

  test('where PITR is off or unknown', () =>
    expect(pointRefusals(moment(NOW), null, NOW).join()).toMatch(/off, or its window is not known/));

  test.for([
    ['a snapshot that expired a moment ago', NOW, /expired/],
    ['one that expires in a moment', NOW + 1, null],
    ['one that never expires', null, null],
  ] as const)('%s', ([, expiresAt, words]) => {
    const reasons = pointRefusals({ kind: 'snapshot', snapshotId: 's', at: NOW - HOUR, expiresAt }, null, NOW);
    expect(reasons.join('; ')).toMatch(words ?? /^$/);
  });
});

test.for([
  ['the cluster’s SRV name', ['sandbox.example.net'], true],
  ['its name in capitals and with the default port', ['SANDBOX.example.net:27017'], true],
  ['another host', ['orders.example.net'], false],
  ['one of its hosts and one of another’s', ['sandbox.example.net', 'orders.example.net'], false],
  ['another port of its host', ['sandbox.example.net:27018'], false],
  ['no host at all', [], false],
] as const)('an address with %s leads to it: %s', ([, hosts, expected]) => expect(leadsTo(hosts, sandbox())).toBe(expected));

const TARGETS = [
  { project: 'drills', cluster: 'other' },
  { project: 'drills', cluster: 'sandbox' },
];
const OTHER = sandbox({ name: 'other', hosts: ['other.example.net'] });

function refusal(clusters: readonly LiveCluster[], hosts: readonly string[] = ['sandbox.example.net:27017']): Promise<string | null> {
  const findCluster = async (_: string, name: string): Promise<LiveCluster | null> => clusters.find((one) => one.name === name) ?? null;
  return sandboxTagRefusal({ atlas: { findCluster }, targets: TARGETS, hosts, deadline: NOW });
}

test('a sandbox in Atlas may be restored into by its address where it carries the tag', async () => {
  expect(await refusal([OTHER, sandbox()])).toBeNull();
});

test.for([
  ['without the tag', [sandbox({ tags: {} })], 'the target sandbox (project drills) does not carry the tag restorewatch=sandbox in Atlas'],
  ['with the tag on another cluster alone', [OTHER, sandbox({ tags: { restorewatch: 'no' } })], 'does not carry the tag'],
  [
    'that no target of the configuration is',
    [OTHER],
    'leads to no target of restoreTests or drills in restorewatch.config.ts; name the cluster there',
  ],
] as const)('a sandbox in Atlas is refused %s', async ([, clusters, words]) => {
  expect(await refusal(clusters)).toContain(words);
});

test('a sandbox in Atlas is refused where one of several hosts is another cluster’s', async () => {
  expect(await refusal([sandbox(), OTHER], ['sandbox.example.net', 'orders.example.net'])).toContain('leads to no target');
});

test('a sandbox in Atlas is refused where Atlas does not answer', async () => {
  const atlas = { findCluster: (): Promise<never> => Promise.reject(new Error('mongodb://ann:s3cret@h')) };
  const why = await sandboxTagRefusal({ atlas, targets: TARGETS, hosts: ['sandbox.example.net'], deadline: NOW });
  expect(why).toBe('whether the target carries its tag in Atlas cannot be told: unexpected Error');
});
