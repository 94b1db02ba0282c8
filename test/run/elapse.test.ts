import { describe, expect, test } from 'vitest';
import { CHANNEL_TRAITS } from '../../lib/deliver/channels/registry.ts';
import type { RouteContext } from '../../lib/route/plan-deliveries.ts';
import { sweepDeliveries } from '../../lib/domain/incidents/delivery-queue.ts';
import type { Config } from '../../lib/config/policy/define-config.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Priority } from '../../lib/domain/policy/policy.ts';
import { DAY, type Duration, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { contextAt } from '../support/context.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, head, incident, resource } from '../support/incidents.ts';
import { acceptAll, CONTACTS, later, made, headWithNotified } from '../support/time-passing.ts';

describe('escalation by response time', () => {
  test.for([
    ['P0', 5 * MINUTE, ['escalate email contact', 'escalate sms contact']],
    ['P1', 30 * MINUTE, ['escalate pagerduty', 'escalate sms']],
    ['P2', 4 * HOUR, ['escalate slack']],
  ] as const)('%s: no escalation up to %i ms, the next step one millisecond later', ([priority, limit, rung]) => {
    const before = headWithNotified(priority);
    expect(made(before, later(before, limit - 1, CONTACTS), 'escalate')).toEqual([]);
    expect(made(before, later(before, limit, CONTACTS), 'escalate')).toEqual([]);
    expect(made(before, later(before, limit + 1, CONTACTS), 'escalate')).toEqual(rung);
  });

  test('uses the response time that the policy sets', () => {
    const before = headWithNotified('P1');
    expect(made(before, later(before, 10 * MINUTE, { responseMinutes: { P1: 9 } }), 'escalate')).toEqual([
      'escalate pagerduty',
      'escalate sms',
    ]);
  });

  test('counts from the notification if that was later than the opening', () => {
    const before = headWithNotified('P0', { notifiedAt: NOW + HOUR });
    expect(made(before, later(before, HOUR + 5 * MINUTE, CONTACTS), 'escalate')).toEqual([]);
    expect(made(before, later(before, HOUR + 5 * MINUTE + 1, CONTACTS), 'escalate')).not.toEqual([]);
  });
});

const WHOLE_LADDER: Config = { escalation: { P2: ['P1', 'P0', 'contacts'] } };

describe('the escalation ladder', () => {
  /** Rung by rung, each climbed as soon as it may be. */
  function climbed(
    priority: Priority,
    step: Duration,
    config: Config,
    changes: Partial<RouteContext> = {},
  ): readonly (readonly string[])[] {
    const rungs: (readonly string[])[] = [];
    let state = headWithNotified(priority);
    for (let turn = 1; turn <= 5; turn += 1) {
      const next = later(state, turn * (step + 1), config, changes);
      rungs.push(made(state, next, 'escalate'));
      state = acceptAll(next, NOW + turn * (step + 1));
    }
    return rungs;
  }

  test('of a P2 goes to the channels of P1 and ends there: it climbs to no phone', () =>
    expect(climbed('P2', 4 * HOUR, CONTACTS)).toEqual([['escalate slack'], [], [], [], []]));

  test('goes to the channels of P1, then of P0, then to the contacts where policy says so, and ends there', () =>
    expect(climbed('P2', 4 * HOUR, { ...CONTACTS, ...WHOLE_LADDER })).toEqual([
      ['escalate slack'],
      ['escalate pagerduty', 'escalate sms'],
      ['escalate email contact', 'escalate sms contact'],
      [],
      [],
    ]));

  test('skips a step without recipients', () => {
    const roster = contextAt(NOW).roster.filter(({ id }) => id === 'email' || id === 'sms');
    expect(climbed('P2', 4 * HOUR, WHOLE_LADDER, { roster })).toEqual([['escalate sms'], [], [], [], []]);
  });

  test('waits the whole response time at each step', () => {
    const first = later(headWithNotified('P2'), 4 * HOUR + 1, WHOLE_LADDER);
    expect(made(first, later(first, 8 * HOUR + 1, WHOLE_LADDER), 'escalate')).toEqual([]);
    expect(made(first, later(first, 8 * HOUR + 2, WHOLE_LADDER), 'escalate')).toEqual(['escalate pagerduty', 'escalate sms']);
  });

  test('escalates once, however often the same moment is processed', () => {
    const once = later(headWithNotified('P1'), HOUR);
    expect(made(once, later(once, HOUR))).toEqual([]);
  });

  test('gives the reason in the message', () => {
    const before = headWithNotified('P1');
    const [page] = later(before, HOUR).deliveries.filter(({ kind }) => kind === 'escalate');
    expect(page?.reroute).toBe('Nobody acknowledged it within 30 min, so it comes to you.');
  });

  test('makes more than five incidents that escalate together one SMS, and one page each', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const incidents = ids.map((id) => incident(id, { severity: 'warning', resource: resource(id) }));
    const before = head({
      incidents,
      deliveries: [accepted('slack', ids, { priority: 'P1' }), accepted('email', ids, { priority: 'P1' })],
    });
    const after = made(before, later(before, HOUR), 'escalate');
    expect(after.filter((one) => one === 'escalate sms')).toHaveLength(1);
    expect(after.filter((one) => one === 'escalate pagerduty')).toHaveLength(6);
  });
});

