import { describe, expect, test } from 'vitest';
import type { Config } from '../../lib/config/policy/define-config.ts';
import { type Duration, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { check } from '../../lib/run/check.ts';
import { ACCEPTED, FAILED } from '../support/sender.ts';
import { factsOfLook, NOW, event } from '../support/facts.ts';
import { type Stage, stage } from '../support/ports.ts';
import { aged, headOf, laterDispatch, type Scene, scene } from '../support/people.ts';
import { wordsOf } from '../support/providers.ts';

async function checkAt({ at }: Scene, after: Duration, age: Duration): Promise<void> {
  at.now = NOW + after;
  at.collect = (_, now) => aged(now, age);
  await check(at.restarted());
}

describe('notifications of a flapping incident', () => {
  const everywhere = { pitr: { wanted: false }, routes: { P0: ['pagerduty', 'sms', 'slack', 'email'] } } satisfies Config;

  /** Five times it fails and is well again, each half an hour long. */
  async function flapped(): Promise<Scene> {
    const opened = await scene({}, { ...everywhere, flapping: { episodes: 4 }, remindMinutes: { P0: 1_440 } });
    for (let turn = 0; turn < 10; turn += 1) await checkAt(opened, turn * 30 * MINUTE, turn % 2 === 0 ? 30 * HOUR : HOUR);
    return opened;
  }

  test('report it once when it begins to be held open: in place on PagerDuty and Slack, by one mail, by no phone', async () => {
    const { seen } = await flapped();
    expect(seen.twilio.messages).toHaveLength(5);
    expect(seen.pagerduty.alerts.at(-1)).toMatchObject({ state: 'open', triggers: 2 });
    expect(seen.slack.messages.filter(({ thread_ts: thread }) => thread === undefined)).toHaveLength(5);
    expect(wordsOf(seen.slack.messages.findLast(({ thread_ts: thread }) => thread === undefined))).toContain('held open from now on');
    expect(seen.smtp.mails.filter(({ subject }) => subject.includes('[P0 updated]'))).toHaveLength(1);
  });

  test('end while it is held open, though its words still say that it flaps', async () => {
    const opened = await flapped();
    const { at, seen } = opened;
    const before = [seen.twilio.messages.length, seen.smtp.mails.length, seen.pagerduty.alerts.at(-1)?.triggers];
    await checkAt(opened, 5 * HOUR, 31 * HOUR);
    await checkAt(opened, 5 * HOUR + 10 * MINUTE, HOUR);
    expect([seen.twilio.messages.length, seen.smtp.mails.length, seen.pagerduty.alerts.at(-1)?.triggers]).toEqual(before);
    expect((await headOf(at)).incidents.at(-1)).toMatchObject({ state: 'open', summary: expect.stringContaining('(flapping: 5 episodes') });
  });
});

test('a second break while the first is still open is reported again by Slack and email, and says so', async () => {
  const opened = await scene({}, {});
  const { at, seen } = opened;
  const first = [event('CPS_OPLOG_BEHIND', NOW - 30 * HOUR), event('CPS_OPLOG_CAUGHT_UP', NOW - 28 * HOUR)];
  const second = [event('CPS_OPLOG_BEHIND', NOW - 6 * HOUR), event('CPS_OPLOG_CAUGHT_UP', NOW - 5 * HOUR)];
  at.collect = (_, now) => factsOfLook({ at: now, events: first });
  await check(at.ports);
  const [one] = (await headOf(at)).incidents;
  expect(one).toMatchObject({ check: 'pitr-break', counted: ['oplog behind 2026-11-21T08:00:00Z'] });
  const before = seen.smtp.mails.length;
  for (const hours of [1, 2]) {
    at.now = NOW + hours * HOUR;
    at.collect = (_, now) => factsOfLook({ at: now, events: hours === 1 ? [...first, ...second] : [] });
    await check(at.restarted());
  }
  const mails = seen.smtp.mails.slice(before);
  expect(mails.map(({ subject }) => subject)).toEqual([
    expect.stringMatching(/^\[P1 again\] orders \(shop\): restorable to 13:00Z by PITR; PITR cannot reach .*; .*/),
  ]);
  expect(mails[0]?.text).toContain('Changed at 13:00Z: new is oplog behind 07:00Z.');
  expect(seen.slack.messages.filter(({ thread_ts: thread }) => thread !== undefined)).toHaveLength(1);
  expect((await headOf(at)).incidents).toMatchObject([{ id: one?.id, state: 'open' }]);
});

test('a flapping incident that is well is not called “still failing” in a message about something else', async () => {
  const opened = await scene({}, { pitr: { wanted: false }, flapping: { episodes: 1, steadyHours: 10 }, remindMinutes: { P0: 60 } });
  for (let turn = 0; turn < 4; turn += 1) await checkAt(opened, turn * 30 * MINUTE, turn % 2 === 0 ? 30 * HOUR : HOUR);
  const { at } = opened;
  expect((await headOf(at)).incidents.at(-1)).toMatchObject({ check: 'backup-age', state: 'open', steadySince: NOW + 90 * MINUTE });
  // No check for so long that the dispatch says so.
  for (let after = 2 * HOUR; after <= 6 * HOUR; after += 15 * MINUTE) await laterDispatch(at, after);
  const { incidents, deliveries } = await headOf(at);
  const well = incidents.find(({ check: of, state }) => of === 'backup-age' && state === 'open');
  expect(incidents.map(({ check: of }) => of)).toContain('monitor');
  expect(well?.steadySince).toBe(NOW + 90 * MINUTE);
  expect(deliveries.filter(({ kind, incidents: [id] }) => id === well?.id && (kind === 'remind' || kind === 'escalate'))).toEqual([]);
});

describe('a channel that fails and recovers again and again', () => {
  /** Each time a P0 waits for PagerDuty for twenty minutes; then it takes it, and the fault ends within two hours. */
  async function failed(times: number): Promise<Stage> {
    const at = stage({}, { pitr: { wanted: false } });
    const { pagerduty } = at.channels;
    for (let turn = 0; turn < times; turn += 1) {
      at.now = NOW + turn * 2 * HOUR;
      pagerduty.answer = () => FAILED;
      at.collect = (_, now) => aged(now, 30 * HOUR);
      await check(at.restarted());
      for (const [minutes, answer] of [
        [10, FAILED],
        [20, FAILED],
        [60, ACCEPTED],
      ] as const) {
        pagerduty.answer = () => answer;
        await laterDispatch(at, turn * 2 * HOUR + minutes * MINUTE);
      }
      at.collect = (_, now) => aged(now, HOUR);
      at.now = NOW + turn * 2 * HOUR + 70 * MINUTE;
      await check(at.restarted());
    }
    return at;
  }
  const aboutIt = async (at: Stage) => (await headOf(at)).incidents.filter(({ resource: { part } }) => part === 'pagerduty');

  test('resolves four times', async () => {
    const all = await aboutIt(await failed(4));
    expect(all.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved', 'resolved']);
  });

  test('is held open the fifth time, whatever checks run meanwhile, and resolves after two hours without a failure', async () => {
    const at = await failed(6);
    const last = (await aboutIt(at)).at(-1);
    expect(await aboutIt(at)).toHaveLength(5);
    const since = NOW + 11 * HOUR;
    expect(last).toMatchObject({ state: 'open', steadySince: since, summary: expect.stringContaining('(flapping: 5 episodes') });
    at.now = since + HOUR;
    await check(at.restarted());
    await laterDispatch(at, since - NOW + 2 * HOUR - 1);
    expect((await aboutIt(at)).at(-1)).toMatchObject({ state: 'open', steadySince: since });
    await laterDispatch(at, since - NOW + 2 * HOUR);
    expect((await aboutIt(at)).at(-1)?.state).toBe('resolved');
  });
});
