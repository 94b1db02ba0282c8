import { describe, expect, test } from 'vitest';
import type { PlanContext } from '../lib/alerts/plan.ts';
import { swept } from '../lib/alerts/queue.ts';
import type { Config } from '../lib/config/policy.ts';
import type { Head } from '../lib/domain/head.ts';
import type { Priority } from '../lib/domain/policy.ts';
import { DAY, type Duration, HOUR, MINUTE } from '../lib/domain/time.ts';
import { contextAt } from './support/context.ts';
import { NOW } from './support/facts.ts';
import { accepted, delivery, head, incident, resource } from './support/incidents.ts';
import { acceptAll, CONTACTS, later, made, told } from './support/rounds.ts';

describe('a response time is a promise', () => {
  test.for([
    ['P0', 5 * MINUTE, ['escalate email contact', 'escalate sms contact']],
    ['P1', 30 * MINUTE, ['escalate pagerduty', 'escalate sms']],
    ['P2', 4 * HOUR, ['escalate slack']],
  ] as const)('%s: nothing up to %i ms, the next rung one millisecond later', ([priority, limit, rung]) => {
    const before = told(priority);
    expect(made(before, later(before, limit - 1, CONTACTS), 'escalate')).toEqual([]);
    expect(made(before, later(before, limit, CONTACTS), 'escalate')).toEqual([]);
    expect(made(before, later(before, limit + 1, CONTACTS), 'escalate')).toEqual(rung);
  });

  test('policy may set another', () => {
    const before = told('P1');
    expect(made(before, later(before, 10 * MINUTE, { responseMinutes: { P1: 9 } }), 'escalate')).toEqual([
      'escalate pagerduty',
      'escalate sms',
    ]);
  });

  test('it is counted from when people were told, where that was later than the opening', () => {
    const before = told('P0', { toldAt: NOW + HOUR });
    expect(made(before, later(before, HOUR + 5 * MINUTE, CONTACTS), 'escalate')).toEqual([]);
    expect(made(before, later(before, HOUR + 5 * MINUTE + 1, CONTACTS), 'escalate')).not.toEqual([]);
  });
});

