import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../lib/domain/time.ts';
import { check } from '../lib/run.ts';
import { addSilence, endSilence, listSilences } from '../lib/silences.ts';
import type { Stage } from './support/parts.ts';
import { aged, broken, headOf, laterDispatch, scene } from './support/people.ts';

describe('a silence', () => {
  const asked = (at: Stage): Parameters<typeof addSilence>[1] => ({
    match: { cluster: 'orders' },
    by: 'dana',
    why: 'disk resize',
    from: at.now,
    until: at.now + 2 * HOUR,
  });

  test('keeps what opens under it from everybody, and tells of it when it is ended while it still fails', async () => {
    const { at, seen } = await scene();
    at.collect = (_, now) => aged(now, 30 * HOUR);
    const made = await addSilence(at.parts, asked(at));
    await check(at.parts);
    expect((await headOf(at)).incidents).toMatchObject([{ state: 'open', silencedBy: expect.stringContaining('silenced by dana') }]);
    expect([seen.pagerduty.alerts, seen.twilio.messages]).toEqual([[], []]);
    expect(await endSilence(at.parts, 'made' in made ? made.made.id : '', 'eve')).toBe(true);
    await laterDispatch(at, 5 * MINUTE);
    expect([seen.pagerduty.alerts.length, seen.twilio.messages.length]).toEqual([1, 1]);
  });

  test('that runs out does the same, without anybody’s doing', async () => {
    const { at, seen } = await scene();
    at.collect = (_, now) => aged(now, 30 * HOUR);
    await addSilence(at.parts, asked(at));
    await check(at.parts);
    await laterDispatch(at, 2 * HOUR - 1);
    expect(seen.pagerduty.alerts).toEqual([]);
    await laterDispatch(at, 2 * HOUR);
    expect(seen.pagerduty.alerts).toHaveLength(1);
  });

  test('that starts while an incident is open does not hide its resolve', async () => {
    const { at, seen } = await broken();
    await addSilence(at.parts, asked(at));
    at.collect = (_, now) => aged(now, HOUR);
    at.now += HOUR;
    await check(at.restarted());
    expect(seen.pagerduty.alerts).toMatchObject([{ state: 'resolved' }]);
  });

  test('that holds costs a dispatch one read and no write', async () => {
    const { at } = await scene();
    at.collect = (_, now) => aged(now, 30 * HOUR);
    await addSilence(at.parts, asked(at));
    await check(at.parts);
    const { revision } = await at.store.readHead();
    await laterDispatch(at, MINUTE);
    expect((await at.store.readHead()).revision).toBe(revision);
  });

  test('that makes no sense is refused in words and stored nowhere', async () => {
    const { at } = await broken();
    const { revision } = await at.store.readHead();
    expect(await addSilence(at.parts, { ...asked(at), until: at.now - 1 })).toEqual({
      problems: [expect.stringContaining('past'), expect.stringContaining('before its beginning')],
    });
    expect(await endSilence(at.parts, 'no-such', 'eve')).toBe(false);
    expect(at.log.filter((line) => line.startsWith('audit: '))).toEqual([
      expect.stringMatching(/^audit: silence asked for by dana refused: until: lies in the past/),
      'audit: refused: to end silence no-such, asked for by eve: there is none of this id',
    ]);
    expect((await at.store.readHead()).revision).toBe(revision);
  });

  test('is listed until it ends', async () => {
    const { at } = await broken();
    await addSilence(at.parts, asked(at));
    expect((await listSilences(at.parts)).silences).toMatchObject([{ match: { cluster: 'orders' }, by: 'dana', why: 'disk resize' }]);
    at.now += 2 * HOUR;
    expect((await listSilences(at.parts)).silences).toEqual([]);
  });

  test('over the monitor holds for what dispatch raises itself, and that is told when it ends', async () => {
    const { at, seen } = await scene();
    await check(at.parts);
    await addSilence(at.parts, { ...asked(at), match: { check: 'monitor' }, until: at.now + 4 * HOUR });
    await laterDispatch(at, 3 * HOUR + 10 * MINUTE);
    expect((await headOf(at)).incidents).toMatchObject([{ check: 'monitor', silencedBy: expect.stringContaining('silenced by dana') }]);
    expect([seen.pagerduty.alerts, seen.twilio.messages]).toEqual([[], []]);
    await laterDispatch(at, 4 * HOUR);
    expect(seen.pagerduty.alerts).toHaveLength(1);
  });
});
