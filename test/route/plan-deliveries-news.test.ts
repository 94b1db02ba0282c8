import { describe, expect, test } from 'vitest';
import { CHANNEL_TRAITS } from '../../lib/deliver/channels/registry.ts';
import { pastRerouted } from '../../lib/route/past-incidents.ts';
import { moveUpdatesOffClosedPages, markPagesClosed } from '../../lib/domain/incidents/closed-pages.ts';
import { notificationFor } from '../../lib/deliver/notification.ts';
import { withClaims } from '../../lib/deliver/claims.ts';
import { planDeliveries } from '../../lib/route/plan-deliveries.ts';
import { FURTHER } from '../../lib/domain/incidents/delivery.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Delivery, Transition } from '../../lib/domain/incidents/incident.ts';
import type { ChannelId } from '../../lib/domain/policy/policy.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { contextAt } from '../support/context.ts';
import { sender, recorder } from '../support/sender.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, head, incident, resolved, spelled } from '../support/incidents.ts';

const context = () => contextAt(NOW + HOUR);

function planned(transitions: readonly Transition[], before: readonly Delivery[]): readonly Delivery[] {
  const keys = new Set(before.map(({ key }) => key));
  return planDeliveries(before, transitions, context()).filter(({ key }) => !keys.has(key));
}

describe('a past message that is refused', () => {
  const refused = (channel: ChannelId): Delivery => delivery(channel, ['a'], { kind: 'past', state: 'rejected', attempts: 1 });

  test.for<[string, readonly Delivery[], readonly string[]]>([
    ['by SMS goes to every other channel but PagerDuty', [refused('sms')], ['past email a', 'past slack a']],
    ['by SMS and owed to Slack waits for Slack', [refused('sms'), delivery('slack', ['a'], { kind: 'past' })], []],
    [
      'by SMS goes to mail alone if Slack may have the incident, because Slack’s resolve reports it',
      [refused('sms'), delivery('slack', ['a'], { state: 'cancelled', ambiguous: true })],
      ['past email a'],
    ],
    ['by all channels goes nowhere else', [refused('sms'), refused('slack'), refused('email')], []],
  ])('%s', ([, before, expected]) => expect(spelled(pastRerouted(before, [resolved('a')], context()))).toEqual(expected));

  test('gives the reason in the message on the next channel', () =>
    expect(pastRerouted([refused('sms')], [resolved('a')], context()).map(({ reroute }) => reroute)).toEqual([
      'Sent here because SMS refused it.',
      'Sent here because SMS refused it.',
    ]));
});

describe('an incident that begins to flap', () => {
  const flapping = incident('a', { flapping: ' (flapping)' });
  const everywhere = (['pagerduty', 'sms', 'slack', 'email'] as const).map((channel) => accepted(channel, ['a']));

  test('is updated on PagerDuty and Slack and reported by one mail, not by SMS', () =>
    expect(spelled(planned([{ kind: 'flapping', incident: flapping }], everywhere))).toEqual([
      'update email a',
      'update pagerduty a',
      'update slack a',
    ]));

  test('causes no update where its trigger is still owed, because the trigger says so already', () =>
    expect(spelled(planned([{ kind: 'flapping', incident: flapping }], [delivery('slack', ['a'])]))).toEqual([]));
});

describe('an incident that finds more of the same', () => {
  const one = incident('a', { check: 'pitr-break', severity: 'warning' });

  test('is announced again in its threads, with the reason', () => {
    const news = planned([{ kind: 'renewed', incident: one }], [accepted('slack', ['a']), accepted('email', ['a'])]);
    expect(spelled(news)).toEqual(['escalate email a', 'escalate slack a']);
    expect(news.map(({ reroute }) => reroute)).toEqual([FURTHER, FURTHER]);
  });

  test('is an update to whoever has it in hand, and rings no phone', () => {
    const taken = { ...one, state: 'acknowledged' } as const;
    const before = (['pagerduty', 'sms', 'slack', 'email'] as const).map((channel) => accepted(channel, ['a']));
    const news = planned(
      [{ kind: 'renewed', incident: taken }],
      [...before, delivery('slack', ['a'], { team: 'new', state: 'cancelled' })],
    );
    expect(spelled(news)).toEqual(['update email a', 'update pagerduty a', 'update slack a']);
    expect(new Set(news.map(({ reroute }) => reroute))).toEqual(new Set([FURTHER]));
  });

  test('is a new message where it was not announced before', () =>
    expect(spelled(planned([{ kind: 'renewed', incident: one }], [accepted('slack', ['a'])]))).toEqual([
      'escalate slack a',
      'trigger email a',
    ]));
});

