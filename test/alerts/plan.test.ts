import { describe, expect, test } from 'vitest';
import { pastDeliveries, rerouted } from '../../lib/alerts/aftermath.ts';
import { planDeliveries, type PlanContext } from '../../lib/alerts/plan.ts';
import type { Roster } from '../../lib/alerts/route.ts';
import { type Config, policyOf } from '../../lib/config/policy.ts';
import type { Delivery, Incident, Transition } from '../../lib/domain/incident.ts';
import type { ChannelId, Priority } from '../../lib/domain/policy.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, incident, resolved, spelled } from '../support/incidents.ts';

const ALL: Roster = [
  { id: 'pagerduty', recipients: 1 },
  { id: 'sms', recipients: 1 },
  { id: 'slack', recipients: 1 },
  { id: 'email', recipients: 1 },
];

function context(config: Config = {}, roster: Roster = ALL): PlanContext {
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
function added(before: readonly Delivery[], transitions: readonly Transition[], how: PlanContext = context()): readonly string[] {
  const keys = new Set(before.map(({ key }) => key));
  return spelled(planDeliveries(before, transitions, how).filter(({ key }) => !keys.has(key)));
}

describe('a new incident', () => {
  test.for<[string, Incident, readonly string[]]>([
    ['critical: PagerDuty and SMS', incident('a'), ['trigger pagerduty a', 'trigger sms a']],
    ['warning: Slack and email', warning('a'), ['trigger email a', 'trigger slack a']],
    ['info: email', incident('a', { severity: 'info' }), ['trigger email a']],
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
    ['is resolved where it was told, not by SMS', paged, ['resolve pagerduty a']],
    ['is resolved in the threads', [accepted('slack', ['a']), accepted('email', ['a'])], ['resolve email a', 'resolve slack a']],
    [
      'is resolved where it may have been told',
      [delivery('pagerduty', ['a'], { state: 'unknown', ambiguous: true })],
      ['resolve pagerduty a'],
    ],
    ['is resolved after what is under way', [delivery('pagerduty', ['a'], { claim: { owner: 'x', until: NOW } })], ['resolve pagerduty a']],
    ['is not resolved where it was never told', [delivery('pagerduty', ['a'])], []],
    ['is not resolved where it was refused', [delivery('pagerduty', ['a'], { state: 'rejected' })], []],
    ['is not resolved for another', [accepted('pagerduty', ['b'])], []],
  ])('%s', ([, before, expected]) => expect(added(before, ended(resolved('a')))).toEqual(expected));

  test('is resolved by SMS where policy says so', () =>
    expect(added(paged, ended(resolved('a')), context({ smsResolves: true }))).toEqual(['resolve pagerduty a', 'resolve sms a']));

  test('is resolved in the thread of its message', () =>
    expect(planDeliveries(paged, ended(resolved('a')), context()).find(({ kind }) => kind === 'resolve')?.root).toBe(
      'trigger/pagerduty/0/a',
    ));

  test('together with others of one storm is one reply', () => {
    const storm = [accepted('slack', ['a', 'b', 'c'])];
    expect(added(storm, ended(resolved('a'), resolved('b')))).toEqual(['resolve slack a,b']);
  });

  test('later than others of its storm is another reply', () => {
    const first = planDeliveries([accepted('slack', ['a', 'b', 'c'])], ended(resolved('a')), context());
    expect(added(first, ended(resolved('b')))).toEqual(['resolve slack b']);
  });

  const states = (before: readonly Delivery[], incidents: readonly Incident[]): readonly string[] =>
    planDeliveries(before, ended(...incidents), context())
      .filter(({ kind }) => kind !== 'resolve')
      .map(({ state, incidents: ids }) => `${state} ${ids.join(',')}`);

  test.for<[string, Delivery, ...string[]]>([
    ['owed is cancelled', delivery('pagerduty', ['a']), 'cancelled a'],
    ['refused is cancelled', delivery('pagerduty', ['a'], { state: 'rejected' }), 'cancelled a'],
    ['that may have arrived is not sent again', delivery('sms', ['a'], { state: 'unknown', ambiguous: true }), 'cancelled a'],
    ['under way keeps its claim', delivery('pagerduty', ['a'], { claim: { owner: 'x', until: NOW } }), 'owed a'],
    ['accepted stays', accepted('pagerduty', ['a']), 'accepted a'],
    ['that updates it is cancelled', delivery('slack', ['a'], { kind: 'update' }), 'cancelled a'],
    ['of a storm goes on without it, which was never told', delivery('slack', ['a', 'b']), 'owed b', 'cancelled a'],
    ['that reminds of several goes on without it', delivery('slack', ['a', 'b'], { kind: 'remind', root: 'r' }), 'owed b'],
    ['of a storm that may have arrived keeps it', delivery('slack', ['a', 'b'], { state: 'unknown', ambiguous: true }), 'unknown a,b'],
  ])('a message %s', ([, before, ...expected]) => expect(states([before], [resolved('a')])).toEqual(expected));

  test('one after the other in a storm that never arrived, each is told as past, once', () => {
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
    const past = (channel: ChannelId): readonly string[] => ['a', 'b', 'c', 'd'].map((id) => `past ${channel} ${id}`);
    expect(spelled(told.filter(({ kind }) => kind === 'past'))).toEqual([...past('email'), ...past('slack')]);
    expect(new Set(told.map(({ key }) => key)).size).toBe(told.length);
  });

  test('leaves nothing to try for what is cancelled', () =>
    expect(planDeliveries([delivery('sms', ['a'])], ended(resolved('a')), context())[0]).toMatchObject({
      state: 'cancelled',
      nextTryAt: null,
    }));

  test('never cancels a resolve', () => {
    const before = delivery('pagerduty', ['a'], { kind: 'resolve' });
    expect(planDeliveries([before], ended(resolved('a')), context())).toContainEqual(before);
  });
});

describe('an incident that gets worse', () => {
  test('wakes P0’s channels, and Slack’s message is updated in place', () => {
    const before = [accepted('slack', ['a'], { priority: 'P1' }), accepted('email', ['a'], { priority: 'P1' })];
    expect(added(before, raised(incident('a')))).toEqual(['trigger pagerduty a', 'trigger sms a', 'update slack a']);
  });

  test('with no pager is told again, in the thread, where it was told before', () => {
    const before = [accepted('slack', ['a'], { priority: 'P1' }), accepted('email', ['a'], { priority: 'P1' })];
    expect(added(before, raised(incident('a')), context({}, only('slack', 'email')))).toEqual(['escalate email a', 'escalate slack a']);
  });

  test('keeps its key at PagerDuty, where it was paged as a warning', () => {
    const before = [accepted('pagerduty', ['a'], { priority: 'P1' })];
    const plan = planDeliveries(before, raised(incident('a')), context({}, only('pagerduty')));
    expect(spelled(plan)).toEqual(['trigger pagerduty a', 'update pagerduty a']);
    expect(plan[1]?.root).toBe('trigger/pagerduty/0/a');
  });

  test('counts among the new ones of its priority', () => {
    const transitions = [...opened(...many(5)), ...raised(incident('r'))];
    expect(planDeliveries([], transitions, context()).filter(({ channel }) => channel === 'sms')).toHaveLength(1);
  });
});

describe('an incident that came and went untold', () => {
  const past = (before: readonly Delivery[], incidents: readonly Incident[], how: PlanContext = context()): readonly string[] =>
    spelled(pastDeliveries(before, incidents, how));
  const cancelled = (channel: ChannelId, id = 'a'): Delivery => delivery(channel, [id], { state: 'cancelled', nextTryAt: null });

  const lost = (channel: ChannelId, priority: Priority = 'P0'): Delivery =>
    delivery(channel, ['a'], { state: 'cancelled', ambiguous: true, attempts: 1, priority });

  test.for<[string, readonly Delivery[], Incident, readonly string[]]>([
    ['critical: told by SMS, never by PagerDuty', [cancelled('pagerduty'), cancelled('sms')], resolved('a'), ['past sms a']],
    [
      'a warning: by Slack and email',
      [cancelled('slack'), cancelled('email')],
      resolved('a', { severity: 'warning' }),
      ['past email a', 'past slack a'],
    ],
    ['info: by email', [cancelled('email')], resolved('a', { severity: 'info' }), ['past email a']],
    ['not where one channel told of it', [accepted('pagerduty', ['a']), cancelled('sms')], resolved('a'), []],
    [
      'critical and perhaps told: two beat none, since neither channel’s resolve tells anybody',
      [lost('pagerduty'), lost('sms')],
      resolved('a'),
      ['past sms a'],
    ],
    ['not where Slack may have told of it, whose resolve tells it', [lost('slack', 'P0'), cancelled('sms')], resolved('a'), []],
    [
      'a warning that only a text may have told, which is not sent again',
      [lost('sms', 'P1')],
      resolved('a', { severity: 'warning' }),
      ['past email a', 'past slack a'],
    ],
    [
      'not where a text of its end follows that one',
      [lost('sms', 'P1'), delivery('sms', ['a'], { kind: 'resolve', root: 'trigger/sms/0/a' })],
      resolved('a', { severity: 'warning' }),
      [],
    ],
    [
      'a warning that PagerDuty may have, whose resolve tells nobody, and that SMS has not',
      [lost('pagerduty', 'P1'), { ...cancelled('sms'), priority: 'P1' }],
      resolved('a', { severity: 'warning' }),
      ['past email a', 'past slack a'],
    ],
    ['not while one is being sent', [delivery('pagerduty', ['a'], { claim: { owner: 'x', until: NOW } })], resolved('a'), []],
    ['not while it is open', [delivery('pagerduty', ['a'])], incident('a'), []],
    ['once', [cancelled('sms'), delivery('sms', ['a'], { kind: 'past' })], resolved('a'), []],
    ['not of one that nobody was to be told of', [], resolved('a'), []],
  ])('%s', ([, before, one, expected]) => expect(past(before, [one])).toEqual(expected));

  test('more than five of them are one message', () => {
    const gone = many(6, (id) => resolved(id));
    expect(
      past(
        gone.map(({ id }) => cancelled('sms', id)),
        gone,
      ),
    ).toEqual(['past sms i1,i2,i3,i4,i5,i6']);
  });

  test('goes to every other channel where there is no SMS, and does not call PagerDuty unconfigured', () => {
    const plan = pastDeliveries([cancelled('pagerduty')], [resolved('a')], context({}, only('pagerduty', 'slack', 'email')));
    expect(spelled(plan)).toEqual(['past email a', 'past slack a']);
    expect(plan[0]?.reroute).toBe('Sent here because SMS is not configured.');
  });
});

describe('an incident that its channels refused', () => {
  const refused = (channel: ChannelId, changes: Partial<Delivery> = {}): Delivery =>
    delivery(channel, ['a'], { state: 'rejected', ...changes });
  const again = (before: readonly Delivery[], one: Incident = incident('a'), how: PlanContext = context()): readonly string[] =>
    spelled(rerouted(before, [one], how));

  test.for<[string, readonly Delivery[], Incident, readonly string[]]>([
    [
      'a P0 refused by PagerDuty and SMS goes to every other channel',
      [refused('pagerduty'), refused('sms')],
      incident('a'),
      ['trigger email a', 'trigger slack a'],
    ],
    ['a P0 refused by one of them waits for the other', [refused('pagerduty'), delivery('sms', ['a'])], incident('a'), []],
    ['a P0 refused by one and taken by the other is told', [refused('pagerduty'), accepted('sms', ['a'])], incident('a'), []],
    [
      'a P0 refused for one of two recipients waits for the other',
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
      'a P2 refused by email goes to P1’s',
      [refused('email', { priority: 'P2' })],
      incident('a', { severity: 'info' }),
      ['trigger slack a'],
    ],
    ['one that is over is let be', [refused('pagerduty'), refused('sms')], resolved('a'), []],
    ['one refused by all stays where it is', [refused('pagerduty'), refused('sms'), refused('slack'), refused('email')], incident('a'), []],
    [
      'a P0 that Slack and email told of as a warning goes to them again, in their threads',
      [accepted('slack', ['a'], { priority: 'P1' }), accepted('email', ['a'], { priority: 'P1' }), refused('pagerduty'), refused('sms')],
      incident('a'),
      ['escalate email a', 'escalate slack a'],
    ],
  ])('%s', ([, before, one, expected]) => expect(again(before, one)).toEqual(expected));

  test('is rerouted once', () => {
    const before = [refused('pagerduty'), refused('sms')];
    expect(again([...before, ...rerouted(before, [incident('a')], context())])).toEqual([]);
    const worse = [accepted('slack', ['a'], { priority: 'P1' }), ...before];
    expect(again([...worse, ...rerouted(worse, [incident('a')], context())])).toEqual([]);
  });

  test('says why', () =>
    expect(rerouted([refused('pagerduty'), refused('sms')], [incident('a')], context())[0]?.reroute).toBe(
      'Sent here because PagerDuty refused it and SMS refused it.',
    ));

  test('together with five others is one message', () => {
    const six = many(6);
    const before = six.flatMap(({ id }) => [
      delivery('pagerduty', [id], { state: 'rejected' }),
      delivery('sms', [id], { state: 'rejected' }),
    ]);
    expect(spelled(rerouted(before, six, context({}, only('pagerduty', 'sms', 'slack'))))).toEqual(['trigger slack i1,i2,i3,i4,i5,i6']);
  });
});

test('six thousand incidents at once are planned in a moment', () => {
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

test('those of a storm that are acknowledged together are one message in each of its threads', () => {
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
