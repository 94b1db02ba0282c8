import { describe, expect, test } from 'vitest';
import { ORGANISATION } from '../../lib/domain/memory/cluster-subject.ts';
import { mergedPast, pastDeliveries } from '../../lib/route/past-incidents.ts';
import { rerouted } from '../../lib/route/rerouted.ts';
import { planDeliveries, type RouteContext } from '../../lib/route/plan-deliveries.ts';
import type { Roster } from '../../lib/route/route.ts';
import { type Config, policyOf } from '../../lib/config/policy/define-config.ts';
import type { Delivery, Incident, Transition } from '../../lib/domain/incidents/incident.ts';
import type { ChannelId, Priority } from '../../lib/domain/policy/policy.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, incident, resolved, spelled } from '../support/incidents.ts';

const ALL: Roster = [
  { id: 'pagerduty', recipients: 1 },
  { id: 'sms', recipients: 1 },
  { id: 'slack', recipients: 1 },
  { id: 'email', recipients: 1 },
];

function context(config: Config = {}, roster: Roster = ALL): RouteContext {
  return { roster, general: policyOf(config).general, now: NOW + HOUR };
}

function only(...ids: readonly ChannelId[]): Roster {
  return ALL.filter(({ id }) => ids.includes(id));
}

const warning = (id: string, changes: Partial<Incident> = {}): Incident => incident(id, { severity: 'warning', ...changes });
const opened = (...incidents: readonly Incident[]): readonly Transition[] => incidents.map((one) => ({ kind: 'opened', incident: one }));
const ended = (...incidents: readonly Incident[]): readonly Transition[] => incidents.map((one) => ({ kind: 'resolved', incident: one }));
const raised = (one: Incident): readonly Transition[] => [{ kind: 'raised', incident: one }];
const many = (count: number, make: (id: string) => Incident = (id) => incident(id)): readonly Incident[] =>
  Array.from({ length: count }, (_, index) => make(`i${index + 1}`));

/** What a plan adds to the deliveries there were. */
function added(before: readonly Delivery[], transitions: readonly Transition[], how: RouteContext = context()): readonly string[] {
  const keys = new Set(before.map(({ key }) => key));
  return spelled(planDeliveries(before, transitions, how).filter(({ key }) => !keys.has(key)));
}

describe('a new incident', () => {
  test.for<[string, Incident, readonly string[]]>([
    ['that is critical goes to PagerDuty and SMS', incident('a'), ['trigger pagerduty a', 'trigger sms a']],
    ['that is a warning goes to Slack and email', warning('a'), ['trigger email a', 'trigger slack a']],
    ['that is information goes to email', incident('a', { severity: 'info' }), ['trigger email a']],
  ])('%s', ([, one, expected]) => expect(added([], opened(one))).toEqual(expected));

  test('reaches every recipient with a message of its own', () => {
    const roster: Roster = [
      { id: 'email', recipients: 2 },
      { id: 'slack', recipients: 1 },
    ];
    const plan = planDeliveries([], opened(warning('a')), context({}, roster));
    expect(plan.map(({ channel, recipient }) => `${channel} ${recipient}`).toSorted()).toEqual(['email 0', 'email 1', 'slack 0']);
    expect(new Set(plan.map(({ key }) => key)).size).toBe(3);
  });

  test('is owed from now on, and says why it goes another way', () => {
    const [made] = planDeliveries([], opened(incident('a')), context({}, only('slack')));
    expect(made).toMatchObject({ state: 'owed', attempts: 0, nextTryAt: NOW + HOUR, claim: null, priority: 'P0' });
    expect(made?.reroute).toContain('PagerDuty is not configured');
  });

  test('planned twice makes the same deliveries', () =>
    expect(planDeliveries([], opened(incident('a')), context())).toEqual(planDeliveries([], opened(incident('a')), context())));

  test('nothing new plans nothing', () =>
    expect(planDeliveries([delivery('sms', ['a'])], [], context())).toEqual([delivery('sms', ['a'])]));
});

