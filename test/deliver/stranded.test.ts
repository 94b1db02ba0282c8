import { describe, expect, test } from 'vitest';
import { rerouted } from '../../lib/route/rerouted.ts';
import type { Channel, Outcome } from '../../lib/deliver/attempt/channel.ts';
import type { Roster } from '../../lib/route/route.ts';
import type { Config } from '../../lib/config/policy/define-config.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import type { Facts } from '../../lib/domain/facts/facts.ts';
import type { Delivery } from '../../lib/domain/incidents/incident.ts';
import { CHANNEL_IDS, type ChannelId } from '../support/channel-ids.ts';
import { HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { check } from '../../lib/run/check.ts';
import { addSilence } from '../../lib/people/silences.ts';
import { contextAt } from '../support/context.ts';
import { ACCEPTED, FAILED, REJECTED, type Recorder, recorder } from '../support/sender.ts';
import { cluster, factsOf, NOW, project, snapshots } from '../support/facts.ts';
import { accepted, delivery, incident, spelled } from '../support/incidents.ts';
import { type Stage, stage } from '../support/ports.ts';
import { aged, laterDispatch, PLAIN } from '../support/people.ts';

/** Clusters with a backup of 30 h or of one hour. */
function clusters(now: Instant, old: readonly string[], fresh: readonly string[]): Facts {
  const made = [...old, ...fresh].map((name) =>
    cluster(now, {
      id: name,
      name,
      snapshots: known(snapshots(now, old.includes(name) ? 30 * HOUR : HOUR), now),
      pitEnabled: known(false, now),
    }),
  );
  return factsOf([project(made, now)], now);
}

/** A check by a later process, so long after NOW. */
async function laterCheck(at: Stage, after: number, channels?: readonly Channel[]): Promise<void> {
  at.now = NOW + after;
  const { body } = await check(at.restarted(channels && { channels }));
  if (!('runId' in body)) throw new Error(JSON.stringify(body));
}

/** The messages that the channel got about a cluster, a word each. */
function messagesAbout({ notifications }: Recorder, name: string): readonly string[] {
  return notifications.filter(({ incidents }) => incidents.some(({ resource }) => resource.name === name)).map(({ kind }) => kind);
}

describe('while PagerDuty is known to deliver nothing', () => {
  async function withBrokenPager(): Promise<{ at: Stage; pagerduty: Recorder; slack: Recorder; email: Recorder }> {
    const [pagerduty, slack, email] = [recorder('pagerduty', () => FAILED), recorder('slack'), recorder('email')];
    const at = stage({ channels: [pagerduty, slack, email] }, PLAIN);
    at.collect = (_, now) => clusters(now, ['c1'], ['c2']);
    await check(at.ports);
    for (const minutes of [6, 12]) await laterDispatch(at, minutes * MINUTE);
    return { at, pagerduty, slack, email };
  }

  test('the P0 that showed it goes to the channels that work, in the same run', async () => {
    const { slack, email } = await withBrokenPager();
    for (const channel of [slack, email]) expect(messagesAbout(channel, 'c1')).toEqual(['trigger']);
    expect(slack.notifications.find(({ incidents }) => incidents[0]?.resource.name === 'c1')?.reroute).toBe(
      'Sent here because PagerDuty delivers nothing just now and SMS is not configured.',
    );
  });

  test('a new P0 goes to the channels that work at once, and once', async () => {
    const { at, slack, email } = await withBrokenPager();
    at.collect = (_, now) => clusters(now, ['c1', 'c2'], []);
    for (const hours of [1, 2, 3]) await laterCheck(at, hours * HOUR);
    for (const channel of [slack, email]) expect(messagesAbout(channel, 'c2')).toEqual(['trigger']);
    expect(slack.notifications.find(({ incidents }) => incidents[0]?.resource.name === 'c2')?.now).toBe(NOW + HOUR);
  });

  test('the P0 stays owed to PagerDuty, and is sent when PagerDuty is back', async () => {
    const { at, pagerduty, slack } = await withBrokenPager();
    at.collect = (_, now) => clusters(now, ['c1', 'c2'], []);
    await laterCheck(at, HOUR);
    pagerduty.answer = () => ACCEPTED;
    const before = pagerduty.notifications.length;
    for (const hours of [2, 3, 4]) await laterCheck(at, hours * HOUR);
    const since = { ...pagerduty, notifications: pagerduty.notifications.slice(before) };
    expect([messagesAbout(since, 'c1'), messagesAbout(since, 'c2')]).toEqual([['trigger'], ['trigger']]);
    expect(messagesAbout(slack, 'channel pagerduty')).toEqual(['trigger', 'resolve']);
  });

  test('a P0 that PagerDuty accepted before it failed goes to nobody else', async () => {
    const [pagerduty, slack] = [recorder('pagerduty'), recorder('slack')];
    const at = stage({ channels: [pagerduty, slack] }, PLAIN);
    at.collect = (_, now) => clusters(now, ['c1'], ['c2']);
    await check(at.ports);
    pagerduty.answer = () => FAILED;
    at.collect = (_, now) => clusters(now, ['c1', 'c2'], []);
    for (const hours of [1, 2, 3]) await laterCheck(at, hours * HOUR);
    expect([messagesAbout(slack, 'c1'), messagesAbout(slack, 'c2')]).toEqual([[], ['trigger']]);
  });
});

test('if every channel fails, the first that recovers sends the P0, once', async () => {
  const channels = (['pagerduty', 'sms', 'slack', 'email'] as const).map((id) => recorder(id, () => FAILED));
  const [, , slack, email] = channels;
  if (!slack || !email) throw new Error('no Slack');
  const at = stage({ channels }, PLAIN);
  at.collect = (_, now) => aged(now, 30 * HOUR);
  for (const hours of [0, 1, 2, 3]) await laterCheck(at, hours * HOUR);
  expect(messagesAbout(slack, 'orders')).not.toEqual([]);
  const before = slack.notifications.length;
  slack.answer = () => ACCEPTED;
  for (const hours of [4, 5, 6, 7]) await laterCheck(at, hours * HOUR);
  expect(messagesAbout({ ...slack, notifications: slack.notifications.slice(before) }, 'orders')).toEqual(['trigger']);
});

test('a P0 that was found before any channel was configured is sent once there is one', async () => {
  const channels = CHANNEL_IDS.map((id) => recorder(id));
  const at = stage({ channels: [] }, PLAIN);
  at.collect = (_, now) => aged(now, 30 * HOUR);
  await check(at.ports);
  for (const hours of [1, 2, 3]) await laterCheck(at, hours * HOUR, channels);
  expect(channels.map((channel) => [channel.id, ...messagesAbout(channel, 'orders')])).toEqual(
    CHANNEL_IDS.map((id) => (id === 'pagerduty' || id === 'sms' ? [id, 'trigger'] : [id])),
  );
  expect(channels[0]?.notifications[0]?.reroute).toBeNull();
});

test('a P0 whose channel was removed from the environment before it delivered goes to the others', async () => {
  const [pagerduty, slack, email] = [recorder('pagerduty', () => FAILED), recorder('slack'), recorder('email')];
  const at = stage({ channels: [pagerduty, slack, email] }, PLAIN);
  at.collect = (_, now) => aged(now, 30 * HOUR);
  await check(at.ports);
  for (const hours of [1, 2, 3]) await laterCheck(at, hours * HOUR, [slack, email]);
  for (const channel of [slack, email]) expect(messagesAbout(channel, 'orders')).toEqual(['trigger']);
  expect(slack.notifications[0]?.reroute).toBe('Sent here because PagerDuty is not configured and SMS is not configured.');
});

test('a P0 that was found before any channel was configured and was silenced since then waits for the silence to end', async () => {
  const sms = recorder('sms');
  const at = stage({ channels: [] }, PLAIN);
  at.collect = (_, now) => aged(now, 30 * HOUR);
  await check(at.ports);
  await addSilence(at.restarted(), { match: { cluster: 'orders' }, by: 'dana', why: 'moving', from: NOW, until: NOW + 2 * HOUR });
  await laterCheck(at, HOUR, [sms]);
  expect(sms.notifications).toEqual([]);
  await laterCheck(at, 2 * HOUR, [sms]);
  expect(messagesAbout(sms, 'orders')).toEqual(['trigger']);
});

/** A P1 on c1, with what comes of a few hours of it; then c2's as well. */
async function bothOld(channels: readonly Channel[], config: Config = {}): Promise<Stage> {
  const at = stage({ channels }, { ...P1, ...config });
  at.collect = (_, now) => clusters(now, ['c1'], ['c2']);
  await check(at.ports);
  for (const minutes of [5, 35, 40]) await laterDispatch(at, minutes * MINUTE);
  at.collect = (_, now) => clusters(now, ['c1', 'c2'], []);
  await laterCheck(at, HOUR);
  return at;
}

const P1: Config = { ...PLAIN, severity: { 'backup-age': 'warning', rpo: 'warning' } };

describe('of email’s two addresses', () => {
  const two = (refuses: (recipient: number) => boolean): Recorder =>
    Object.assign(
      recorder('email', ({ recipient }) => (refuses(recipient) ? REJECTED : ACCEPTED)),
      { recipients: 2 },
    );

  test('one that accepts nothing causes no page about what the other received', async () => {
    const [pagerduty, email] = [recorder('pagerduty'), two((recipient) => recipient === 1)];
    await bothOld([pagerduty, email]);
    expect(messagesAbout(email, 'channel email')).toContain('trigger');
    for (const name of ['channel email', 'c1', 'c2']) expect(messagesAbout(pagerduty, name)).toEqual([]);
  });

  test('none accepts anything, so a new incident goes to the next channel', async () => {
    const [pagerduty, email] = [recorder('pagerduty'), two(() => true)];
    await bothOld([pagerduty, email]);
    expect([messagesAbout(pagerduty, 'c1'), messagesAbout(pagerduty, 'c2')]).toEqual([['trigger'], ['trigger']]);
  });
});

describe('a P1 by a text that Twilio answers with a 500, so that it is not sent again', () => {
  const unsure: Outcome = { result: 'unknown', error: '500' };
  const policy: Config = { routes: { P1: ['sms'] } };

  test('is sent by the next channels, once, with the reason', async () => {
    const [sms, pagerduty, slack] = [recorder('sms', () => unsure), recorder('pagerduty'), recorder('slack')];
    const at = await bothOld([sms, pagerduty, slack], policy);
    for (const hours of [2, 3, 12]) await laterCheck(at, hours * HOUR);
    for (const name of ['c1', 'c2'])
      expect([sms, pagerduty, slack].map((one) => messagesAbout(one, name))).toEqual([['trigger'], ['trigger'], []]);
    expect(pagerduty.notifications[0]?.reroute).toBe('Sent here because SMS gave no answer that tells.');
  });

  test('is reported as past at its end, once, if there is no other channel', async () => {
    const sms = recorder('sms', () => unsure);
    const at = await bothOld([sms]);
    expect([messagesAbout(sms, 'c1'), messagesAbout(sms, 'c2')]).toEqual([['trigger'], ['trigger']]);
    sms.answer = () => ACCEPTED;
    at.collect = (_, now) => clusters(now, [], ['c1', 'c2']);
    for (const hours of [2, 3, 4]) await laterCheck(at, hours * HOUR);
    expect([messagesAbout(sms, 'c1'), messagesAbout(sms, 'c2')]).toEqual([
      ['trigger', 'past'],
      ['trigger', 'past'],
    ]);
  });
});

describe('an open P0', () => {
  const roster = (broken: readonly string[]): Roster =>
    contextAt(NOW).roster.map((entry) => (broken.includes(entry.id) ? { ...entry, broken: true } : entry));
  const further = (sent: readonly Delivery[], broken: readonly ChannelId[], state: 'open' | 'acknowledged' = 'open'): readonly string[] =>
    spelled(rerouted(sent, [incident('a', { state })], contextAt(NOW, {}, { roster: roster(broken) })));
  const owed = (channel: ChannelId): Delivery => delivery(channel, ['a']);
  const unsure = (channel: ChannelId): Delivery => delivery(channel, ['a'], { state: 'unknown', ambiguous: true });
  const refused = (channel: ChannelId): Delivery => delivery(channel, ['a'], { state: 'rejected' });

  test.for<[string, readonly Delivery[], readonly ChannelId[], readonly string[]]>([
    ['owed by a channel that works goes to no other', [owed('pagerduty')], [], []],
    ['owed by a broken channel and by one that works goes to no other', [owed('pagerduty'), owed('sms')], ['pagerduty'], []],
    [
      'owed by two broken channels goes to the ones that work',
      [owed('pagerduty'), owed('sms')],
      ['pagerduty', 'sms'],
      ['trigger email a', 'trigger slack a'],
    ],
    ['owed by a broken channel goes to the next that rings', [owed('pagerduty')], ['pagerduty'], ['trigger sms a']],
    [
      'perhaps accepted by a channel that does not answer any more goes to the next that rings',
      [unsure('pagerduty')],
      ['pagerduty'],
      ['trigger sms a'],
    ],
    ['accepted by a channel before it broke goes to no other', [accepted('pagerduty', ['a'])], ['pagerduty'], []],
    [
      'refused by one channel and owed by a broken one goes to the others',
      [refused('sms'), owed('pagerduty')],
      ['pagerduty'],
      ['trigger email a', 'trigger slack a'],
    ],
    ['owed where no channel works goes to no other', [owed('pagerduty')], CHANNEL_IDS, []],
    ['that was sent to nobody goes to the channels of its priority', [], [], ['trigger pagerduty a', 'trigger sms a']],
    [
      'whose only message was cancelled before it was sent goes to the channels of its priority',
      [delivery('sms', ['a'], { state: 'cancelled' })],
      [],
      ['trigger pagerduty a', 'trigger sms a'],
    ],
  ])('%s', ([, sent, broken, expected]) => expect(further(sent, broken)).toEqual(expected));

  test('that is acknowledged goes to no other channel', () => expect(further([], [], 'acknowledged')).toEqual([]));
});
