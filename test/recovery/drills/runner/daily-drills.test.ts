import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../../../lib/domain/time.ts';
import { policyOf } from '../../../../lib/config/policy/define-config.ts';
import { emptyHead, type Head } from '../../../../lib/domain/incidents/head.ts';
import { NO_RECOVERY } from '../../../../lib/domain/recovery/restore-test.ts';
import { budgetOf } from '../../../../lib/ports/budget.ts';
import { beginTest } from '../../../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { dailyDrills, isDrillDue } from '../../../../lib/recovery/drills/runner/daily-drills.ts';
import { beginDrill, changeDrill, drillsIn, endDrill, lastOf } from '../../../../lib/recovery/state/drills-in-head.ts';
import { USUAL_TEMPO } from '../../../../lib/recovery/drills/drill-ports.ts';
import { storeWith } from '../../../support/ports.ts';
import { drillStage, SANDBOX, stubSandbox } from '../drill-stage.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const TARGET = { ...SANDBOX, uri: null };
const { general } = policyOf({
  drills: [{ name: 'monthly', scenario: 'corruption', target: SANDBOX }],
  restoreTests: [{ name: 'weekly', sources: [{ project: 'shop', cluster: 'orders' }], target: SANDBOX }],
});
const [PLAN] = general.drills ?? [];

function done(at: number, plan: string | null = 'monthly'): Head {
  return endDrill(emptyHead(NOW), { id: 'd', scenario: 'corruption', plan, at, verdict: 'passed', summary: '' });
}

test.for([
  ['that was never done is due', emptyHead(NOW), true],
  ['that was done exactly its cadence ago, less what it may be early, is due', done(NOW - 30 * DAY + 2 * HOUR), true],
  ['that was done a millisecond less long ago is not due', done(NOW - 30 * DAY + 2 * HOUR + 1), false],
  ['of a scenario that was done by hand for no plan is due', done(NOW, null), true],
  [
    'that is under way is not due',
    beginDrill(emptyHead(NOW), { id: 'x', scenario: 'corruption', plan: 'monthly', by: 'cron', targetName: TARGET, now: NOW }),
    false,
  ],
  [
    'is not due while another drill is on its cluster',
    beginDrill(emptyHead(NOW), { id: 'x', scenario: 'deletion', plan: 'other', by: 'cron', targetName: TARGET, now: NOW }),
    false,
  ],
  [
    'is due while a tabletop is under way',
    beginDrill(emptyHead(NOW), { id: 'x', scenario: 'breach', plan: 'table', by: 'cron', targetName: null, now: NOW }),
    true,
  ],
] as const)('a planned drill %s', ([, head, due]) => {
  expect(PLAN && isDrillDue(head, PLAN, NOW)).toBe(due);
});

test('a planned drill is not due while a restore test uses its cluster', () => {
  const [weekly] = general.restoreTests ?? [];
  const head = weekly && beginTest({ ...emptyHead(NOW), recovery: NO_RECOVERY }, weekly, { id: 't', now: NOW });
  expect(head && PLAN && isDrillDue(head, PLAN, NOW)).toBe(false);
});

test('without the second service account a planned drill is refused with that reason, which is a finding; a tabletop begins', async () => {
  const on = await drillStage({ scenarios: ['deletion', 'breach'], atlas: 'none' });
  const { body } = await dailyDrills(on.ports);
  expect(body).toMatchObject({
    started: ['monthly-breach'],
    refused: { 'monthly-deletion': expect.stringContaining('ATLAS_RESTORE_CLIENT_ID') },
    underWay: 1,
  });
  const { head } = await on.store.readHead();
  expect(head?.incidents).toMatchObject([
    { check: 'drill', severity: 'warning', summary: expect.stringContaining('refused: ATLAS_RESTORE_CLIENT_ID') },
  ]);
  expect(on.atlas.requests).toEqual([]);
});

test('the head keeps the last drill of each plan, however many others of its scenario were done since', () => {
  const once = done(NOW - 300 * DAY, 'yearly');
  const later = Array.from({ length: 30 }, (_, index) => NOW - (30 - index) * DAY);
  const head = later.reduce(
    (so, at, index) =>
      endDrill(so, {
        id: `d${index}`,
        scenario: 'corruption',
        plan: index % 2 === 0 ? null : 'monthly',
        at,
        verdict: 'passed',
        summary: '',
      }),
    once,
  );
  expect(lastOf(drillsIn(head), 'yearly')).toMatchObject({ at: NOW - 300 * DAY });
  expect(drillsIn(head).ended.map(({ id }) => id)).toEqual(['d', ...Array.from({ length: 12 }, (_, index) => `d${index + 18}`)]);
  expect(
    drillsIn(endDrill(head, { id: 'e', scenario: 'corruption', plan: 'yearly', at: NOW, verdict: 'passed', summary: '' })).ended[0]?.id,
  ).toBe('d19');
});