describe('more than five new incidents of one priority', () => {
  test.for<[number, number]>([
    [1, 1],
    [5, 5],
    [6, 1],
    [40, 1],
  ])('%i critical ones: as many pages, %i text message(s)', ([count, texts]) => {
    const plan = planDeliveries([], opened(...many(count)), context());
    expect(plan.filter(({ channel }) => channel === 'pagerduty')).toHaveLength(count);
    expect(plan.filter(({ channel }) => channel === 'sms')).toHaveLength(texts);
    expect(plan.filter(({ channel }) => channel === 'sms').flatMap(({ incidents }) => incidents)).toHaveLength(count);
  });

  test('are one message on Slack and one a recipient of email', () => {
    const roster: Roster = [
      { id: 'email', recipients: 2 },
      { id: 'slack', recipients: 1 },
    ];
    const plan = planDeliveries([], opened(...many(6, warning)), context({}, roster));
    expect(plan.map(({ channel, incidents }) => `${channel} ${incidents.length}`).toSorted()).toEqual(['email 6', 'email 6', 'slack 6']);
  });

  test('are counted by priority', () => {
    const mixed = [...many(5), ...many(5, (id) => warning(`w${id}`))];
    expect(planDeliveries([], opened(...mixed), context()).every(({ incidents }) => incidents.length === 1)).toBe(true);
  });
});

describe('an incident that ends', () => {
  const paged = [accepted('pagerduty', ['a']), accepted('sms', ['a'])];
  test.for<[string, readonly Delivery[], readonly string[]]>([
    ['is resolved on every channel that announced it, but not by SMS', paged, ['resolve pagerduty a']],
    [
      'is resolved in the threads of Slack and email',
      [accepted('slack', ['a']), accepted('email', ['a'])],
      ['resolve email a', 'resolve slack a'],
    ],
    [
      'is resolved where its trigger may have arrived',
      [delivery('pagerduty', ['a'], { state: 'unknown', ambiguous: true })],
      ['resolve pagerduty a'],
    ],
    [
      'is resolved where its trigger is being sent',
      [delivery('pagerduty', ['a'], { claim: { owner: 'x', until: NOW } })],
      ['resolve pagerduty a'],
    ],
    ['is not resolved where its trigger was never sent', [delivery('pagerduty', ['a'])], []],
    ['is not resolved where its trigger was refused', [delivery('pagerduty', ['a'], { state: 'rejected' })], []],
    ['is not resolved in the thread of another incident', [accepted('pagerduty', ['b'])], []],
  ])('%s', ([, before, expected]) => expect(added(before, ended(resolved('a')))).toEqual(expected));

  test('is resolved by SMS if policy says so', () =>
    expect(added(paged, ended(resolved('a')), context({ smsResolves: true }))).toEqual(['resolve pagerduty a', 'resolve sms a']));

  test('has its resolve in the thread of its trigger', () =>
    expect(planDeliveries(paged, ended(resolved('a')), context()).find(({ kind }) => kind === 'resolve')?.root).toBe(
      'trigger/pagerduty/0/a',
    ));

  test('together with others of its storm gets one reply with them in the thread', () => {
    const storm = [accepted('slack', ['a', 'b', 'c'])];
    expect(added(storm, ended(resolved('a'), resolved('b')))).toEqual(['resolve slack a,b']);
  });

  test('after the rest of its storm gets its own reply in the thread', () => {
    const first = planDeliveries([accepted('slack', ['a', 'b', 'c'])], ended(resolved('a')), context());
    expect(added(first, ended(resolved('b')))).toEqual(['resolve slack b']);
  });

  const states = (before: readonly Delivery[], incidents: readonly Incident[]): readonly string[] =>
    planDeliveries(before, ended(...incidents), context())
      .filter(({ kind }) => kind !== 'resolve')
      .map(({ state, incidents: ids }) => `${state} ${ids.join(',')}`);

  test.for<[string, Delivery, ...string[]]>([
    ['that is owed is cancelled', delivery('pagerduty', ['a']), 'cancelled a'],
    ['that was refused is cancelled', delivery('pagerduty', ['a'], { state: 'rejected' }), 'cancelled a'],
    ['that may have arrived is not sent again', delivery('sms', ['a'], { state: 'unknown', ambiguous: true }), 'cancelled a'],
    ['that is being sent keeps its claim', delivery('pagerduty', ['a'], { claim: { owner: 'x', until: NOW } }), 'owed a'],
    ['that was accepted stays accepted', accepted('pagerduty', ['a']), 'accepted a'],
    ['that updates it is cancelled', delivery('slack', ['a'], { kind: 'update' }), 'cancelled a'],
    ['about a storm goes on without the incident, which counts as never announced', delivery('slack', ['a', 'b']), 'owed b', 'cancelled a'],
    ['that reminds of several incidents goes on without it', delivery('slack', ['a', 'b'], { kind: 'remind', root: 'r' }), 'owed b'],
    [
      'about a storm that may have arrived keeps the incident',
      delivery('slack', ['a', 'b'], { state: 'unknown', ambiguous: true }),
      'unknown a,b',
    ],
  ])('its message %s', ([, before, ...expected]) => expect(states([before], [resolved('a')])).toEqual(expected));

  test('is reported as past exactly once, if a storm that never arrived ends incident by incident', () => {
    const storm = [
      delivery('slack', ['a', 'b', 'c', 'd'], { priority: 'P1' }),
      delivery('email', ['a', 'b', 'c', 'd'], { priority: 'P1' }),
    ];
    const end = (before: readonly Delivery[], ...ids: readonly string[]): readonly Delivery[] => {
      const after = planDeliveries(before, ended(...ids.map((id) => resolved(id, { severity: 'warning' }))), context());
      const over = ['a', 'b', 'c', 'd'].filter((id) =>
        after.some(({ state, incidents }) => state === 'cancelled' && incidents.includes(id)),
      );
      return [
        ...after,
        ...pastDeliveries(
          after,
          over.map((id) => resolved(id, { severity: 'warning' })),
          context(),
        ),
      ];
    };
    const told = end(end(end(storm, 'a'), 'b', 'c'), 'd');
    const past = (channel: ChannelId): readonly string[] => ['a', 'b,c', 'd'].map((ids) => `past ${channel} ${ids}`);
    expect(spelled(told.filter(({ kind }) => kind === 'past'))).toEqual([...past('email'), ...past('slack')]);
    expect(new Set(told.map(({ key }) => key)).size).toBe(told.length);
  });

  test('leaves no next attempt on the messages that it cancels', () =>
    expect(planDeliveries([delivery('sms', ['a'])], ended(resolved('a')), context())[0]).toMatchObject({
      state: 'cancelled',
      nextTryAt: null,
    }));

  test('does not cancel a resolve that is owed', () => {
    const before = delivery('pagerduty', ['a'], { kind: 'resolve' });
    expect(planDeliveries([before], ended(resolved('a')), context())).toContainEqual(before);
  });
});

