import { expect, test } from 'vitest';
import { DAY, HOUR } from '../../../lib/domain/time.ts';
import { policyOf } from '../../../lib/config/policy.ts';
import { emptyHead, type Head } from '../../../lib/domain/head.ts';
import { NO_RECOVERY } from '../../../lib/domain/restore-test.ts';
import { begin } from '../../../lib/recovery/begin.ts';
import { dailyDrills } from '../../../lib/proving/drills/daily.ts';
import { isDrillDue } from '../../../lib/recovery/drills/due.ts';
import { begun, endedDrill } from '../../../lib/recovery/drills/state.ts';
import { storeWith } from '../../support/parts.ts';
import { drillStage, SANDBOX } from './drill-stage.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const TARGET = { ...SANDBOX, uri: null };
const { general } = policyOf({
  drills: [{ name: 'monthly', scenario: 'corruption', target: SANDBOX }],
  restoreTests: [{ name: 'weekly', sources: [{ project: 'shop', cluster: 'orders' }], target: SANDBOX }],
});
const [PLAN] = general.drills ?? [];

function done(at: number, plan: string | null = 'monthly'): Head {
  return endedDrill(emptyHead(NOW), { id: 'd', scenario: 'corruption', plan, at, verdict: 'passed', summary: '' });
}

test.for([
  ['never done', emptyHead(NOW), true],
  ['done exactly as long ago as it is early', done(NOW - 30 * DAY + 2 * HOUR), true],
  ['done a millisecond less long ago', done(NOW - 30 * DAY + 2 * HOUR + 1), false],
  ['done by hand for no plan', done(NOW, null), true],
  [
    'one of it under way',
    begun(emptyHead(NOW), { id: 'x', scenario: 'corruption', plan: 'monthly', by: 'cron', targetName: TARGET, now: NOW }),
    false,
  ],
  [
    'another drill on its cluster',
    begun(emptyHead(NOW), { id: 'x', scenario: 'deletion', plan: 'other', by: 'cron', targetName: TARGET, now: NOW }),
    false,
  ],
  [
    'a tabletop under way',
    begun(emptyHead(NOW), { id: 'x', scenario: 'breach', plan: 'table', by: 'cron', targetName: null, now: NOW }),
    true,
  ],
] as const)('due? %s', ([, head, due]) => {
  expect(PLAN && isDrillDue(head, PLAN, NOW)).toBe(due);
});

test('not due while a restore test uses its cluster', () => {
  const [weekly] = general.restoreTests ?? [];
  const head = weekly && begin({ ...emptyHead(NOW), recovery: NO_RECOVERY }, weekly, { id: 't', now: NOW });
  expect(head && PLAN && isDrillDue(head, PLAN, NOW)).toBe(false);
});

test('without the second service account a planned drill is refused with that reason, which is a finding; a tabletop begins', async () => {
  const on = await drillStage({ scenarios: ['deletion', 'breach'], atlas: 'none' });
  const { body } = await dailyDrills(on.parts);
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

test('without a plan nothing is begun, asked or told', async () => {
  const on = await drillStage({ atlas: 'none' });
  expect((await dailyDrills(on.parts)).body).toEqual({ started: [], refused: {}, overdue: [], underWay: 0 });
  expect((await on.store.readHead()).head?.incidents).toEqual([]);
});

test('a second run on the same day begins nothing and tells nothing again', async () => {
  const on = await drillStage({ scenarios: ['breach'] });
  await dailyDrills(on.parts);
  on.pass(DAY);
  expect((await dailyDrills(on.parts)).body).toMatchObject({ started: [], underWay: 1 });
});

test('an overdue drill is flagged in the answer and raised', async () => {
  const on = await drillStage({ scenarios: ['breach'] });
  await dailyDrills(on.parts);
  on.pass(33 * DAY);
  expect((await dailyDrills(on.parts)).body).toMatchObject({ overdue: [] });
  on.pass(1);
  expect((await dailyDrills(on.parts)).body).toMatchObject({ overdue: ['monthly-breach'] });
  expect((await on.store.readHead()).head?.incidents).toMatchObject([{ check: 'drill', severity: 'warning' }]);
  expect(on.channels.slack.letters).toHaveLength(1);
});

test('a store that takes nothing is a 500 without detail of it', async () => {
  const on = await drillStage({ scenarios: ['breach'] });
  const store = storeWith(on.store, { swap: async () => Promise.reject(new Error('redis://user:password@host')) });
  expect(await dailyDrills(on.restarted({ store }))).toEqual({ status: 500, body: { error: 'unexpected Error' } });
});
