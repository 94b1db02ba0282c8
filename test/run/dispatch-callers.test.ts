import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { dailyDrills } from '../../lib/recovery/drills/runner/daily-drills.ts';
import { dailyRestoreTests } from '../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { check } from '../../lib/run/check.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import { factsOfLook, NOW } from '../support/facts.ts';
import { refusing, type Stage, stage, storeWith } from '../support/ports.ts';

/** Hours of hourly checks and of a dispatch every five minutes; the minutes of each swap that a dispatch made, from the hour on. */
async function swapsOfDispatches(on: Stage, hours: number, caller?: string): Promise<readonly number[]> {
  on.collect = (_, now) => factsOfLook({ at: now });
  const minutes: number[] = [];
  const store = storeWith(on.store, {
    swap: (request) => (minutes.push(((on.now - NOW) % HOUR) / MINUTE), on.store.swap(request)),
  });
  for (let minute = 0; minute < hours * 60; minute += 5) {
    on.now = NOW + minute * MINUTE;
    if (minute % 60 === 0) await check(on.restarted());
    await dispatch(on.restarted({ store }), caller);
  }
  return minutes;
}

test('a dispatch with nothing to do writes who called it once an hour, and never near the time of a check', async () => {
  const on = stage();
  const minutes = await swapsOfDispatches(on, 6, 'github');
  expect(minutes).toEqual([10, 10, 10, 10, 10, 10]);
  expect((await on.store.readHead()).head?.callers).toEqual({ dispatch: { github: NOW + 5 * HOUR + 10 * MINUTE } });
});

test('a dispatch by hand is no call of the cron, and writes nothing', async () => {
  const on = stage();
  expect(await swapsOfDispatches(on, 2)).toEqual([]);
  expect((await on.store.readHead()).head).not.toHaveProperty('callers');
});

test('two callers are noted beside each other', async () => {
  const on = stage();
  on.collect = (_, now) => factsOfLook({ at: now });
  await check(on.ports);
  on.now = NOW + 20 * MINUTE;
  for (const caller of ['vercel', 'github']) await dispatch(on.restarted(), caller);
  expect((await on.store.readHead()).head?.callers).toEqual({ dispatch: { vercel: on.now, github: on.now } });
});

test('the daily crons note who called them, and not who begins a test by hand', async () => {
  const on = stage();
  await dailyRestoreTests(on.ports);
  await dailyRestoreTests(on.ports, undefined, 'vercel');
  await dailyDrills(on.ports, { caller: 'github' });
  expect((await on.store.readHead()).head?.callers).toEqual({ 'restore-test': { vercel: NOW }, drill: { github: NOW } });
});

test('a daily cron whose caller the store does not take has done its work, and says so', async () => {
  const on = stage();
  const store = storeWith(on.store, {
    swap: (request) => (request.head.callers === undefined ? on.store.swap(request) : refusing('swap the head')()),
  });
  const { status } = await dailyDrills(on.restarted({ store }), { caller: 'github' });
  expect(status).toBe(200);
  expect(on.log.join('\n')).toMatch(/^drill: who called it was not noted: swap the head/m);
});