describe('an incident whose severity rises', () => {
  test('triggers on the channels of P0, and Slack’s message is edited in place', () => {
    const before = [accepted('slack', ['a'], { priority: 'P1' }), accepted('email', ['a'], { priority: 'P1' })];
    expect(added(before, raised(incident('a')))).toEqual(['trigger pagerduty a', 'trigger sms a', 'update slack a']);
  });

  test('is announced again in its threads if no channel of P0 is configured', () => {
    const before = [accepted('slack', ['a'], { priority: 'P1' }), accepted('email', ['a'], { priority: 'P1' })];
    expect(added(before, raised(incident('a')), context({}, only('slack', 'email')))).toEqual(['escalate email a', 'escalate slack a']);
  });

  test('keeps the key at PagerDuty that it had as a warning', () => {
    const before = [accepted('pagerduty', ['a'], { priority: 'P1' })];
    const plan = planDeliveries(before, raised(incident('a')), context({}, only('pagerduty')));
    expect(spelled(plan)).toEqual(['trigger pagerduty a', 'update pagerduty a']);
    expect(plan[1]?.root).toBe('trigger/pagerduty/0/a');
  });

  test('counts towards a storm of its new priority', () => {
    const transitions = [...opened(...many(5)), ...raised(incident('r'))];
    expect(planDeliveries([], transitions, context()).filter(({ channel }) => channel === 'sms')).toHaveLength(1);
  });
});

