import { describe, expect, test } from 'vitest';
import { pastRerouted } from '../../lib/alerts/aftermath.ts';
import { afterClosed, closedThere } from '../../lib/alerts/closed-there.ts';
import { letterFor } from '../../lib/alerts/deliver-letter.ts';
import { prepared } from '../../lib/alerts/deliver.ts';
import { planDeliveries } from '../../lib/alerts/plan.ts';
import { FURTHER } from '../../lib/alerts/wording.ts';
import type { Head } from '../../lib/domain/head.ts';
import type { Delivery, Transition } from '../../lib/domain/incident.ts';
import type { ChannelId } from '../../lib/domain/policy.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { contextAt } from '../support/context.ts';
import { courier, recorder } from '../support/courier.ts';
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
    ['everywhere goes by every other channel but PagerDuty', [refused('sms')], ['past email a', 'past slack a']],
    ['here and owed there waits', [refused('sms'), delivery('slack', ['a'], { kind: 'past' })], []],
    ['by all of them has nowhere left to go', [refused('sms'), refused('slack'), refused('email')], []],
  ])('%s', ([, before, expected]) => expect(spelled(pastRerouted(before, [resolved('a')], context()))).toEqual(expected));

  test('says why it comes there', () =>
    expect(pastRerouted([refused('sms')], [resolved('a')], context()).map(({ reroute }) => reroute)).toEqual([
      'Sent here because SMS refused it.',
      'Sent here because SMS refused it.',
    ]));
});

describe('what flaps from now on', () => {
  const flapping = incident('a', { flapping: ' (flapping)' });
  const everywhere = (['pagerduty', 'sms', 'slack', 'email'] as const).map((channel) => accepted(channel, ['a']));

  test('is said in place on PagerDuty and Slack, by one mail, and by no phone', () =>
    expect(spelled(planned([{ kind: 'flapping', incident: flapping }], everywhere))).toEqual([
      'update email a',
      'update pagerduty a',
      'update slack a',
    ]));

  test('is said to nobody who has not been told of it yet: what is owed says it already', () =>
    expect(spelled(planned([{ kind: 'flapping', incident: flapping }], [delivery('slack', ['a'])]))).toEqual([]));
});

describe('more of what was told', () => {
  const one = incident('a', { check: 'pitr-break', severity: 'warning' });

  test('comes anew in the thread of those who were told, and says why', () => {
    const news = planned([{ kind: 'renewed', incident: one }], [accepted('slack', ['a']), accepted('email', ['a'])]);
    expect(spelled(news)).toEqual(['escalate email a', 'escalate slack a']);
    expect(news.map(({ reroute }) => reroute)).toEqual([FURTHER, FURTHER]);
  });

  test('is a message of its own to those who were not', () =>
    expect(spelled(planned([{ kind: 'renewed', incident: one }], [accepted('slack', ['a'])]))).toEqual([
      'escalate slack a',
      'trigger email a',
    ]));
});

describe('a page that a person closed at PagerDuty', () => {
  const closed = accepted('pagerduty', ['a'], { closedThere: true });
  const risen: Transition = { kind: 'raised', incident: incident('a') };

  test('is followed by one under a key of its own', () =>
    expect(planned([risen], [closed]).filter(({ channel }) => channel === 'pagerduty')).toMatchObject([
      { kind: 'trigger', key: 'trigger/pagerduty/0/a/a-2', dedupKey: 'a-2', root: null },
    ]));

  test('and that by a third, if it is closed too', () => {
    const second = accepted('pagerduty', ['a'], { key: 'trigger/pagerduty/0/a/a-2', dedupKey: 'a-2', closedThere: true });
    expect(planned([risen], [closed, second]).filter(({ channel }) => channel === 'pagerduty')).toMatchObject([{ dedupKey: 'a-3' }]);
  });

  test('gets no acknowledgement, but the end of it', () => {
    expect(spelled(planned([{ kind: 'acknowledged', incident: incident('a') }], [closed]))).toEqual([]);
    expect(spelled(planned([{ kind: 'resolved', incident: resolved('a') }], [closed]))).toEqual(['resolve pagerduty a']);
  });
});

describe('what a person resolved at PagerDuty while it went on here', () => {
  const KEYS = new Set(['a']);
  const page = accepted('pagerduty', ['a']);
  const state = (...deliveries: readonly Delivery[]) => head({ incidents: [incident('a')], deliveries });

  test('is marked, so that its key is used up', () =>
    expect(closedThere(state(page), KEYS, NOW).deliveries).toEqual([{ ...page, closedThere: true }]));

  test('has arrived there, though no answer of PagerDuty’s said so', () => {
    const lost = delivery('pagerduty', ['a'], { state: 'unknown', ambiguous: true, attempts: 1, lastError: 'no answer in time' });
    expect(closedThere(state(lost), KEYS, NOW).deliveries).toMatchObject([
      { state: 'accepted', acceptedAt: NOW, nextTryAt: null, ambiguous: false, closedThere: true },
    ]);
  });

  test('takes no update any more: one that waits becomes a page of its own', () => {
    const update = delivery('pagerduty', ['a'], { kind: 'update', root: page.key, key: 'update/pagerduty/0/a/x' });
    expect(closedThere(state(page, update), KEYS, NOW).deliveries[1]).toMatchObject({
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
    prepared(before, courier([recorder('pagerduty')], { now: () => now, owner: 'run-2' })).deliveries;

  test('an update that somebody was sending meanwhile becomes a page once its claim has run out', () => {
    const closed = closedThere(state(page, update('x', { attempts: 1, claim: dying })), KEYS, NOW);
    expect(prepare(closed, NOW + 44_999)[1]).toMatchObject({ kind: 'update', claim: dying });
    expect(prepare(closed, NOW + 45_000)[1]).toMatchObject({ kind: 'trigger', root: null, dedupKey: 'a-2', claim: { owner: 'run-2' } });
  });

  test('of several that come back, one is the page, and the others follow it once it may have arrived', () => {
    const closed = { ...page, closedThere: true } as const;
    const all = prepare(state(closed, update('x'), update('y')), NOW);
    const [, first, second] = all;
    expect(first).toMatchObject({ kind: 'trigger', dedupKey: 'a-2', claim: { owner: 'run-2' } });
    expect(second).toMatchObject({ kind: 'update', root: first?.key, claim: null });
    if (!second) throw new Error('the second update is gone');
    expect(letterFor(second, state(...all), courier([])).dedupKey).toBe('a-2');
  });

  test('what is neither waiting nor an update of that page stays as it is', () => {
    const closed = { ...page, closedThere: true } as const;
    const rest = [
      update('x', { state: 'accepted', nextTryAt: null }),
      update('y', { state: 'cancelled', nextTryAt: null }),
      update('z', { root: 'other' }),
    ];
    expect(afterClosed([closed, ...rest])).toEqual([closed, ...rest]);
  });

  test.for<[string, readonly Delivery[], ReadonlySet<string>]>([
    ['another key changes nothing', [page], new Set(['b'])],
    ['a replay changes nothing', [{ ...page, closedThere: true }], KEYS],
    ['a message elsewhere is left alone', [accepted('slack', ['a'])], KEYS],
  ])('%s', ([, deliveries, keys]) => {
    const before = state(...deliveries);
    expect(closedThere(before, keys, NOW)).toBe(before);
  });

  test('of what has ended here nothing is marked: that was our own resolve', () => {
    const over = head({ incidents: [resolved('a')], deliveries: [page] });
    expect(closedThere(over, KEYS, NOW)).toBe(over);
  });
});