describe('the ladder', () => {
  /** Rung by rung, each climbed as soon as it may be. */
  function climbed(priority: Priority, step: Duration, config: Config, changes: Partial<PlanContext> = {}): readonly (readonly string[])[] {
    const rungs: (readonly string[])[] = [];
    let state = told(priority);
    for (let turn = 1; turn <= 5; turn += 1) {
      const next = later(state, turn * (step + 1), config, changes);
      rungs.push(made(state, next, 'escalate'));
      state = acceptAll(next, NOW + turn * (step + 1));
    }
    return rungs;
  }

  test('of a P2 goes to P1’s channels, then P0’s, then the contacts, and there it ends', () =>
    expect(climbed('P2', 4 * HOUR, CONTACTS)).toEqual([
      ['escalate slack'],
      ['escalate pagerduty', 'escalate sms'],
      ['escalate email contact', 'escalate sms contact'],
      [],
      [],
    ]));

  test('leaves out a rung that nobody stands on', () => {
    const roster = contextAt(NOW).roster.filter(({ id }) => id === 'email' || id === 'sms');
    expect(climbed('P2', 4 * HOUR, {}, { roster })).toEqual([['escalate sms'], [], [], [], []]);
  });

  test('waits the whole response time on each rung', () => {
    const first = later(told('P2'), 4 * HOUR + 1);
    expect(made(first, later(first, 8 * HOUR + 1), 'escalate')).toEqual([]);
    expect(made(first, later(first, 8 * HOUR + 2), 'escalate')).toEqual(['escalate pagerduty', 'escalate sms']);
  });

  test('is climbed once by however many rounds of the same moment', () => {
    const once = later(told('P1'), HOUR);
    expect(made(once, later(once, HOUR))).toEqual([]);
  });

  test('says why the message comes', () => {
    const before = told('P1');
    const [page] = later(before, HOUR).deliveries.filter(({ kind }) => kind === 'escalate');
    expect(page?.reroute).toBe('Nobody acknowledged it within 30 min, so it comes to you.');
  });

  test('more than five that climb together are one message on SMS, and a page each', () => {
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

describe('a ladder of policy’s own', () => {
  test('is the one that is climbed', () => {
    const before = told('P2');
    const own: Config = { ...CONTACTS, escalation: { P2: ['contacts'] } };
    expect(made(before, later(before, 4 * HOUR + 1, own), 'escalate')).toEqual(['escalate email contact', 'escalate sms contact']);
  });

  test('may have no rung at all', () => {
    const before = told('P1');
    expect(made(before, later(before, 7 * DAY, { ...CONTACTS, escalation: { P1: [] } }), 'escalate')).toEqual([]);
  });
});

describe('a rung that an acknowledgement cancelled before anybody heard', () => {
  const taken = { by: 'dana', via: 'page', at: NOW + 31 * MINUTE, until: NOW + 8 * HOUR } as const;
  /** The next rung is owed when Dana takes it, so it is never sent; then her time runs out. */
  function cancelled(priority: Priority, limit: Duration): Head {
    const owed = later(told(priority), limit + 1, CONTACTS);
    const incidents = owed.incidents.map((one) => ({ ...one, state: 'acknowledged', acknowledgement: taken, trail: [taken] }) as const);
    return { ...owed, incidents, deliveries: swept(owed.deliveries, incidents, NOW + HOUR) };
  }

  test.for([
    ['P1', 30 * MINUTE, ['escalate pagerduty', 'escalate sms']],
    ['P0', 5 * MINUTE, ['escalate email contact', 'escalate sms contact']],
  ] as const)('of a %s is climbed again once it has run out, after the response time and not before', ([priority, limit, rung]) => {
    const before = later(cancelled(priority, limit), 8 * HOUR, CONTACTS);
    expect(made(before, later(before, 8 * HOUR + limit, CONTACTS), 'escalate')).toEqual([]);
    const after = later(before, 8 * HOUR + limit + 1, CONTACTS);
    expect(made(before, after, 'escalate')).toEqual(rung);
    expect(new Set(after.deliveries.map(({ key }) => key)).size).toBe(after.deliveries.length);
  });

  test('is not where somebody had heard', () => {
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

describe('where only some ways lead back to us', () => {
  const day = (priority: Priority, waysBack: PlanContext['waysBack'], state = told(priority)): readonly string[] =>
    made(state, later(state, DAY, CONTACTS, waysBack === undefined ? {} : { waysBack }));

  test.for<[string, Priority, PlanContext['waysBack'], boolean]>([
    ['a P0, which never goes to Slack, is not repeated where only Slack’s button reaches us', 'P0', ['slack'], false],
    ['a P1 is, since Slack told of it', 'P1', ['slack'], true],
    ['a P2 by mail is not', 'P2', ['slack'], false],
    ['a P0 is, where PagerDuty answers', 'P0', ['pagerduty'], true],
    ['a P1 is not, where only PagerDuty does', 'P1', ['pagerduty'], false],
    ['anything is, where people sign in to the page', 'P2', ['page'], true],
    ['nothing is, where no way is left', 'P1', [], false],
  ])('%s', ([, priority, ways, repeated]) => expect(day(priority, ways).length > 0).toBe(repeated));

  test('a channel that has not taken its message leads nowhere', () => {
    const state = told('P1');
    const owed = {
      ...state,
      deliveries: state.deliveries.map((one) => (one.channel === 'slack' ? delivery('slack', ['a'], { priority: 'P1' }) : one)),
    };
    expect(day('P1', ['slack'], owed)).toEqual([]);
  });
});

describe('where an acknowledgement cannot reach us', () => {
  test.for(['P0', 'P1', 'P2'] as const)('a %s is neither escalated nor reminded of', (priority) => {
    const before = told(priority);
    expect(later(before, 7 * DAY, CONTACTS, { acknowledgeable: false })).toEqual(before);
  });
});