describe('an incident that came and went without a message', () => {
  const past = (before: readonly Delivery[], incidents: readonly Incident[], how: RouteContext = context()): readonly string[] =>
    spelled(pastDeliveries(before, incidents, how));
  const cancelled = (channel: ChannelId, id = 'a'): Delivery => delivery(channel, [id], { state: 'cancelled', nextTryAt: null });

  const lost = (channel: ChannelId, priority: Priority = 'P0'): Delivery =>
    delivery(channel, ['a'], { state: 'cancelled', ambiguous: true, attempts: 1, priority });

  test.for<[string, readonly Delivery[], Incident, readonly string[]]>([
    ['that was critical is reported by SMS, not by PagerDuty', [cancelled('pagerduty'), cancelled('sms')], resolved('a'), ['past sms a']],
    [
      'that was a warning is reported by Slack and email',
      [cancelled('slack'), cancelled('email')],
      resolved('a', { severity: 'warning' }),
      ['past email a', 'past slack a'],
    ],
    ['that was information is reported by email', [cancelled('email')], resolved('a', { severity: 'info' }), ['past email a']],
    ['is not reported if one channel accepted its trigger', [accepted('pagerduty', ['a']), cancelled('sms')], resolved('a'), []],
    [
      'is reported if PagerDuty and SMS may have it, because neither of their resolves reports anything',
      [lost('pagerduty'), lost('sms')],
      resolved('a'),
      ['past sms a'],
    ],
    [
      'is not reported by Slack if Slack may have it, because Slack’s resolve reports it, and that speaks for Slack alone',
      [lost('slack', 'P1'), cancelled('email')],
      resolved('a', { severity: 'warning' }),
      ['past email a'],
    ],
    ['is reported by SMS if another channel may have it', [lost('slack', 'P0'), cancelled('sms')], resolved('a'), ['past sms a']],
    [
      'is reported if only a text message that is not sent again may have arrived',
      [lost('sms', 'P1')],
      resolved('a', { severity: 'warning' }),
      ['past email a', 'past slack a'],
    ],
    [
      'is not reported if a text message with its resolve follows',
      [lost('sms', 'P1'), delivery('sms', ['a'], { kind: 'resolve', root: 'trigger/sms/0/a' })],
      resolved('a', { severity: 'warning' }),
      [],
    ],
    [
      'is reported if PagerDuty may have it and SMS does not',
      [lost('pagerduty', 'P1'), { ...cancelled('sms'), priority: 'P1' }],
      resolved('a', { severity: 'warning' }),
      ['past email a', 'past slack a'],
    ],
    [
      'is not reported while its trigger is being sent',
      [delivery('pagerduty', ['a'], { claim: { owner: 'x', until: NOW } })],
      resolved('a'),
      [],
    ],
    ['is not reported while it is open', [delivery('pagerduty', ['a'])], incident('a'), []],
    ['is not reported twice', [cancelled('sms'), delivery('sms', ['a'], { kind: 'past' })], resolved('a'), []],
    ['is not reported if no message about it was ever planned', [], resolved('a'), []],
  ])('%s', ([, before, one, expected]) => expect(past(before, [one])).toEqual(expected));

  test('is reported in one message with others, whatever their priority', () => {
    const gone = [resolved('a', { severity: 'warning' }), resolved('b', { severity: 'info' }), resolved('c')];
    expect(past([cancelled('email'), cancelled('email', 'b'), cancelled('sms', 'c')], gone)).toEqual([
      'past email a,b',
      'past slack a',
      'past sms c',
    ]);
  });

  test('is not reported if it is about a channel: what that channel delivers late says so itself', () => {
    const about = resolved('m', { check: 'monitor', resource: { ...ORGANISATION, name: 'channel slack', part: 'slack' } });
    expect(past([cancelled('sms', 'm')], [about])).toEqual([]);
  });

  test('is added to a past message that waits, and not to one that may have arrived, was refused or is being sent', () => {
    const waiting = (id: string, changes: Partial<Delivery> = {}): Delivery =>
      delivery('slack', [id], { kind: 'past', priority: 'P1', ...changes });
    expect(spelled(mergedPast([waiting('a'), waiting('b', { priority: 'P0' })], []))).toEqual(['past slack a,b']);
    expect(mergedPast([waiting('a'), waiting('b', { priority: 'P0' })], [])[0]).toMatchObject({ priority: 'P0', key: 'past/slack/0/a' });
    for (const changes of [{ ambiguous: true }, { state: 'rejected' }, { claim: { owner: 'x', until: NOW } }, { recipient: 1 }] as const)
      expect(spelled(mergedPast([waiting('a', changes), waiting('b')], []))).toEqual(['past slack a', 'past slack b']);
    const alone = [waiting('a')];
    expect(mergedPast(alone, [])).toBe(alone);
  });

  test('is reported in one message with more than five others', () => {
    const gone = many(6, (id) => resolved(id));
    expect(
      past(
        gone.map(({ id }) => cancelled('sms', id)),
        gone,
      ),
    ).toEqual(['past sms i1,i2,i3,i4,i5,i6']);
  });

  test('is reported by every other channel without SMS, and the reason does not call PagerDuty unconfigured', () => {
    const plan = pastDeliveries([cancelled('pagerduty')], [resolved('a')], context({}, only('pagerduty', 'slack', 'email')));
    expect(spelled(plan)).toEqual(['past email a', 'past slack a']);
    expect(plan[0]?.reroute).toBe('Sent here because SMS is not configured.');
  });
});

