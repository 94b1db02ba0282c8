import { describe, expect, test } from 'vitest';
import { type Roster, routeFor } from '../../lib/alerts/route.ts';
import { policyOf } from '../../lib/config/policy.ts';
import { type ChannelId, PRIORITIES, type Priority } from '../../lib/domain/policy.ts';

const { general } = policyOf({});

function roster(...ids: readonly ChannelId[]): Roster {
  return ids.map((id) => ({ id, recipients: 1 }));
}

const ALL = roster('pagerduty', 'sms', 'slack', 'email');

describe('goes', () => {
  test.for<[Priority, Roster, readonly ChannelId[], readonly ChannelId[]]>([
    ['P0', ALL, [], ['pagerduty', 'sms']],
    ['P1', ALL, [], ['slack', 'email']],
    ['P2', ALL, [], ['email']],
    ['P0', roster('sms', 'slack'), [], ['sms']],
    ['P1', roster('slack', 'pagerduty'), [], ['slack']],
    ['P0', roster('slack', 'email'), [], ['slack', 'email']],
    ['P1', roster('pagerduty', 'sms'), [], ['pagerduty', 'sms']],
    ['P1', roster('pagerduty'), [], ['pagerduty']],
    ['P2', roster('slack', 'pagerduty'), [], ['slack']],
    ['P2', roster('sms'), [], ['sms']],
    ['P2', roster('pagerduty'), [], ['pagerduty']],
    ['P0', ALL, ['pagerduty', 'sms'], ['slack', 'email']],
    ['P0', ALL, ['pagerduty'], ['sms']],
    ['P1', ALL, ['slack', 'email'], ['pagerduty', 'sms']],
    ['P2', ALL, ['email'], ['slack']],
    ['P2', ALL, ['email', 'slack'], ['pagerduty', 'sms']],
    ['P0', ALL, ['pagerduty', 'sms', 'slack', 'email'], []],
    ['P0', [], [], []],
  ])('%s, of %o, after %o refused it, to %o', ([priority, channels, refused, expected]) =>
    expect(routeFor(priority, channels, new Set(refused), general).channels).toEqual(expected),
  );
});

describe('why', () => {
  test('is not told in the usual case', () => {
    for (const priority of PRIORITIES) expect(routeFor(priority, ALL, new Set(), general).reroute).toBeNull();
  });

  test.for<[Priority, Roster, readonly ChannelId[], string]>([
    ['P0', roster('slack'), [], 'Sent here because PagerDuty is not configured and SMS is not configured.'],
    ['P0', ALL, ['pagerduty', 'sms'], 'Sent here because PagerDuty refused it and SMS refused it.'],
    ['P1', roster('sms', 'email'), ['email'], 'Sent here because Slack is not configured and email refused it.'],
    ['P2', roster('pagerduty'), [], 'Sent here because email is not configured and Slack is not configured.'],
  ])('%s of %o after %o: %s', ([priority, channels, refused, words]) =>
    expect(routeFor(priority, channels, new Set(refused), general).reroute).toBe(words),
  );
});

test('routes are policy’s', () => {
  const own = policyOf({ routes: { P1: ['pagerduty'] } }).general;
  expect(routeFor('P1', ALL, new Set(), own)).toEqual({ channels: ['pagerduty'], reroute: null });
  expect(routeFor('P0', ALL, new Set(), own).channels).toEqual(['pagerduty', 'sms']);
});

describe('a channel that is configured and delivers nothing just now', () => {
  const broken = (...ids: readonly ChannelId[]): Roster =>
    ALL.map((entry) => (ids.includes(entry.id) ? { ...entry, broken: true } : entry));

  test('is passed over, and never called “not configured”', () =>
    expect(routeFor('P0', broken('pagerduty', 'sms'), new Set(), general)).toEqual({
      channels: ['slack', 'email'],
      reroute: 'Sent here because PagerDuty delivers nothing just now and SMS delivers nothing just now.',
    }));

  test('leaves the message to those beside it', () =>
    expect(routeFor('P0', broken('pagerduty'), new Set(), general)).toEqual({ channels: ['sms'], reroute: null }));
});
