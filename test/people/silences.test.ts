import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { check } from '../../lib/run/check.ts';
import { addSilence, addWindow, endSilence, type SilenceRequest } from '../../lib/people/silences.ts';
import { statusJson } from '../../lib/render/status.ts';
import type { Stage } from '../support/ports.ts';
import { aged, broken, headOf, laterDispatch, scene } from '../support/people.ts';

describe('a silence', () => {
  const asked = (at: Stage): Parameters<typeof addSilence>[1] => ({
    match: { cluster: 'orders' },
    by: 'dana',
    why: 'disk resize',
    from: at.now,
    until: at.now + 2 * HOUR,
  });

  test('withholds the notifications of an incident that opens under it, and sends them when it is ended while the fault lasts', async () => {
    const { at, seen } = await scene();
    at.collect = (_, now) => aged(now, 30 * HOUR);
    const made = await addSilence(at.ports, asked(at));
    await check(at.ports);
    expect((await headOf(at)).incidents).toMatchObject([{ state: 'open', silencedBy: expect.stringContaining('silenced by dana') }]);
    expect([seen.pagerduty.alerts, seen.twilio.messages]).toEqual([[], []]);
    expect(await endSilence(at.ports, 'made' in made ? made.made.id : '', 'eve')).toBe(true);
    await laterDispatch(at, 5 * MINUTE);
    expect([seen.pagerduty.alerts.length, seen.twilio.messages.length]).toEqual([1, 1]);
  });

  test('and a maintenance window have no secret of ours in their reason, which the page shows to everybody', async () => {
    const { at } = await scene();
    const ports = { ...at.ports, withoutSecrets: (text: string) => text.replaceAll('s3cr3t', '[redacted]') };
    await addSilence(ports, { ...asked(at), why: 'token s3cr3t leaked' });
    await addWindow(ports, {
      match: { priority: 'P1' },
      by: 'dana',
      why: 'token s3cr3t leaked',
      cron: '0 2 * * 0',
      timeZone: 'UTC',
      minutes: 60,
    });
    const { silences, windows } = await headOf(at);
    expect([...silences, ...windows].map(({ why }) => why)).toEqual(['token [redacted] leaked', 'token [redacted] leaked']);
  });

  test('that expires does the same by itself', async () => {
    const { at, seen } = await scene();
    at.collect = (_, now) => aged(now, 30 * HOUR);
    await addSilence(at.ports, asked(at));
    await check(at.ports);
    await laterDispatch(at, 2 * HOUR - 1);
    expect(seen.pagerduty.alerts).toEqual([]);
    await laterDispatch(at, 2 * HOUR);
    expect(seen.pagerduty.alerts).toHaveLength(1);
  });

  test('that starts while an incident is open does not hide its resolve', async () => {
    const { at, seen } = await broken();
    await addSilence(at.ports, asked(at));
    at.collect = (_, now) => aged(now, HOUR);
    at.now += HOUR;
    await check(at.restarted());
    expect(seen.pagerduty.alerts).toMatchObject([{ state: 'resolved' }]);
  });

  test('that holds costs a dispatch one read and no write', async () => {
    const { at } = await scene();
    at.collect = (_, now) => aged(now, 30 * HOUR);
    await addSilence(at.ports, asked(at));
    await check(at.ports);
    const { revision } = await at.store.readHead();
    await laterDispatch(at, MINUTE);
    expect((await at.store.readHead()).revision).toBe(revision);
  });

  test('with problems is refused in words and not stored', async () => {
    const { at } = await broken();
    const { revision } = await at.store.readHead();
    expect(await addSilence(at.ports, { ...asked(at), until: at.now - 1 })).toEqual({
      problems: [expect.stringContaining('past'), expect.stringContaining('before its beginning')],
    });
    expect(await endSilence(at.ports, 'no-such', 'eve')).toBe(false);
    expect(at.log.filter((line) => line.startsWith('audit: '))).toEqual([
      expect.stringMatching(/^audit: silence asked for by dana refused: until: lies in the past/),
      'audit: refused: to end silence no-such, asked for by eve: there is none of this id',
    ]);
    expect((await at.store.readHead()).revision).toBe(revision);
  });

  test.for<[string, SilenceRequest['match'], string | null]>([
    ['a cluster that exists', { cluster: 'orders' }, null],
    ['a cluster by its id', { cluster: 'c1' }, null],
    ['a project by its name', { project: 'shop' }, null],
    ['a cluster in its project', { project: 'shop', cluster: 'orders' }, null],
    ['a misspelt cluster', { cluster: 'ordres' }, 'cluster: no check has seen one called "ordres"; the nearest name is orders'],
    ['a misspelt project', { project: 'shoq' }, 'project: no check has seen one called "shoq"; the nearest name is shop'],
    [
      'a cluster of another project',
      { project: 'shop', cluster: 'users' },
      'cluster: no check has seen one called "users"; the nearest name is orders',
    ],
    ['a check alone', { check: 'rpo' }, null],
  ])('of %s is stored where all of it exists, else refused with the nearest names', async ([, match, problem]) => {
    const { at } = await scene();
    await check(at.ports);
    const result = await addSilence(at.ports, { ...asked(at), match });
    const nightly = { cron: '0 22 * * 6', timeZone: 'UTC', minutes: 60, by: 'dana', why: 'patch night' };
    const window = await addWindow(at.ports, { ...nightly, match });
    expect([result, window].map((one) => ('problems' in one ? one.problems : null))).toEqual(
      problem === null ? [null, null] : [[problem], [problem]],
    );
    expect(at.log.filter((line) => line.includes('refused'))).toHaveLength(problem === null ? 0 : 2);
  });

  test('of any name is stored before a check has seen anything, for then nobody knows', async () => {
    const { at } = await scene();
    expect(await addSilence(at.ports, { ...asked(at), match: { cluster: 'ordres' } })).toHaveProperty('made');
  });

  test('of a cluster that has gone is stored while an incident of it is open', async () => {
    const { at, incident } = await broken();
    const gone = { ...incident, id: 'i2', resource: { ...incident.resource, clusterId: 'c-gone', name: 'gone' } };
    const { head, revision } = await at.store.readHead();
    if (!head) throw new Error('nothing is stored');
    const swap = { expected: revision, writer: 'test', adopt: [], drop: [], history: [], release: null, now: at.now };
    await at.store.swap({ ...swap, head: { ...head, incidents: [...head.incidents, gone] } });
    expect(await addSilence(at.ports, { ...asked(at), match: { cluster: 'gone' } })).toHaveProperty('made');
  });

  test('is listed until it ends', async () => {
    const { at } = await broken();
    await addSilence(at.ports, asked(at));
    const listed = async () => statusJson(await headOf(at), null, { now: at.now, checkInterval: HOUR, limit: 1, cursor: null }).silences;
    expect(await listed()).toMatchObject([{ match: { cluster: 'orders' }, by: 'dana', why: 'disk resize' }]);
    at.now += 2 * HOUR;
    expect(await listed()).toEqual([]);
  });

  test('over the monitor covers incidents that a dispatch raises, and they are notified when it ends', async () => {
    const { at, seen } = await scene();
    await check(at.ports);
    await addSilence(at.ports, { ...asked(at), match: { check: 'monitor' }, until: at.now + 4 * HOUR });
    await laterDispatch(at, 3 * HOUR + 10 * MINUTE);
    expect((await headOf(at)).incidents).toMatchObject([{ check: 'monitor', silencedBy: expect.stringContaining('silenced by dana') }]);
    expect([seen.pagerduty.alerts, seen.twilio.messages]).toEqual([[], []]);
    await laterDispatch(at, 4 * HOUR);
    expect(seen.pagerduty.alerts).toHaveLength(1);
  });
});
