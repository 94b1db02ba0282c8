import { describe, expect, test } from 'vitest';
import { dispatch } from '../../lib/run/dispatch.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import type { Facts } from '../../lib/domain/facts/facts.ts';
import { HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import type { Config } from '../../lib/config/policy/define-config.ts';
import { takeAcknowledgement } from '../../lib/people/take-acknowledgement.ts';
import { check } from '../../lib/run/check.ts';
import { cluster, factsOf, NOW, project, snapshots } from '../support/facts.ts';
import { type Stage, stage } from '../support/ports.ts';
import { headOf } from '../support/people.ts';
import { buttonOf, providers, type Providers, wordsOf } from '../support/providers.ts';

const CLUSTERS = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];

/** Clusters whose newest snapshot is 30 h old, but for those that are `well`. */
function shop(now: Instant, ids: readonly string[], well: readonly string[] = []): Facts {
  const clusters = ids.map((id) => {
    const taken = snapshots(now, well.includes(id) ? HOUR : 30 * HOUR);
    return cluster(now, { id, name: `orders-${id}`, snapshots: known(taken, now), pitEnabled: known(false, now) });
  });
  return factsOf([project(clusters, now)], now);
}

async function scene(config: Config): Promise<{ readonly at: Stage; readonly seen: Providers }> {
  let clock = (): Instant => NOW;
  const seen = await providers(() => clock());
  const at = stage(
    { channels: seen.channels, canAcknowledge: true, slackButton: true, statusUrl: 'https://status.example.com', requestTimeoutMs: 5_000 },
    { pitr: { wanted: false }, ...config },
  );
  clock = () => at.now;
  return { at, seen };
}

async function checkAt(at: Stage, after: number, facts: (now: Instant) => Facts): Promise<void> {
  at.now = NOW + after;
  at.collect = (_, now) => facts(now);
  expect(await check(at.restarted())).toMatchObject({ status: 200, body: { complete: true } });
}

async function openIn(at: Stage): Promise<readonly string[]> {
  return (await headOf(at)).incidents.flatMap(({ id, state }) => (state === 'open' ? [id] : []));
}

