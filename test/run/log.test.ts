import { expect, test } from 'vitest';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import { DAY, HOUR, iso, MINUTE } from '../../lib/domain/time.ts';
import { check } from '../../lib/run/check.ts';
import { checksIn, policiesIn, unwatchedIn } from '../../lib/record/evidence/logged.ts';
import { verifyTrail } from '../../lib/record/trail/verify-trail.ts';
import { factsOfLook, NOW } from '../support/facts.ts';
import { refusing, type Stage, stage, storeWith } from '../support/ports.ts';

async function logOf(at: Stage) {
  const log = (await at.store.trail({ limit: 1_000, before: null })).toReversed();
  expect(verifyTrail(log).faults).toEqual([]);
  return log;
}

async function checkedAt(at: Stage, moment: number): Promise<void> {
  at.now = moment;
  await check(at.ports);
}

test('every check is an entry of the log: all verdicts in the first of a month, then the changes alone, with digests of what was read and shown', async () => {
  const at = stage();
  await checkedAt(at, NOW);
  await checkedAt(at, NOW + HOUR);
  const [policy, first, second] = await logOf(at);
  expect([policy?.what, first?.what, second?.what]).toEqual(['policy', 'run', 'run']);
  expect(first?.details).toEqual({
    startedAt: iso(NOW),
    finishedAt: iso(NOW),
    complete: 'yes',
    clusters: '1',
    unknown: '0',
    memory: expect.stringMatching(/^[0-9a-f]{64}$/),
    view: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const checks = checksIn(await logOf(at));
  expect(checks.map(({ verdicts }) => [verdicts.whole, verdicts.clusters.length])).toEqual([
    [true, 1],
    [false, 0],
  ]);
  const month = NOW + 30 * DAY;
  await checkedAt(at, month);
  expect(checksIn(await logOf(at)).at(-1)?.verdicts.whole).toBe(true);
});

test('the policy is in the log when it is new or changed, without anybody’s address', async () => {
  const config = { rpo: { targetMinutes: 30 }, contacts: { email: ['head@example.com'] } };
  const at = stage();
  await checkedAt(at, NOW);
  await check(at.restarted({ policy: policyOf({ digestHour: null, ...config }) }));
  await check(at.restarted({ policy: policyOf({ digestHour: null, ...config }) }));
  const policies = policiesIn(await logOf(at));
  expect(policies.map(({ stated }) => JSON.parse(stated).everyCluster.rpo.target / MINUTE)).toEqual([60, 30]);
  expect(JSON.stringify(policies)).not.toContain('example.com');
});

test.for([
  ['two intervals without a check are none', 2 * HOUR, []],
  ['a little more is one, from the end of the last check to the start of this one', 2 * HOUR + 1_000, [false]],
  ['a clock that was set back is told as one whose length nobody knows', -3 * HOUR, [true]],
] as const)('an interval in which nobody watched: %s', async ([, later, gaps]) => {
  const at = stage();
  await checkedAt(at, NOW);
  await checkedAt(at, NOW + later);
  const unwatched = unwatchedIn(await logOf(at));
  expect(unwatched).toEqual(gaps.map((clockSetBack) => ({ from: NOW, to: NOW + later, clockSetBack })));
});

test('a check that was cut off ends no such interval, and its entry says that it was', async () => {
  const at = stage();
  await checkedAt(at, NOW);
  at.collect = (_, now) => ({ ...factsOfLook({ at: now }), complete: false });
  await checkedAt(at, NOW + 5 * HOUR);
  at.collect = (_, now) => factsOfLook({ at: now });
  await checkedAt(at, NOW + 6 * HOUR);
  const log = await logOf(at);
  expect(log.filter(({ what }) => what === 'run').map(({ details }) => details['complete'])).toEqual(['yes', 'no', 'yes']);
  expect(unwatchedIn(log)).toEqual([{ from: NOW, to: NOW + 6 * HOUR, clockSetBack: false }]);
});

test('where another check was recorded in between, all verdicts are listed again', async () => {
  const at = stage();
  await checkedAt(at, NOW);
  const other = at.restarted();
  at.now = NOW + HOUR;
  at.collect = async (_, now) => {
    at.collect = (__, then) => factsOfLook({ at: then });
    at.now = NOW + HOUR + MINUTE;
    await at.store.swap({ ...swapOf((await at.store.readHead()).revision), head: await foreign(at) });
    return factsOfLook({ at: now });
  };
  await check(other);
  const last = checksIn(await logOf(at)).at(-1);
  expect(last?.verdicts.whole).toBe(true);
});

async function foreign(at: Stage) {
  const { head } = await at.store.readHead();
  if (head === null) throw new Error('there is a head');
  const run = { runId: 'foreign', startedAt: NOW + MINUTE, finishedAt: NOW + MINUTE, complete: true };
  return { ...head, lastRun: run, lastComplete: run };
}

function swapOf(expected: number) {
  return { expected, writer: 'foreign', adopt: [], drop: [], history: [], release: null, now: NOW };
}

test('the first check of a day packs the days before it, and one whose packing fails is recorded all the same', async () => {
  const at = stage();
  const asked: number[] = [];
  const store = storeWith(at.store, { packTrail: async ({ now }) => void asked.push(now) });
  for (const moment of [NOW, NOW + HOUR, NOW + DAY, NOW + DAY + HOUR]) {
    at.now = moment;
    await check(at.restarted({ store }));
  }
  expect(asked).toEqual([NOW, NOW + DAY]);
  at.now = NOW + 2 * DAY;
  const answer = await check(at.restarted({ store: storeWith(at.store, { packTrail: refusing('pack the audit trail') }) }));
  expect(answer.status).toBe(200);
  expect(at.log).toContainEqual(expect.stringContaining('the log of earlier days was not packed'));
});

test('the digest gives away the root of the log as it was when its check began', async () => {
  const config = { digestHour: 8 };
  const at = stage({ policy: policyOf(config) }, config);
  await checkedAt(at, NOW);
  const root = (await logOf(at)).at(-1);
  await checkedAt(at, NOW + DAY);
  const { head } = await at.store.readHead();
  const digests = head?.deliveries.filter(({ kind }) => kind === 'digest') ?? [];
  expect(digests[0]?.text?.[1]).toBe(`Log: entry ${root?.number}, SHA-256 ${root?.hash}`);
});
