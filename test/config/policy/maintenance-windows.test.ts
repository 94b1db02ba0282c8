import { describe, expect, test } from 'vitest';
import { openWindow } from '../../../lib/config/policy/maintenance-windows.ts';
import type { StoredWindow } from '../../../lib/domain/incidents/head.ts';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { maintenanceOf } from '../../../lib/config/policy/maintenance-windows.ts';
import { check } from '../../../lib/run/check.ts';
import { addWindow, endSilence, type WindowRequest } from '../../../lib/people/silences.ts';
import { NOW } from '../../support/facts.ts';
import { type Stage, stage } from '../../support/ports.ts';
import { aged, headOf, laterDispatch, PLAIN } from '../../support/people.ts';

/** NOW is noon in UTC, one o’clock in Berlin. */
const ASKED: WindowRequest = {
  match: { cluster: 'orders' },
  by: 'dana',
  why: 'patch night',
  cron: '0 13 * * *',
  timeZone: 'Europe/Berlin',
  minutes: 120,
};

async function made(at: Stage, changes: Partial<WindowRequest> = {}): Promise<StoredWindow> {
  const result = await addWindow(at.ports, { ...ASKED, ...changes });
  if ('problems' in result) throw new Error(result.problems.join());
  return result.made;
}

describe('a maintenance window that somebody makes', () => {
  test('silences incidents that open in it, as one of the policy does, and they are notified when it is over', async () => {
    const at = stage({}, PLAIN);
    at.collect = (_, now) => aged(now, 30 * HOUR);
    await made(at);
    await check(at.ports);
    expect((await headOf(at)).incidents).toMatchObject([{ silencedBy: 'maintenance until 2026-11-22T14:00:00Z: patch night' }]);
    await laterDispatch(at, 2 * HOUR - 1);
    expect(at.channels.sms.notifications).toEqual([]);
    await laterDispatch(at, 2 * HOUR);
    expect(at.channels.sms.notifications).toHaveLength(1);
  });

  test('is active again the next day', async () => {
    const at = stage({}, PLAIN);
    await made(at);
    await check(at.ports);
    at.collect = (_, now) => aged(now, 30 * HOUR);
    at.now = NOW + 25 * HOUR;
    await check(at.restarted());
    expect((await headOf(at)).incidents[0]?.silencedBy).toBe('maintenance until 2026-11-23T14:00:00Z: patch night');
  });

  test('silences nothing else, and nothing outside of its times', async () => {
    for (const other of [{ match: { cluster: 'events' } }, { cron: '30 13 * * *' }]) {
      const at = stage({}, PLAIN);
      at.collect = (_, now) => aged(now, 30 * HOUR);
      await made(at, other);
      await check(at.ports);
      expect(at.channels.sms.notifications).toHaveLength(1);
    }
  });

  test('can be ended like a silence, and incidents that it silenced are notified then', async () => {
    const at = stage({}, PLAIN);
    at.collect = (_, now) => aged(now, 30 * HOUR);
    const { id } = await made(at);
    await check(at.ports);
    expect(await endSilence(at.ports, id, 'eve')).toBe(true);
    expect(await endSilence(at.ports, id, 'eve')).toBe(false);
    await laterDispatch(at, 5 * MINUTE);
    expect(at.channels.sms.notifications).toHaveLength(1);
    expect(at.log).toContain(`audit: silence ${id} ended by eve`);
  });

  test('that is active causes no write in a dispatch', async () => {
    const at = stage({}, PLAIN);
    at.collect = (_, now) => aged(now, 30 * HOUR);
    await made(at);
    await check(at.ports);
    const { revision } = await at.store.readHead();
    await laterDispatch(at, MINUTE);
    expect((await at.store.readHead()).revision).toBe(revision);
  });

  test('is listed with those of policy, with who made it', async () => {
    const at = stage({}, { ...PLAIN, maintenance: [{ project: 'shop', cron: '0 3 * * 0', timeZone: 'UTC', minutes: 30, why: 'weekly' }] });
    const { id } = await made(at);
    const maintenance = maintenanceOf((await at.store.readHead()).head, at.ports.policy.general);
    expect(maintenance.map(({ match, times, made: by = null }) => [match, times, by])).toEqual([
      [{ project: 'shop' }, '0 3 * * 0 (UTC), 30 min', null],
      [{ cluster: 'orders' }, '0 13 * * * (Europe/Berlin), 2 h', { id, by: 'dana' }],
    ]);
    expect(at.log).toContain(`audit: maintenance window ${id} made by dana: 0 13 * * * (Europe/Berlin), 120 min`);
  });

  test.for<[string, Partial<WindowRequest>, RegExp]>([
    ['no cron expression', { cron: 'every night' }, /^cron: is no cron expression/],
    ['no time zone', { timeZone: 'Berlin' }, /^timeZone: is no time zone/],
    ['no length', { minutes: Number('') }, /^minutes: /],
    ['a length that is no number', { minutes: Number('two') }, /^minutes: /],
    ['a length of more than a week', { minutes: 8 * 24 * 60 }, /^minutes: /],
    ['a beginning before its end', { cron: '*/5 * * * *', minutes: 5 }, /^minutes: it would begin again before it is over/],
    ['nothing that it covers', { match: {} }, /^match: name a project/],
    ['a check that is none', { match: { check: 'backups' } }, /^check: /],
    ['no reason', { why: '' }, /^why: say why/],
    ['nobody who asks', { by: ' ' }, /^by: say who asks/],
  ])('with %s is refused in words, and stored nowhere', async ([, changes, problem]) => {
    const at = stage({}, PLAIN);
    const { revision } = await at.store.readHead();
    expect(await addWindow(at.ports, { ...ASKED, ...changes })).toEqual({ problems: [expect.stringMatching(problem)] });
    expect((await at.store.readHead()).revision).toBe(revision);
    expect(at.log).toEqual([expect.stringMatching(/^audit: maintenance window asked for by .*refused: /)]);
  });

  test('may begin again as soon as it has been over', async () => {
    expect(await made(stage({}, PLAIN), { cron: '*/5 * * * *', minutes: 4 })).toMatchObject({ minutes: 4 });
  });

  test('is refused if there are a hundred already', async () => {
    const at = stage({}, PLAIN);
    for (let count = 0; count < 100; count += 1) await made(at);
    expect(await addWindow(at.ports, ASKED)).toEqual({ problems: [expect.stringContaining('there are 100 already')] });
  });

  test('in a time zone that is no longer known is ignored, and stops nothing', () => {
    const window: StoredWindow = { id: 'w', by: 'dana', why: 'x', match: {}, cron: '* * * * *', timeZone: 'Mars/Olympus', minutes: 5 };
    expect(maintenanceOf({ windows: [window] }, { maintenance: [] })).toEqual([]);
  });
});

test('a window says when it begins next', () => {
  const { nextStart } = openWindow({ cluster: 'orders', cron: '0 13 * * *', timeZone: 'Europe/Berlin', minutes: 120, why: 'resize' });
  expect([nextStart(NOW - 1), nextStart(NOW)]).toEqual([NOW, NOW + 24 * HOUR]);
});
