import { describe, expect, test } from 'vitest';
import type { Config } from '../lib/config/policy.ts';
import { type Duration, HOUR, MINUTE } from '../lib/domain/time.ts';
import { check } from '../lib/run.ts';
import { factsOfLook, NOW, event } from './support/facts.ts';
import { aged, headOf, type Scene, scene } from './support/people.ts';
import { wordsOf } from './support/providers.ts';

async function checkAt({ at }: Scene, after: Duration, age: Duration): Promise<void> {
  at.now = NOW + after;
  at.collect = (_, now) => aged(now, age);
  await check(at.restarted());
}

describe('what flaps', () => {
  const everywhere = { pitr: { wanted: false }, routes: { P0: ['pagerduty', 'sms', 'slack', 'email'] } } satisfies Config;

  /** Five times it fails and is well again, each half an hour long. */
  async function flapped(): Promise<Scene> {
    const opened = await scene({}, { ...everywhere, flapping: { episodes: 4 }, remindMinutes: { P0: 1_440 } });
    for (let turn = 0; turn < 10; turn += 1) await checkAt(opened, turn * 30 * MINUTE, turn % 2 === 0 ? 30 * HOUR : HOUR);
    return opened;
  }

  test('is told once when it begins to be held: in place on PagerDuty and Slack, by one mail, by no phone', async () => {
    const { seen } = await flapped();
    expect(seen.twilio.messages).toHaveLength(5);
    expect(seen.pagerduty.alerts.at(-1)).toMatchObject({ state: 'open', triggers: 2 });
    expect(seen.slack.messages.filter(({ thread_ts: thread }) => thread === undefined)).toHaveLength(5);
    expect(wordsOf(seen.slack.messages.findLast(({ thread_ts: thread }) => thread === undefined))).toContain('held open from now on');
    expect(seen.smtp.mails.filter(({ subject }) => subject.includes('[P0 updated]'))).toHaveLength(1);
  });

  test('says nothing more while it is held, and still says that it flaps', async () => {
    const opened = await flapped();
    const { at, seen } = opened;
    const before = [seen.twilio.messages.length, seen.smtp.mails.length, seen.pagerduty.alerts.at(-1)?.triggers];
    await checkAt(opened, 5 * HOUR, 31 * HOUR);
    await checkAt(opened, 5 * HOUR + 10 * MINUTE, HOUR);
    expect([seen.twilio.messages.length, seen.smtp.mails.length, seen.pagerduty.alerts.at(-1)?.triggers]).toEqual(before);
    expect((await headOf(at)).incidents.at(-1)).toMatchObject({ state: 'open', summary: expect.stringContaining('(flapping: 5 episodes') });
  });
});

test('a second break, while the first is still told of, is told anew by Slack and email, and says so', async () => {
  const opened = await scene({}, {});
  const { at, seen } = opened;
  const first = [event('CPS_OPLOG_BEHIND', NOW - 30 * HOUR), event('CPS_OPLOG_CAUGHT_UP', NOW - 28 * HOUR)];
  const second = [event('CPS_OPLOG_BEHIND', NOW - 6 * HOUR), event('CPS_OPLOG_CAUGHT_UP', NOW - 5 * HOUR)];
  at.collect = (_, now) => factsOfLook({ at: now, events: first });
  await check(at.parts);
  const [one] = (await headOf(at)).incidents;
  expect(one).toMatchObject({ check: 'pitr-break', counted: ['oplog behind 2026-11-21T08:00:00Z'] });
  const before = seen.smtp.mails.length;
  for (const hours of [1, 2]) {
    at.now = NOW + hours * HOUR;
    at.collect = (_, now) => factsOfLook({ at: now, events: hours === 1 ? [...first, ...second] : [] });
    await check(at.restarted());
  }
  const mails = seen.smtp.mails.slice(before);
  expect(mails.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^\[P1 again\] orders \(shop\): not restorable: .*; .*/)]);
  expect(mails[0]?.text).toContain('A further one was found since this was told');
  expect(seen.slack.messages.filter(({ thread_ts: thread }) => thread !== undefined)).toHaveLength(1);
  expect((await headOf(at)).incidents).toMatchObject([{ id: one?.id, state: 'open' }]);
});