describe('an escalation ladder of the policy', () => {
  test('replaces the default one', () => {
    const before = headWithNotified('P2');
    const own: Config = { ...CONTACTS, escalation: { P2: ['contacts'] } };
    expect(made(before, later(before, 4 * HOUR + 1, own), 'escalate')).toEqual(['escalate email contact', 'escalate sms contact']);
  });

  test('may have no step at all', () => {
    const before = headWithNotified('P1');
    expect(made(before, later(before, 7 * DAY, { ...CONTACTS, escalation: { P1: [] } }), 'escalate')).toEqual([]);
  });
});

describe('an escalation that an acknowledgement cancelled before it was delivered', () => {
  const taken = { by: 'dana', via: 'page', at: NOW + 31 * MINUTE, until: NOW + 8 * HOUR } as const;
  /** The next rung is owed when Dana takes it, so it is never sent; then her time runs out. */
  function cancelled(priority: Priority, limit: Duration): Head {
    const owed = later(headWithNotified(priority), limit + 1, CONTACTS);
    const incidents = owed.incidents.map((one) => ({ ...one, state: 'acknowledged', acknowledgement: taken, trail: [taken] }) as const);
    return { ...owed, incidents, deliveries: sweepDeliveries(owed.deliveries, incidents, NOW + HOUR, CHANNEL_TRAITS) };
  }

  test.for([
    ['P1', 30 * MINUTE, ['escalate pagerduty', 'escalate sms']],
    ['P0', 5 * MINUTE, ['escalate email contact', 'escalate sms contact']],
  ] as const)(
    'of a %s is sent again after the acknowledgement has expired, after the response time and not before',
    ([priority, limit, rung]) => {
      const before = later(cancelled(priority, limit), 8 * HOUR, CONTACTS);
      expect(made(before, later(before, 8 * HOUR + limit, CONTACTS), 'escalate')).toEqual([]);
      const after = later(before, 8 * HOUR + limit + 1, CONTACTS);
      expect(made(before, after, 'escalate')).toEqual(rung);
      expect(new Set(after.deliveries.map(({ key }) => key)).size).toBe(after.deliveries.length);
    },
  );

  test('is not sent again if it was delivered', () => {
    const heard = cancelled('P1', 30 * MINUTE);
    const deliveries = heard.deliveries.map((one) =>
      one.kind === 'escalate' && one.channel === 'sms' ? { ...one, state: 'accepted' as const, acceptedAt: NOW } : one,
    );
    const before = { ...heard, deliveries };
    expect(made(before, later(before, 9 * HOUR, CONTACTS), 'escalate')).toEqual([]);
    const ended = later(before, 8 * HOUR, CONTACTS);
    expect(made(ended, later(ended, 9 * HOUR, CONTACTS), 'escalate')).toEqual(['escalate email contact', 'escalate sms contact']);
  });
});

describe('if acknowledgements can come back by some channels only', () => {
  const day = (
    priority: Priority,
    acknowledgementPaths: RouteContext['acknowledgementPaths'],
    state = headWithNotified(priority),
  ): readonly string[] => made(state, later(state, DAY, CONTACTS, acknowledgementPaths === undefined ? {} : { acknowledgementPaths }));

  test.for<[string, Priority, RouteContext['acknowledgementPaths'], boolean]>([
    ['a P0, which never goes to Slack, is not repeated where only Slack’s button reaches us', 'P0', ['slack'], false],
    ['a P1 is, since Slack told of it', 'P1', ['slack'], true],
    ['a P2 by mail climbs to Slack, where it can be acknowledged', 'P2', ['slack'], true],
    ['a P2 by mail does not climb where Slack’s button does not reach us', 'P2', ['pagerduty'], false],
    ['a P0 is, where PagerDuty answers', 'P0', ['pagerduty'], true],
    ['a P1 is not, where only PagerDuty does, for a phone would ring', 'P1', ['pagerduty'], false],
    ['anything is, where people sign in to the page', 'P2', ['page'], true],
    ['nothing is, where no way is left', 'P1', [], false],
  ])('%s', ([, priority, ways, repeated]) => expect(day(priority, ways).length > 0).toBe(repeated));

  test('a channel that has not accepted its message is no acknowledgement path', () => {
    const state = headWithNotified('P1');
    const owed = {
      ...state,
      deliveries: state.deliveries.map((one) => (one.channel === 'slack' ? delivery('slack', ['a'], { priority: 'P1' }) : one)),
    };
    expect(day('P1', ['slack'], owed)).toEqual([]);
  });
});

describe('if no acknowledgement can reach us', () => {
  test.for(['P0', 'P1', 'P2'] as const)('a %s has neither escalation nor reminders', (priority) => {
    const before = headWithNotified(priority);
    expect(later(before, 7 * DAY, CONTACTS, { acknowledgeable: false })).toEqual(before);
  });
});
