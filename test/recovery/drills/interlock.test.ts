import { expect, test } from 'vitest';
import { policyOf } from '../../../lib/config/policy.ts';
import type { DrillScenario } from '../../../lib/domain/restore-test.ts';
import type { LiveCluster } from '../../../lib/domain/recovery-atlas.ts';
import { drillRefusals, type DrillQuestion } from '../../../lib/recovery/drills/interlock.ts';

const SANDBOX = { project: 'shop', cluster: 'sandbox', uri: null };
const TARGET: LiveCluster = {
  projectId: 'p1',
  projectName: 'shop',
  clusterId: 'c1',
  name: 'sandbox',
  kind: 'replicaSet',
  stateName: 'IDLE',
  paused: false,
  tags: { restorable: 'sandbox' },
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
  return { target: target && { ...TARGET, ...target }, drill, general, others: [], hosts: ['sandbox.example:27017'], ...changes };
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
  ['no target in config', question('corruption', { general: policyOf({}).general }), 'not named in restorable.config.ts'],
  ['no such cluster in Atlas', question('corruption', {}, null), 'Atlas has no cluster sandbox'],
  ['tag missing', question('corruption', {}, { tags: {} }), 'does not carry the tag restorable=sandbox'],
  ['tag with another value', question('corruption', {}, { tags: { restorable: 'yes' } }), 'does not carry the tag'],
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
  ['renamed in Atlas', question('corruption', {}, { name: 'orders' }), 'now called orders'],
];
test.for(cases)('refused: %s', ([, asked, words]) => {
  expect(drillRefusals(asked).join('; ')).toContain(words);
});

const LOCATED = { projectId: 'p1', projectName: 'shop', clusterId: 'c1', name: 'sandbox' };
test.for([
  ['not looked up, by the project’s id', null, { project: 'p1', cluster: 'sandbox' }, true],
  ['not looked up, by the project’s name', null, { project: 'shop', cluster: 'sandbox' }, true],
  ['not looked up, in another project', null, { project: 'p2', cluster: 'sandbox' }, false],
  ['looked up, by another name for it', LOCATED, { project: 'p1', cluster: 'as-it-was-called' }, true],
  ['looked up, of the same name in another project', { ...LOCATED, clusterId: 'c2' }, { project: 'shop', cluster: 'sandbox' }, false],
  ['a tabletop', null, null, false],
] as const)('what uses a cluster, %s: in the way? %j', ([, target, targetName, isInTheWay]) => {
  const refusals = drillRefusals(question('corruption', { others: [{ what: 'a restore test (t1)', target, targetName }] }));
  expect(refusals).toEqual(isInTheWay ? ['a restore test (t1) is using the target'] : []);
});

test('a target is named in config by its project’s id or its name, once Atlas told both', () => {
  const { general: byId } = policyOf({
    drills: [{ name: 'monthly', scenario: 'corruption', target: { project: 'p1', cluster: 'sandbox' } }],
  });
  const located = { ...question('corruption').drill, target: LOCATED };
  expect(drillRefusals(question('corruption', { general: byId, drill: located }))).toEqual([]);
  expect(drillRefusals(question('corruption', { general: byId })).join('; ')).toContain('not named in restorable.config.ts');
});

test('a source of a restore test is no place for a drill', () => {
  const { general: both } = policyOf({
    drills: [{ name: 'monthly', scenario: 'corruption', target: { project: 'shop', cluster: 'sandbox' } }],
    restoreTests: [{ name: 'weekly', sources: [{ project: 'shop', cluster: 'sandbox' }], target: { project: 'shop', cluster: 'other' } }],
  });
  expect(drillRefusals(question('corruption', { general: both })).join('; ')).toContain('is a source');
});

test('what is done to another cluster is in nobody’s way', () => {
  expect(
    drillRefusals(
      question('corruption', { others: [{ what: 'a drill', target: null, targetName: { project: 'shop', cluster: 'other' } }] }),
    ),
  ).toEqual([]);
});

test('an outage writes nothing, so that it needs no address', () => {
  expect(drillRefusals(question('region-outage', { hosts: null }))).toEqual([]);
});