test.for([
  ['the same words', null, true],
  ['the project by its id', { project: 'p1', cluster: 'sandbox' }, true],
  ['the same name in another project', { project: 'p2', cluster: 'sandbox' }, false],
] as const)('a drill under way is on the cluster that a plan names: %s', ([, name, looked]) => {
  const other = name === null ? TARGET : { ...name, uri: null };
  const so = beginDrill(emptyHead(NOW), { id: 'x', scenario: 'deletion', plan: 'other', by: 'cron', targetName: other, now: NOW });
  const located = { projectId: other.project, projectName: other.project === 'p2' ? 'other' : 'shop', clusterId: 'c', name: 'sandbox' };
  const head = changeDrill(so, 'x', (drill) => ({ ...drill, target: located }));
  expect(PLAN && isDrillDue(head, PLAN, NOW)).toBe(!looked);
});

describe('a failover, whose measure must fit one run,', () => {
  test('is given time for its patience and for reading back', () => {
    expect(USUAL_TEMPO.leastTime).toBeGreaterThanOrEqual(USUAL_TEMPO.patience + USUAL_TEMPO.readBack);
  });

  // Needed are 200 s and 10 s to prepare; a run keeps 8 s for its record.
  test.for([
    ['the default', 240_000, true],
    ['exactly enough', 218_000, true],
    ['a millisecond less', 217_999, false],
  ] as const)('with %s for RUN_BUDGET_MS', async ([, runBudgetMs, begins]) => {
    const on = await drillStage({ scenarios: ['primary-failure'] });
    const { body } = await dailyDrills(on.restarted({ runBudgetMs }));
    // Where it is begun, it is found out that this sandbox has no address.
    const why = begins ? 'the sandbox’s address is not set' : 'RUN_BUDGET_MS leaves a cron 210 s: raise it';
    expect(body).toMatchObject({
      started: begins ? ['monthly-primary-failure'] : [],
      refused: { 'monthly-primary-failure': expect.stringContaining(why) },
    });
    if (begins) return;
    const [incident] = (await on.store.readHead()).head?.incidents ?? [];
    expect(incident?.summary).toContain('`restorewatch drill --scenario primary-failure --target sandbox`');
    expect(on.atlas.requests).toEqual([]);
  });
});

test('the daily run with the default budget leaves a planned failover to dispatch, whose run has the time', async () => {
  const uri = 'mongodb://sandbox.example:27017/';
  const on = await drillStage({ scenarios: ['primary-failure'], cluster: { mongo: { uri, databases: [] } }, uri });
  const ports = on.restarted({ runBudgetMs: 240_000, requestTimeoutMs: 10_000 });
  let measures = 0;
  const sandbox = stubSandbox({ failover: async () => Promise.reject(new Error(`measured ${(measures += 1)}`)) });
  await dailyDrills(ports, { sandbox });
  expect([(await on.active())[0]?.phase, measures]).toEqual(['act', 0]);
  on.pass(5 * MINUTE);
  await on.advance({ ports, sandbox, deadline: budgetOf(on.clock.now, ports).deliverUntil });
  expect(measures).toBe(1);
});

test('the daily run forgets the refusal of a plan that left the policy', async () => {
  const on = await drillStage({ scenarios: ['deletion'], atlas: 'none' });
  expect((await dailyDrills(on.ports)).body).toMatchObject({ refused: { 'monthly-deletion': expect.any(String) } });
  const ports = on.restarted({ policy: { ...on.ports.policy, general: { ...on.ports.policy.general, drills: [] } } });
  expect((await dailyDrills(ports)).body).toEqual({ started: [], refused: {}, overdue: [], underWay: 0 });
});

test('the daily run without a plan begins, asks and sends nothing', async () => {
  const on = await drillStage({ atlas: 'none' });
  expect((await dailyDrills(on.ports)).body).toEqual({ started: [], refused: {}, overdue: [], underWay: 0 });
  expect((await on.store.readHead()).head?.incidents).toEqual([]);
});

test('a second daily run on the same day begins nothing and notifies nobody again', async () => {
  const on = await drillStage({ scenarios: ['breach'] });
  await dailyDrills(on.ports);
  on.pass(DAY);
  expect((await dailyDrills(on.ports)).body).toMatchObject({ started: [], underWay: 1 });
});

test('the daily run names an overdue drill in its answer and raises an incident', async () => {
  const on = await drillStage({ scenarios: ['breach'] });
  await dailyDrills(on.ports);
  on.pass(33 * DAY);
  expect((await dailyDrills(on.ports)).body).toMatchObject({ overdue: [] });
  on.pass(1);
  expect((await dailyDrills(on.ports)).body).toMatchObject({ overdue: ['monthly-breach'] });
  expect((await on.store.readHead()).head?.incidents).toMatchObject([{ check: 'drill', severity: 'warning' }]);
  expect(on.channels.slack.notifications).toHaveLength(1);
});

test('the daily run answers 500 without details where the store fails', async () => {
  const on = await drillStage({ scenarios: ['breach'] });
  const store = storeWith(on.store, { swap: async () => Promise.reject(new Error('redis://user:password@host')) });
  expect(await dailyDrills(on.restarted({ store }))).toEqual({ status: 500, body: { error: 'unexpected Error' } });
});