describe('a page that a person closed at PagerDuty', () => {
  const closed = accepted('pagerduty', ['a'], { closedAtPagerDuty: true });
  const risen: Transition = { kind: 'raised', incident: incident('a') };

  test('is followed by a page with a key of its own', () =>
    expect(planned([risen], [closed]).filter(({ channel }) => channel === 'pagerduty')).toMatchObject([
      { kind: 'trigger', key: 'trigger/pagerduty/0/a/a-2', dedupKey: 'a-2', root: null },
    ]));

  test('is followed by a third key if the second page is closed too', () => {
    const second = accepted('pagerduty', ['a'], { key: 'trigger/pagerduty/0/a/a-2', dedupKey: 'a-2', closedAtPagerDuty: true });
    expect(planned([risen], [closed, second]).filter(({ channel }) => channel === 'pagerduty')).toMatchObject([{ dedupKey: 'a-3' }]);
  });

  test('gets no acknowledgement, but gets the resolve', () => {
    expect(spelled(planned([{ kind: 'acknowledged', incident: incident('a') }], [closed]))).toEqual([]);
    expect(spelled(planned([{ kind: 'resolved', incident: resolved('a') }], [closed]))).toEqual(['resolve pagerduty a']);
  });
});

describe('a page that was resolved at PagerDuty while its incident is open here', () => {
  const KEYS = new Set(['a']);
  const page = accepted('pagerduty', ['a']);
  const state = (...deliveries: readonly Delivery[]) => head({ incidents: [incident('a')], deliveries });

  test('is marked, so that its key is not used again', () =>
    expect(markPagesClosed(state(page), KEYS, NOW, CHANNEL_TRAITS).deliveries).toEqual([{ ...page, closedAtPagerDuty: true }]));

  test('counts as accepted, although PagerDuty’s answer was lost', () => {
    const lost = delivery('pagerduty', ['a'], { state: 'unknown', ambiguous: true, attempts: 1, lastError: 'no answer in time' });
    expect(markPagesClosed(state(lost), KEYS, NOW, CHANNEL_TRAITS).deliveries).toMatchObject([
      { state: 'accepted', acceptedAt: NOW, nextTryAt: null, ambiguous: false, closedAtPagerDuty: true },
    ]);
  });

  test('takes no update: one that waits becomes a page of its own', () => {
    const update = delivery('pagerduty', ['a'], { kind: 'update', root: page.key, key: 'update/pagerduty/0/a/x' });
    expect(markPagesClosed(state(page, update), KEYS, NOW, CHANNEL_TRAITS).deliveries[1]).toMatchObject({
      kind: 'trigger',
      root: null,
      dedupKey: 'a-2',
      state: 'owed',
    });
  });

  const dying = { owner: 'killed', until: NOW + 45_000 };
  const update = (name: string, changes: Partial<Delivery> = {}): Delivery =>
    delivery('pagerduty', ['a'], { kind: 'update', root: page.key, key: `update/pagerduty/0/a/${name}`, ...changes });
  const prepare = (before: Head, now: number): readonly Delivery[] =>
    withClaims(before, sender([recorder('pagerduty')], { now: () => now, owner: 'run-2' })).deliveries;

  test('makes an update that was being sent meanwhile a page once the claim has expired', () => {
    const closed = markPagesClosed(state(page, update('x', { attempts: 1, claim: dying })), KEYS, NOW, CHANNEL_TRAITS);
    expect(prepare(closed, NOW + 44_999)[1]).toMatchObject({ kind: 'update', claim: dying });
    expect(prepare(closed, NOW + 45_000)[1]).toMatchObject({ kind: 'trigger', root: null, dedupKey: 'a-2', claim: { owner: 'run-2' } });
  });

  test('makes one of several waiting updates the page, and the others follow it once it may have arrived', () => {
    const closed = { ...page, closedAtPagerDuty: true } as const;
    const all = prepare(state(closed, update('x'), update('y')), NOW);
    const [, first, second] = all;
    expect(first).toMatchObject({ kind: 'trigger', dedupKey: 'a-2', claim: { owner: 'run-2' } });
    expect(second).toMatchObject({ kind: 'update', root: first?.key, claim: null });
    if (!second) throw new Error('the second update is gone');
    expect(notificationFor(second, state(...all), sender([])).dedupKey).toBe('a-2');
  });

  test('leaves deliveries alone that are not waiting updates of that page', () => {
    const closed = { ...page, closedAtPagerDuty: true } as const;
    const rest = [
      update('x', { state: 'accepted', nextTryAt: null }),
      update('y', { state: 'cancelled', nextTryAt: null }),
      update('z', { root: 'other' }),
    ];
    expect(moveUpdatesOffClosedPages([closed, ...rest], CHANNEL_TRAITS)).toEqual([closed, ...rest]);
  });

  test.for<[string, readonly Delivery[], ReadonlySet<string>]>([
    ['changes nothing for another key', [page], new Set(['b'])],
    ['changes nothing when it is marked again', [{ ...page, closedAtPagerDuty: true }], KEYS],
    ['changes no message on another channel', [accepted('slack', ['a'])], KEYS],
  ])('%s', ([, deliveries, keys]) => {
    const before = state(...deliveries);
    expect(markPagesClosed(before, keys, NOW, CHANNEL_TRAITS)).toBe(before);
  });

  test('is not marked if its incident has ended here, because that was our own resolve', () => {
    const over = head({ incidents: [resolved('a')], deliveries: [page] });
    expect(markPagesClosed(over, KEYS, NOW, CHANNEL_TRAITS)).toBe(over);
  });
});
