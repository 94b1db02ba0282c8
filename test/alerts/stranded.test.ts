import { describe, expect, test } from 'vitest';
import { rerouted } from '../../lib/alerts/aftermath.ts';
import type { Channel, Outcome } from '../../lib/alerts/channels/channel.ts';
import type { Roster } from '../../lib/alerts/route.ts';
import type { Config } from '../../lib/config/policy.ts';
import { known } from '../../lib/domain/fact.ts';
import type { Facts } from '../../lib/domain/facts.ts';
import type { Delivery } from '../../lib/domain/incident.ts';
import { CHANNEL_IDS, type ChannelId } from '../../lib/domain/policy.ts';
import { HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { check } from '../../lib/run.ts';
import { addSilence } from '../../lib/silences.ts';
import { contextAt } from '../support/context.ts';
import { ACCEPTED, FAILED, REJECTED, type Recorder, recorder } from '../support/courier.ts';
import { cluster, factsOf, NOW, project, snapshot } from '../support/facts.ts';
import { accepted, delivery, incident, spelled } from '../support/incidents.ts';
import { type Stage, stage } from '../support/parts.ts';
import { aged, laterDispatch, PLAIN } from '../support/people.ts';

/** Clusters with a backup of 30 h or of one hour. */
function clusters(now: Instant, old: readonly string[], fresh: readonly string[]): Facts {
  const made = [...old, ...fresh].map((name) =>
    cluster(now, {
      id: name,
      name,
      snapshots: known([snapshot(now - (old.includes(name) ? 30 * HOUR : HOUR), { id: `${name}-${now}` })], now),
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

/** What the channel was told of a cluster, a word a message. */
function toldOf({ letters }: Recorder, name: string): readonly string[] {
  return letters.filter(({ incidents }) => incidents.some(({ resource }) => resource.name === name)).map(({ kind }) => kind);
}

describe('while PagerDuty is known to deliver nothing', () => {
  async function deaf(): Promise<{ at: Stage; pagerduty: Recorder; slack: Recorder; email: Recorder }> {
    const [pagerduty, slack, email] = [recorder('pagerduty', () => FAILED), recorder('slack'), recorder('email')];
    const at = stage({ channels: [pagerduty, slack, email] }, PLAIN);
    at.collect = (_, now) => clusters(now, ['c1'], ['c2']);
    await check(at.parts);
    for (const minutes of [6, 12]) await laterDispatch(at, minutes * MINUTE);
    return { at, pagerduty, slack, email };
  }

  test('the P0 that showed it is told by the channels that work, in the same run', async () => {
    const { slack, email } = await deaf();
    for (const channel of [slack, email]) expect(toldOf(channel, 'c1')).toEqual(['trigger']);
    expect(slack.letters.find(({ incidents }) => incidents[0]?.resource.name === 'c1')?.reroute).toBe(
      'Sent here because PagerDuty delivers nothing just now and SMS is not configured.',
    );
  });

  test('a new P0 is told by them at once, and once', async () => {
    const { at, slack, email } = await deaf();
    at.collect = (_, now) => clusters(now, ['c1', 'c2'], []);
    for (const hours of [1, 2, 3]) await laterCheck(at, hours * HOUR);
    for (const channel of [slack, email]) expect(toldOf(channel, 'c2')).toEqual(['trigger']);
    expect(slack.letters.find(({ incidents }) => incidents[0]?.resource.name === 'c2')?.now).toBe(NOW + HOUR);
  });

  test('it stays owed there, and goes when PagerDuty is back', async () => {
    const { at, pagerduty, slack } = await deaf();
    at.collect = (_, now) => clusters(now, ['c1', 'c2'], []);
    await laterCheck(at, HOUR);
    pagerduty.answer = () => ACCEPTED;
    const before = pagerduty.letters.length;
    for (const hours of [2, 3, 4]) await laterCheck(at, hours * HOUR);
    const since = { ...pagerduty, letters: pagerduty.letters.slice(before) };
    expect([toldOf(since, 'c1'), toldOf(since, 'c2')]).toEqual([['trigger'], ['trigger']]);
    expect(toldOf(slack, 'channel pagerduty')).toEqual(['trigger', 'resolve']);
  });

  test('what it was told before it failed is told nobody else', async () => {
    const [pagerduty, slack] = [recorder('pagerduty'), recorder('slack')];
    const at = stage({ channels: [pagerduty, slack] }, PLAIN);
    at.collect = (_, now) => clusters(now, ['c1'], ['c2']);
    await check(at.parts);
    pagerduty.answer = () => FAILED;
    at.collect = (_, now) => clusters(now, ['c1', 'c2'], []);
    for (const hours of [1, 2, 3]) await laterCheck(at, hours * HOUR);
    expect([toldOf(slack, 'c1'), toldOf(slack, 'c2')]).toEqual([[], ['trigger']]);
  });
});

test('where every channel fails, the first that recovers tells the P0, once', async () => {
  const channels = (['pagerduty', 'sms', 'slack', 'email'] as const).map((id) => recorder(id, () => FAILED));
  const [, , slack, email] = channels;
  if (!slack || !email) throw new Error('no Slack');
  const at = stage({ channels }, PLAIN);
  at.collect = (_, now) => aged(now, 30 * HOUR);
  for (const hours of [0, 1, 2, 3]) await laterCheck(at, hours * HOUR);
  expect(toldOf(slack, 'orders')).not.toEqual([]);
  const before = slack.letters.length;
  slack.answer = () => ACCEPTED;
  for (const hours of [4, 5, 6, 7]) await laterCheck(at, hours * HOUR);
  expect(toldOf({ ...slack, letters: slack.letters.slice(before) }, 'orders')).toEqual(['trigger']);
});

test('a P0 that was found before any channel was configured is told once there are some', async () => {
  const channels = CHANNEL_IDS.map((id) => recorder(id));
  const at = stage({ channels: [] }, PLAIN);
  at.collect = (_, now) => aged(now, 30 * HOUR);
  await check(at.parts);
  for (const hours of [1, 2, 3]) await laterCheck(at, hours * HOUR, channels);
  expect(channels.map((channel) => [channel.id, ...toldOf(channel, 'orders')])).toEqual(
    CHANNEL_IDS.map((id) => (id === 'pagerduty' || id === 'sms' ? [id, 'trigger'] : [id])),
  );
  expect(channels[0]?.letters[0]?.reroute).toBeNull();
});

test('a P0 whose channel was taken out of the environment before it delivered goes to the others', async () => {
  const [pagerduty, slack, email] = [recorder('pagerduty', () => FAILED), recorder('slack'), recorder('email')];
  const at = stage({ channels: [pagerduty, slack, email] }, PLAIN);
  at.collect = (_, now) => aged(now, 30 * HOUR);
  await check(at.parts);
  for (const hours of [1, 2, 3]) await laterCheck(at, hours * HOUR, [slack, email]);
  for (const channel of [slack, email]) expect(toldOf(channel, 'orders')).toEqual(['trigger']);
  expect(slack.letters[0]?.reroute).toBe('Sent here because PagerDuty is not configured and SMS is not configured.');
});

test('what was found before any channel was configured and is silenced since then waits for the silence to end', async () => {
  const sms = recorder('sms');
  const at = stage({ channels: [] }, PLAIN);
  at.collect = (_, now) => aged(now, 30 * HOUR);
  await check(at.parts);
  await addSilence(at.restarted(), { match: { cluster: 'orders' }, by: 'dana', why: 'moving', from: NOW, until: NOW + 2 * HOUR });
  await laterCheck(at, HOUR, [sms]);
  expect(sms.letters).toEqual([]);
  await laterCheck(at, 2 * HOUR, [sms]);
  expect(toldOf(sms, 'orders')).toEqual(['trigger']);
});

/** A P1 on c1, with what comes of a few hours of it; then c2's as well. */
async function bothOld(channels: readonly Channel[], config: Config = {}): Promise<Stage> {
  const at = stage({ channels }, { ...P1, ...config });
  at.collect = (_, now) => clusters(now, ['c1'], ['c2']);
  await check(at.parts);
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

  test('one that takes nothing pages nobody for what the other was told', async () => {
    const [pagerduty, email] = [recorder('pagerduty'), two((recipient) => recipient === 1)];
    await bothOld([pagerduty, email]);
    expect(toldOf(pagerduty, 'channel email')).toEqual(['trigger']);
    expect([toldOf(pagerduty, 'c1'), toldOf(pagerduty, 'c2')]).toEqual([[], []]);
  });

  test('none takes anything: what is new goes by the next channel', async () => {
    const [pagerduty, email] = [recorder('pagerduty'), two(() => true)];
    await bothOld([pagerduty, email]);
    expect([toldOf(pagerduty, 'c1'), toldOf(pagerduty, 'c2')]).toEqual([['trigger'], ['trigger']]);
  });
});

describe('a P1 by a text that Twilio answers with a 500, so that it is not sent again', () => {
  const unsure: Outcome = { result: 'unknown', error: '500' };
  const policy: Config = { routes: { P1: ['sms'] } };

  test('is told by the next channels, once, with the reason', async () => {
    const [sms, pagerduty, slack] = [recorder('sms', () => unsure), recorder('pagerduty'), recorder('slack')];
    const at = await bothOld([sms, pagerduty, slack], policy);
    for (const hours of [2, 3, 12]) await laterCheck(at, hours * HOUR);
    for (const name of ['c1', 'c2'])
      expect([sms, pagerduty, slack].map((one) => toldOf(one, name))).toEqual([['trigger'], ['trigger'], []]);
    expect(pagerduty.letters[0]?.reroute).toBe('Sent here because SMS gave no answer that tells.');
  });

  test('is told as past at its end, once, where there is no other channel', async () => {
    const sms = recorder('sms', () => unsure);
    const at = await bothOld([sms]);
    expect([toldOf(sms, 'c1'), toldOf(sms, 'c2')]).toEqual([['trigger'], ['trigger']]);
    sms.answer = () => ACCEPTED;
    at.collect = (_, now) => clusters(now, [], ['c1', 'c2']);
    for (const hours of [2, 3, 4]) await laterCheck(at, hours * HOUR);
    expect([toldOf(sms, 'c1'), toldOf(sms, 'c2')]).toEqual([
      ['trigger', 'past'],
      ['trigger', 'past'],
    ]);
  });
});

describe('an open P0', () => {
  const roster = (broken: readonly ChannelId[]): Roster =>
    contextAt(NOW).roster.map((entry) => (broken.includes(entry.id) ? { ...entry, broken: true } : entry));
  const further = (told: readonly Delivery[], broken: readonly ChannelId[], state: 'open' | 'acknowledged' = 'open'): readonly string[] =>
    spelled(rerouted(told, [incident('a', { state })], contextAt(NOW, {}, { roster: roster(broken) })));
  const owed = (channel: ChannelId): Delivery => delivery(channel, ['a']);
  const unsure = (channel: ChannelId): Delivery => delivery(channel, ['a'], { state: 'unknown', ambiguous: true });
  const refused = (channel: ChannelId): Delivery => delivery(channel, ['a'], { state: 'rejected' });

  test.for<[string, readonly Delivery[], readonly ChannelId[], readonly string[]]>([
    ['owed by a channel that works', [owed('pagerduty')], [], []],
    ['owed by one that does not and one that does', [owed('pagerduty'), owed('sms')], ['pagerduty'], []],
    ['owed by two that do not', [owed('pagerduty'), owed('sms')], ['pagerduty', 'sms'], ['trigger email a', 'trigger slack a']],
    ['owed by one that does not', [owed('pagerduty')], ['pagerduty'], ['trigger sms a']],
    ['perhaps taken by one that does not answer any more', [unsure('pagerduty')], ['pagerduty'], ['trigger sms a']],
    ['taken by one before it failed', [accepted('pagerduty', ['a'])], ['pagerduty'], []],
    ['refused by one and owed by a broken one', [refused('sms'), owed('pagerduty')], ['pagerduty'], ['trigger email a', 'trigger slack a']],
    ['owed where none works', [owed('pagerduty')], CHANNEL_IDS, []],
    ['told to nobody', [], [], ['trigger pagerduty a', 'trigger sms a']],
    ['cancelled before it was sent', [delivery('sms', ['a'], { state: 'cancelled' })], [], ['trigger pagerduty a', 'trigger sms a']],
  ])('%s', ([, told, broken, expected]) => expect(further(told, broken)).toEqual(expected));

  test('that somebody has in hand is told nobody else', () => expect(further([], [], 'acknowledged')).toEqual([]));
});
