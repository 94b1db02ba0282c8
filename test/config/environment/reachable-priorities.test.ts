import { describe, expect, test } from 'vitest';
import type { Roster } from '../../../lib/route/route.ts';
import { unreachablePriorities } from '../../../lib/route/destinations.ts';
import { type Config, policyOf } from '../../../lib/config/policy/define-config.ts';
import { acknowledgementGap, acknowledgementPaths } from '../../../lib/config/environment/reachable-priorities.ts';
import type { Access } from '../../../lib/config/environment/environment.ts';
import type { Role } from '../../../lib/config/environment/status-users.ts';
import { CHANNEL_IDS, type ChannelId } from '../../support/channel-ids.ts';
import type { AcknowledgementPath } from '../../../lib/domain/policy/policy.ts';

const roster = (ids: readonly ChannelId[], team?: string): Roster =>
  ids.map((id) => ({ id, recipients: 1, ...(team !== undefined && { team }) }));

describe('priorities that none of the notified people can acknowledge', () => {
  test.for<[string, readonly AcknowledgementPath[], Roster, Config, readonly string[]]>([
    ['is nothing where somebody may sign in', ['page'], roster(CHANNEL_IDS), {}, []],
    ['is P1 and P2 where PagerDuty alone answers', ['pagerduty'], roster(CHANNEL_IDS), {}, ['P1', 'P2']],
    ['is P0 and P2 where Slack alone answers', ['slack'], roster(CHANNEL_IDS), {}, ['P0', 'P2']],
    ['is P2 where both do', ['pagerduty', 'slack'], roster(CHANNEL_IDS), {}, ['P2']],
    ['is nothing where all goes to Slack, because there is nothing else', ['slack'], roster(['slack']), {}, []],
    ['is everything where Slack answers and is not told', ['slack'], roster(['pagerduty', 'email']), {}, ['P0', 'P1', 'P2']],
    [
      'is nothing where policy tells Slack of all',
      ['slack'],
      roster(CHANNEL_IDS),
      { routes: { P0: ['pagerduty', 'slack'], P2: ['slack'] } },
      [],
    ],
    ['is nothing where nobody is told of anything', ['slack'], [], {}, []],
    [
      'is a team’s own where its people are told elsewhere',
      ['pagerduty', 'slack'],
      [...roster(['pagerduty', 'slack']), ...roster(['email'], 'data')],
      { routes: { P1: ['slack'], P2: ['email'] } },
      ['P2 of team data'],
    ],
  ])('%s', ([, ways, channels, config, expected]) =>
    expect(unreachablePriorities(ways, channels, policyOf(config).general)).toEqual(expected),
  );
});

describe('the page is a path of acknowledgements', () => {
  const users = (...roles: readonly Role[]): Access => ({ kind: 'users', users: roles.map((role) => ({ name: role, hash: 'h', role })) });
  test.for([
    ['where a responder signs in', users('responder'), true],
    ['where one responder signs in among viewers', users('viewer', 'responder'), true],
    ['not where all who sign in are viewers', users('viewer', 'viewer'), false],
    ['not where everybody may look', { kind: 'public' }, false],
  ] as const)('%s', ([, access, isPath]) => {
    expect(acknowledgementPaths({ access, acknowledgedBy: ['slack'] })).toEqual(isPath ? ['page', 'slack'] : ['slack']);
  });
});

describe('page and doctor say about acknowledgements', () => {
  const { general } = policyOf({});

  test('nothing if everything can be acknowledged', () => expect(acknowledgementGap(['page'], roster(CHANNEL_IDS), general)).toBeNull());

  test('that nothing can be acknowledged, and what to set', () =>
    expect(acknowledgementGap([], roster(CHANNEL_IDS), general)).toBe(
      'No acknowledgement can reach us, so there are no reminders and no escalation: set PAGERDUTY_WEBHOOK_SECRET or PAGERDUTY_API_TOKEN, SLACK_SIGNING_SECRET, or STATUS_USERS.',
    ));

  test('which priorities cannot be acknowledged, and what to set', () =>
    expect(acknowledgementGap(['slack'], roster(CHANNEL_IDS), general)).toBe(
      'Nobody who is told of P0, P2 can acknowledge it there, so it has no reminders and no escalation: set PAGERDUTY_WEBHOOK_SECRET or PAGERDUTY_API_TOKEN, SLACK_SIGNING_SECRET, or STATUS_USERS, for one of its channels or for the page.',
    ));
});
