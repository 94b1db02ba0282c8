import { describe, expect, test } from 'vitest';
import { type Roster, routeFor } from '../../lib/route/route.ts';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import { type ChannelId, PRIORITIES, type Priority } from '../../lib/domain/policy/policy.ts';

const { general } = policyOf({});

function roster(...ids: readonly ChannelId[]): Roster {
  return ids.map((id) => ({ id, recipients: 1 }));
}

const EVERY = ['pagerduty', 'sms', 'slack', 'email'] as const;
const ALL = roster(...EVERY);

describe('an alert goes', () => {
  test.for<[Priority, readonly ChannelId[], readonly ChannelId[], readonly ChannelId[]]>([
    ['P0', EVERY, [], ['pagerduty', 'sms']],
    ['P1', EVERY, [], ['slack', 'email']],
    ['P2', EVERY, [], ['email']],
    ['P0', ['sms', 'slack'], [], ['sms']],
    ['P1', ['slack', 'pagerduty'], [], ['slack']],
    ['P0', ['slack', 'email'], [], ['slack', 'email']],
    ['P1', ['pagerduty', 'sms'], [], ['pagerduty', 'sms']],
    ['P1', ['pagerduty'], [], ['pagerduty']],
    ['P2', ['slack', 'pagerduty'], [], ['slack']],
    ['P2', ['sms'], [], ['sms']],
    ['P2', ['pagerduty'], [], ['pagerduty']],
    ['P0', EVERY, ['pagerduty', 'sms'], ['slack', 'email']],
    ['P0', EVERY, ['pagerduty'], ['sms']],
    ['P1', EVERY, ['slack', 'email'], ['pagerduty', 'sms']],
    ['P2', EVERY, ['email'], ['slack']],
    ['P2', EVERY, ['email', 'slack'], ['pagerduty', 'sms']],
    ['P0', EVERY, ['pagerduty', 'sms', 'slack', 'email'], []],
    ['P0', [], [], []],
  ])('%s, of %j, after %j refused it, to %j', ([priority, channels, refused, expected]) =>
    expect(routeFor(priority, roster(...channels), new Set(refused), general).channels).toEqual(expected),
  );
});

describe('the webhook', () => {
  const all = roster('pagerduty', 'sms', 'slack', 'email', 'webhook');
  const refused = new Set(['pagerduty', 'sms', 'slack', 'email']);

  test('gets no alert while `routes` does not name it, not even as the last resort of a P0', () => {
    expect(routeFor('P0', all, refused, general).channels).toEqual([]);
    expect(routeFor('P0', roster('webhook'), new Set(), general).channels).toEqual([]);
  });

  test('gets the alerts of a priority whose route names it, and is then a last resort like any other', () => {
    const routed = policyOf({ routes: { P1: ['webhook'] } }).general;
    expect(routeFor('P1', all, new Set(), routed).channels).toEqual(['webhook']);
    expect(routeFor('P0', all, refused, routed).channels).toEqual(['webhook']);
  });
});

describe('the reason', () => {
  test('is absent if the alert goes to its own channels', () => {
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

test('an alert goes to the channels that policy names', () => {
  const own = policyOf({ routes: { P1: ['pagerduty'] } }).general;
  expect(routeFor('P1', ALL, new Set(), own)).toEqual({ channels: ['pagerduty'], reroute: null });
  expect(routeFor('P0', ALL, new Set(), own).channels).toEqual(['pagerduty', 'sms']);
});

describe('a broken channel', () => {
  const broken = (...ids: readonly ChannelId[]): Roster =>
    ALL.map((entry) => (ids.includes(entry.id) ? { ...entry, broken: true } : entry));

  test('is passed over, and the reason does not call it “not configured”', () =>
    expect(routeFor('P0', broken('pagerduty', 'sms'), new Set(), general)).toEqual({
      channels: ['slack', 'email'],
      reroute: 'Sent here because PagerDuty delivers nothing just now and SMS delivers nothing just now.',
    }));

  test('leaves the alert to the other channels of its priority', () =>
    expect(routeFor('P0', broken('pagerduty'), new Set(), general)).toEqual({ channels: ['sms'], reroute: null }));
});