describe('a storm in Slack', () => {
  const openStorm = async (): Promise<{ readonly at: Stage; readonly seen: Providers }> => {
    const opened = await scene({ routes: { P0: ['slack'] } });
    await checkAt(opened.at, 0, (now) => shop(now, CLUSTERS));
    return opened;
  };

  test('is one message with one button, and one click acknowledges all its incidents', async () => {
    const { at, seen } = await openStorm();
    expect(seen.slack.messages).toHaveLength(1);
    const button = buttonOf(seen.slack.messages[0]) ?? '';
    const { outcome, notify } = await takeAcknowledgement(at.ports, { incidentIds: [button], by: 'dana', via: 'slack' });
    await notify();
    expect(outcome).toBe('acknowledged');
    expect(seen.slack.messages).toHaveLength(1);
    expect(buttonOf(seen.slack.messages[0])).toBeNull();
    expect(wordsOf(seen.slack.messages[0]).match(/acknowledged by dana/g)).toHaveLength(6);
  });

  test('keeps its button for the incidents that are not acknowledged yet', async () => {
    const { at, seen } = await openStorm();
    const button = buttonOf(seen.slack.messages[0]) ?? '';
    const [first = ''] = await openIn(at);
    const { notify } = await takeAcknowledgement(at.ports, { incidentIds: [first], by: 'dana', via: 'page' });
    await notify();
    expect(buttonOf(seen.slack.messages[0])).toBe(button);
    expect(await openIn(at)).toHaveLength(5);
    const others = await takeAcknowledgement(at.restarted(), { incidentIds: [button], by: 'sam', via: 'slack' });
    expect([others.outcome, await openIn(at)]).toEqual(['acknowledged', []]);
  });

  test('that ends bit by bit, after an acknowledgement, is reported in its thread, and struck through at the end', async () => {
    const { at, seen } = await openStorm();
    const { notify } = await takeAcknowledgement(at.ports, {
      incidentIds: [buttonOf(seen.slack.messages[0]) ?? ''],
      by: 'dana',
      via: 'slack',
    });
    await notify();
    await checkAt(at, HOUR, (now) => shop(now, CLUSTERS, ['c1', 'c2']));
    const [root, partly] = seen.slack.messages;
    expect(partly).toMatchObject({ thread_ts: root?.ts, broadcast: false });
    expect(wordsOf(partly)).toContain('2 of 6 incidents are over');
    expect(wordsOf(root).startsWith('~')).toBe(false);
    await checkAt(at, 2 * HOUR, (now) => shop(now, CLUSTERS, CLUSTERS));
    expect(seen.slack.messages).toHaveLength(3);
    expect(wordsOf(seen.slack.messages[0])).toMatch(/^~\[.*~/);
  });
});

describe('the message that an on-call person reads', () => {
  const ladder: Config = { routes: { P0: ['pagerduty', 'sms', 'email', 'slack'], P1: ['slack', 'email'] }, rpo: { targetMinutes: 60 } };

  /** One P1: an exposure of more than its promise, less than twice it. */
  const mild = (now: Instant): Facts => {
    return factsOf([project([cluster(now, { snapshots: known(snapshots(now, 9 * HOUR), now), pitEnabled: known(false, now) })], now)], now);
  };

  test('after an escalation says that nobody answered, what it is about, and what to do', async () => {
    const { at, seen } = await scene(ladder);
    await checkAt(at, 0, mild);
    at.now = NOW + 30 * MINUTE + 1;
    await dispatch(at.restarted());
    const [page] = seen.pagerduty.alerts;
    expect(page?.payload.summary).toMatch(/^\[P1 escalated\] orders \(shop\): /);
    expect(page?.payload.custom_details).toMatchObject({
      Note: expect.stringContaining('Nobody acknowledged it within 30 min, so it comes to you.'),
    });
    expect(seen.twilio.messages.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^P1 escalated orders \(shop\): .*https:\/\/status\.example\.com/),
    ]);
  });

  test('a reminder by mail: how long it has lasted and how to make it stop, in the thread of the first', async () => {
    const { at, seen } = await scene({ ...ladder, remindMinutes: { P1: 20 } });
    await checkAt(at, 0, mild);
    at.now = NOW + 20 * MINUTE;
    await dispatch(at.restarted());
    const [first, reminder] = seen.smtp.mails;
    expect(reminder?.subject).toMatch(/^\[P1 reminder\] orders \(shop\): /);
    expect(reminder?.headers['in-reply-to']).toBe(first?.headers['message-id']);
    expect(reminder?.text).toMatch(
      /It is still open\.\r?\nSince 11:00Z \(1 h 20 min\)\.\r?\nNobody has it yet; next: PagerDuty and SMS at 12:30Z\.\r?\nAcknowledge it if you take it on; reminders then stop\./,
    );
  });

  test('a reminder in Slack is seen in the channel, not only in the thread, and can be answered there', async () => {
    const { at, seen } = await scene({ ...ladder, remindMinutes: { P1: 20 } });
    await checkAt(at, 0, mild);
    at.now = NOW + 20 * MINUTE;
    await dispatch(at.restarted());
    const [root, reminder] = seen.slack.messages;
    expect(reminder).toMatchObject({ thread_ts: root?.ts, broadcast: true });
    const { outcome } = await takeAcknowledgement(at.ports, { incidentIds: [buttonOf(reminder) ?? ''], by: 'dana', via: 'slack' });
    expect(outcome).toBe('acknowledged');
  });

  test('after an expired acknowledgement says whose it was, and when it expired', async () => {
    const { at, seen } = await scene({ ...ladder, remindMinutes: { P1: 20 }, acknowledgedForHours: 1, responseMinutes: { P1: 600 } });
    await checkAt(at, 0, mild);
    const { notify } = await takeAcknowledgement(at.ports, {
      incidentIds: [buttonOf(seen.slack.messages[0]) ?? ''],
      by: 'dana',
      via: 'slack',
    });
    await notify();
    at.now = NOW + HOUR;
    await dispatch(at.restarted());
    at.now = NOW + HOUR + 20 * MINUTE;
    await dispatch(at.restarted());
    const reminder = seen.slack.messages.at(-1);
    expect(wordsOf(reminder)).toContain(
      'Nobody has it now: dana acknowledged it at 12:00Z, which no longer holds; next: PagerDuty and SMS at 23:00Z.\nAcknowledge it',
    );
    expect(buttonOf(reminder)).not.toBeNull();
  });
});

describe('the daily digest', () => {
  test('comes once a day, to Slack and by mail, and says that it is one', async () => {
    const { at, seen } = await scene({ digestHour: 13, routes: { P0: ['pagerduty'] } });
    await checkAt(at, 0, (now) => shop(now, ['c1', 'c2'], ['c2']));
    expect([seen.slack.messages.length, seen.smtp.mails.length]).toEqual([0, 0]);
    await checkAt(at, HOUR, (now) => shop(now, ['c1', 'c2'], ['c2']));
    await checkAt(at, 2 * HOUR, (now) => shop(now, ['c1', 'c2'], ['c2']));
    const digest = '[Daily digest] 1 cannot be restored as promised, 1 as promised; none proven by a restore';
    expect(seen.slack.messages.map(({ text }) => text.split('\n')[0])).toEqual([digest]);
    expect(seen.smtp.mails.map(({ subject, text }) => [subject, text.split(/\r?\n/)[0]])).toEqual([[digest, digest]]);
    expect(seen.smtp.mails[0]?.text).toContain('Open: P0 backup-age on orders-c1 (shop): ');
  });

  test('whose answer from Slack was lost is looked for before it is posted again', async () => {
    const { at, seen } = await scene({ digestHour: 13, routes: { P0: ['pagerduty'] } });
    await checkAt(at, 0, (now) => shop(now, ['c1'], ['c1']));
    seen.slack.fault(/postMessage/, { kind: 'lose' }, 1);
    await checkAt(at, HOUR, (now) => shop(now, ['c1'], ['c1']));
    at.now += 5 * MINUTE;
    await dispatch(at.restarted());
    expect(seen.slack.messages).toHaveLength(1);
    expect(seen.slack.refused).toEqual([]);
  });
});
