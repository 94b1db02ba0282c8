import { expect, test } from 'vitest';
import { policyOf } from '../../../lib/config/policy/define-config.ts';
import type { DrillScenario } from '../../../lib/domain/recovery/restore-test.ts';
import type { LiveCluster } from '../../../lib/domain/recovery/atlas-recovery.ts';
import { drillRefusals, type DrillQuestion } from '../../../lib/recovery/drills/drill-interlock.ts';

const SANDBOX = { project: 'shop', cluster: 'sandbox', uri: null };
const TARGET: LiveCluster = {
  projectId: 'p1',
  projectName: 'shop',
  clusterId: 'c1',
  name: 'sandbox',
  kind: 'replicaSet',
  stateName: 'IDLE',
  paused: false,
  tags: { restorewatch: 'sandbox' },
  majorVersion: '8.0',
  shards: 1,
  configServer: null,
  pitEnabled: true,
  restoreWindowDays: 7,
  hosts: ['sandbox.example'],
  regions: [
    { provider: 'AWS', region: 'US_EAST_1' },
    { provider: 'AWS', region: 'US_WEST_2' },
  ],
};
const { general } = policyOf({ drills: [{ name: 'monthly', scenario: 'corruption', target: { project: 'shop', cluster: 'sandbox' } }] });

function question(scenario: DrillScenario, changes: Partial<DrillQuestion> = {}, target: Partial<LiveCluster> | null = {}): DrillQuestion {
  const drill = { id: 'drill-1', scenario, target: null, jobId: null, targetName: SANDBOX };
  return {
    target: target && { ...TARGET, ...target },
    drill,
    general,
    others: [],
    hosts: ['sandbox.example:27017'],
    sourceAddresses: [],
    ...changes,
  };
}

test.for(['primary-failure', 'region-outage', 'corruption', 'deletion'] as const)(
  '%s may be done to a sandbox that config names, Atlas tags, and nothing uses',
  (scenario) => {
    expect(drillRefusals(question(scenario))).toEqual([]);
  },
);

type Case = readonly [title: string, question: DrillQuestion, words: string];
const two = { drill: { id: 'drill-1', scenario: 'corruption', target: null, jobId: null, targetName: SANDBOX } } as const;
const cases: readonly Case[] = [
  ['no target in config', question('corruption', { general: policyOf({}).general }), 'not named in restorewatch.config.ts'],
  ['no such cluster in Atlas', question('corruption', {}, null), 'Atlas has no cluster sandbox'],
  ['tag missing', question('corruption', {}, { tags: {} }), 'does not carry the tag restorewatch=sandbox'],
  ['tag with another value', question('corruption', {}, { tags: { restorewatch: 'yes' } }), 'does not carry the tag'],
  ['target busy', question('primary-failure', {}, { stateName: 'UPDATING' }), 'busy (UPDATING)'],
  ['target paused', question('primary-failure', {}, { paused: true }), 'paused'],
  ['single-region target', question('region-outage', {}, { regions: TARGET.regions.slice(0, 1) }), 'single region'],
  ['no region known', question('region-outage', {}, { regions: [] }), 'no region that Atlas names'],
  ['PITR off', question('deletion', {}, { pitEnabled: false }), 'point-in-time recovery is off'],
  ['PITR unknown', question('corruption', {}, { pitEnabled: null }), 'point-in-time recovery is off'],
  ['no address', question('corruption', { hosts: null }), 'address is not set'],
  ['an address of another cluster', question('primary-failure', { hosts: ['orders.example'] }), 'does not lead to sandbox'],
  [
    'another cluster of the same name',
    question('corruption', { drill: { ...two.drill, target: { ...TARGET, clusterId: 'c0' } } }),
    'another cluster bears the name',
  ],
  [
    'a restore test on the target',
    question('corruption', { others: [{ what: 'a restore test (t1)', target: null, targetName: SANDBOX }] }),
    'a restore test (t1) is using the target',
  ],
  [
    'MONGODB_URI leads to the target',
    question('corruption', { sourceAddresses: [{ variable: 'MONGODB_URI', hosts: ['orders.example', 'Sandbox.example.:27017'] }] }),
    'is where MONGODB_URI leads, and so a source',
  ],
  ['renamed in Atlas', question('corruption', {}, { name: 'orders' }), 'now called orders'],
];
test.for(cases)('a drill is refused: %s', ([, asked, words]) => {
  expect(drillRefusals(asked).join('; ')).toContain(words);
});

const LOCATED = { projectId: 'p1', projectName: 'shop', clusterId: 'c1', name: 'sandbox' };
test.for([
  ['not looked up, by the project’s id', null, { project: 'p1', cluster: 'sandbox' }, true],
  ['not looked up, by the project’s name', null, { project: 'shop', cluster: 'sandbox' }, true],
  ['not looked up, of its name in another project', null, { project: 'p2', cluster: 'sandbox' }, false],
  ['looked up, by another name for it', LOCATED, { project: 'p1', cluster: 'as-it-was-called' }, true],
  ['looked up, of the same name in another project', { ...LOCATED, clusterId: 'c2' }, { project: 'shop', cluster: 'sandbox' }, false],
  ['a tabletop', null, null, false],
] as const)('another user of the target, %s, blocks a drill: $3', ([, target, targetName, isInTheWay]) => {
  const refusals = drillRefusals(question('corruption', { others: [{ what: 'a restore test (t1)', target, targetName }] }));
  expect(refusals).toEqual(isInTheWay ? ['a restore test (t1) is using the target'] : []);
});

test('a drill’s target may be named in config by its project’s id or by its name', () => {
  const { general: byId } = policyOf({
    drills: [{ name: 'monthly', scenario: 'corruption', target: { project: 'p1', cluster: 'sandbox' } }],
  });
  const located = { ...question('corruption').drill, target: LOCATED };
  expect(drillRefusals(question('corruption', { general: byId, drill: located }))).toEqual([]);
  expect(drillRefusals(question('corruption', { general: byId })).join('; ')).toContain('not named in restorewatch.config.ts');
});

test('a drill is refused where its target is a source of a restore test', () => {
  const { general: both } = policyOf({
    drills: [{ name: 'monthly', scenario: 'corruption', target: { project: 'shop', cluster: 'sandbox' } }],
    restoreTests: [{ name: 'weekly', sources: [{ project: 'shop', cluster: 'sandbox' }], target: { project: 'shop', cluster: 'other' } }],
  });
  expect(drillRefusals(question('corruption', { general: both })).join('; ')).toContain('is a source');
});

test('a drill is not blocked by what uses another cluster', () => {
  expect(
    drillRefusals(
      question('corruption', { others: [{ what: 'a drill', target: null, targetName: { project: 'shop', cluster: 'other' } }] }),
    ),
  ).toEqual([]);
});

test('a region-outage drill needs no address, since it writes nothing', () => {
  expect(drillRefusals(question('region-outage', { hosts: null }))).toEqual([]);
});