describe('rerouting of a refused incident', () => {
  const refused = (channel: ChannelId, changes: Partial<Delivery> = {}): Delivery =>
    delivery(channel, ['a'], { state: 'rejected', ...changes });
  const again = (before: readonly Delivery[], one: Incident = incident('a'), how: RouteContext = context()): readonly string[] =>
    spelled(rerouted(before, [one], how));

  test.for<[string, readonly Delivery[], Incident, readonly string[]]>([
    [
      'a P0 refused by PagerDuty and SMS goes to every other channel',
      [refused('pagerduty'), refused('sms')],
      incident('a'),
      ['trigger email a', 'trigger slack a'],
    ],
    ['a P0 refused by PagerDuty waits for SMS', [refused('pagerduty'), delivery('sms', ['a'])], incident('a'), []],
    ['a P0 refused by PagerDuty and accepted by SMS goes nowhere else', [refused('pagerduty'), accepted('sms', ['a'])], incident('a'), []],
    [
      'a P0 refused for one of two SMS recipients waits for the other',
      [refused('pagerduty'), refused('sms'), delivery('sms', ['a'], { recipient: 1 })],
      incident('a'),
      [],
    ],
    [
      'a P1 refused by Slack and email goes to P0’s channels',
      [refused('slack', { priority: 'P1' }), refused('email', { priority: 'P1' })],
      warning('a'),
      ['trigger pagerduty a', 'trigger sms a'],
    ],
    [
      'a P2 refused by email goes to P1’s channels',
      [refused('email', { priority: 'P2' })],
      incident('a', { severity: 'info' }),
      ['trigger slack a'],
    ],
    ['a resolved P0 is not rerouted', [refused('pagerduty'), refused('sms')], resolved('a'), []],
    [
      'a P0 refused by every channel goes nowhere else',
      [refused('pagerduty'), refused('sms'), refused('slack'), refused('email')],
      incident('a'),
      [],
    ],
    [
      'a P0 that Slack and email announced as a warning is announced again in their threads',
      [accepted('slack', ['a'], { priority: 'P1' }), accepted('email', ['a'], { priority: 'P1' }), refused('pagerduty'), refused('sms')],
      incident('a'),
      ['escalate email a', 'escalate slack a'],
    ],
  ])('%s', ([, before, one, expected]) => expect(again(before, one)).toEqual(expected));

  test('happens once', () => {
    const before = [refused('pagerduty'), refused('sms')];
    expect(again([...before, ...rerouted(before, [incident('a')], context())])).toEqual([]);
    const worse = [accepted('slack', ['a'], { priority: 'P1' }), ...before];
    expect(again([...worse, ...rerouted(worse, [incident('a')], context())])).toEqual([]);
  });

  test('gives the reason in the message', () =>
    expect(rerouted([refused('pagerduty'), refused('sms')], [incident('a')], context())[0]?.reroute).toBe(
      'Sent here because PagerDuty refused it and SMS refused it.',
    ));

  test('of six incidents makes one message', () => {
    const six = many(6);
    const before = six.flatMap(({ id }) => [
      delivery('pagerduty', [id], { state: 'rejected' }),
      delivery('sms', [id], { state: 'rejected' }),
    ]);
    expect(spelled(rerouted(before, six, context({}, only('pagerduty', 'sms', 'slack'))))).toEqual(['trigger slack i1,i2,i3,i4,i5,i6']);
  });
});

test('deliveries of 6,250 incidents at once are planned in less than two seconds', () => {
  const all = many(6_250);
  const plan = planDeliveries([], opened(...all), context());
  expect(plan).toHaveLength(6_251);
  const begun = performance.now();
  const told = plan.map((one): Delivery => ({ ...one, state: 'accepted' }));
  const ends = planDeliveries(told, ended(...all.map(({ id }) => resolved(id))), context());
  pastDeliveries(ends, all, context());
  rerouted(ends, all, context());
  expect(performance.now() - begun).toBeLessThan(2_000);
});

test('incidents of a storm that are acknowledged together get one message in each of its threads', () => {
  const storm = many(7, warning);
  const before = [
    accepted(
      'slack',
      storm.map(({ id }) => id),
    ),
    accepted(
      'email',
      storm.map(({ id }) => id),
    ),
  ];
  const taken = planDeliveries(
    before,
    storm.slice(0, 6).map((one) => ({ kind: 'acknowledged', incident: one })),
    context(),
  ).slice(2);
  expect(taken.map(({ channel, kind, incidents }) => [channel, kind, incidents.length])).toEqual([
    ['slack', 'acknowledge', 6],
    ['email', 'acknowledge', 6],
  ]);
});
