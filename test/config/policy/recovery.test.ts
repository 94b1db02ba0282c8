import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../lib/config/environment/read-environment.ts';
import { type Config, defineConfig, policyOf } from '../../../lib/config/policy/define-config.ts';
import { env } from '../../../lib/config/policy/team-schema.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { LEAST } from '../environment/environment-source.ts';

const ORDERS = { project: 'shop', cluster: 'orders' };
const SANDBOX = { project: 'drills', cluster: 'sandbox' };
const TEST = { name: 'weekly', sources: [ORDERS], target: SANDBOX };

function refusal(config: unknown): string {
  try {
    // What a user writes is not typed by us.
    defineConfig(config as Config);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'taken';
}

describe('a restore test', () => {
  test('is weekly, with a day of grace, over all kinds of points, and drops what it restored', () => {
    const [plan] = policyOf({ restoreTests: [TEST] }).general.restoreTests ?? [];
    expect(plan).toMatchObject({ every: 7 * DAY, grace: DAY, points: ['latest', 'snapshot', 'moment'], afterwards: 'drop' });
    expect(plan?.validation).toMatchObject({ tolerance: 0.05, sample: 20 });
  });

  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['whose target is its source', { ...TEST, target: ORDERS }, /restoreTests\.0\.target: is one of the sources/],
    ['without a source', { ...TEST, sources: [] }, /restoreTests\.0\.sources: name a cluster/],
    ['without a target', { name: 'weekly', sources: [ORDERS] }, /restoreTests\.0\.target/],
    ['with a point of an unknown kind', { ...TEST, points: ['newest'] }, /latest, snapshot or moment/],
    [
      'with an address instead of a variable’s name',
      { ...TEST, target: { ...SANDBOX, uri: 'mongodb://x' } },
      /restoreTests\.0\.target\.uri: write env/,
    ],
    ['with an unknown key', { ...TEST, weekly: true }, /unknown key weekly/],
    ['of no time at all', { ...TEST, everyDays: 0 }, /more than 0 days/],
    ['whose time field has no collection', { ...TEST, timeFields: { orders: 'at' } }, /timeFields/],
  ];
  test.for(wrong)('%s is refused with its path', ([, given, words]) => expect(refusal({ restoreTests: [given] })).toMatch(words));

  test('of a name that another has is refused', () =>
    expect(refusal({ restoreTests: [TEST, TEST] })).toMatch(/restoreTests\.1\.name: there is another "weekly"/));
  test('whose target is another one’s source is refused', () =>
    expect(refusal({ restoreTests: [TEST, { ...TEST, name: 'b', sources: [SANDBOX], target: { project: 'x', cluster: 'y' } }] })).toMatch(
      /is a source of another plan/,
    ));
});

describe('an assertion', () => {
  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['with $out', { name: 'a', collection: 's.o', pipeline: [{ $out: 'x' }], expect: [] }, /only reads/],
    ['with a $merge inside', { name: 'a', collection: 's.o', pipeline: [{ $facet: { x: [{ $merge: 'y' }] } }], expect: [] }, /only reads/],
    ['without a bound', { name: 'a', collection: 's.o' }, /min, max or both/],
    ['whose bounds cross', { name: 'a', collection: 's.o', min: 2, max: 1 }, /is more than max/],
    ['without a database', { name: 'a', collection: 'orders', min: 1 }, /shop\.orders/],
    ['without a pipeline’s result', { name: 'a', collection: 's.o', pipeline: [{ $count: 'n' }] }, /expect/],
  ];
  test.for(wrong)('%s is refused', ([, given, words]) => {
    expect(refusal({ assertions: [given] })).toMatch(words);
    expect(refusal({ assertions: [given] })).toMatch(/assertions\.0/);
  });
  test('is kept as it was written', () =>
    expect(policyOf({ assertions: [{ name: 'some', collection: 'shop.orders', min: 1 }] }).general.assertions).toEqual([
      { kind: 'count', name: 'some', namespace: 'shop.orders', filter: {}, min: 1, max: null },
    ]));
});

test.for([
  ['config and tag', { restorewatch: 'sandbox' }, 'sandbox', 'sandbox of weekly'],
  ['the tag alone', { restorewatch: 'sandbox' }, 'other', null],
  ['config alone', {}, 'sandbox', null],
  ['another value of the tag', { restorewatch: 'yes' }, 'sandbox', null],
] as const)('%s make a sandbox, and nothing less does', ([, tags, name, exempt]) => {
  const policy = policyOf({ restoreTests: [TEST] });
  expect(policy.forCluster({ projectId: 'p9', projectName: 'drills', name, tags }).exempt).toBe(exempt);
});

describe('addresses of clusters in plans', () => {
  const config: Config = {
    restoreTests: [{ ...TEST, sources: [{ ...ORDERS, uri: env('ORDERS_URI') }], target: { ...SANDBOX, uri: env('BOX_URI') } }],
  };
  test('come from the variables that the plan names, and are secrets', () => {
    const source = { ...LEAST, ORDERS_URI: 'mongodb://u:hunter22@a.example.net', BOX_URI: 'mongodb+srv://b.example.net' };
    const { recovery, secrets } = readEnvironment(source, config);
    expect(recovery.addresses).toEqual({ ORDERS_URI: source.ORDERS_URI, BOX_URI: source.BOX_URI });
    expect(secrets).toEqual(expect.arrayContaining([source.ORDERS_URI, 'hunter22']));
  });
  test('that are missing or malformed are refused with their path and without their value', () => {
    const read = (): unknown => readEnvironment({ ...LEAST, BOX_URI: 'https://sekrit' }, config);
    expect(read).toThrow(/ORDERS_URI: not set; restorewatch\.config\.ts asks for it in restoreTests\.0\.sources\.0\.uri/);
    expect(read).toThrow(/BOX_URI: must be a connection string .*not shown/);
    expect(read).not.toThrow(/sekrit/);
  });
});

test('targets and keeping times are the plan’s, in the units of their names', () => {
  expect(policyOf({}).general).toMatchObject({ recovery: { rto: 4 * HOUR, rpo: HOUR, failover: 10_000 }, recordsKeptFor: 7 * 365 * DAY });
  expect(policyOf({ recovery: { rtoMinutes: 30 }, recordsKeptForDays: 10 }).general).toMatchObject({
    recovery: { rto: 30 * MINUTE, rpo: HOUR },
    recordsKeptFor: 10 * DAY,
  });
});
