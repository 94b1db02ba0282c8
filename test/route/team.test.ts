import { describe, expect, test } from 'vitest';
import { type About, teamFor } from '../../lib/route/team.ts';
import { destinationsFor } from '../../lib/route/destinations.ts';
import { type Config, policyOf } from '../../lib/config/policy/define-config.ts';
import type { Roster } from '../../lib/route/route.ts';
import { ORGANISATION } from '../../lib/domain/memory/cluster-subject.ts';
import { incident, resource } from '../support/incidents.ts';

type Match = NonNullable<Config['teams']>[number]['match'];

/** Teams a, b, c with these matches. */
function rules(...matches: readonly Match[]): NonNullable<ReturnType<typeof policyOf>['general']['teams']> {
  const teams = matches.map((match, index) => ({ name: String.fromCharCode(97 + index), match, to: { email: ['x@example.com'] } }));
  return policyOf({ teams }).general.teams ?? [];
}

const ORDERS: About = { check: 'backup-age', priority: 'P0', resource: { ...resource('c1'), name: 'orders' } };
const TAGS = { team: 'payments', odd: 'k=v', empty: '' };

describe('a team', () => {
  test.for<[string, Match, boolean]>([
    ['by project name', { project: 'shop' }, true],
    ['by project id', { project: 'p1' }, true],
    ['not by another project', { project: 'other' }, false],
    ['by cluster name', { cluster: 'orders' }, true],
    ['by cluster id', { cluster: 'c1' }, true],
    ['not by a part of its name', { cluster: 'order' }, false],
    ['by tag', { tag: 'team=payments' }, true],
    ['by a tag whose value holds an equals sign', { tag: 'odd=k=v' }, true],
    ['by an empty tag', { tag: 'empty=' }, true],
    ['not by another value of the tag', { tag: 'team=data' }, false],
    ['not by a tag that is not there', { tag: 'tier=' }, false],
    ['not by what every object has', { tag: 'constructor=Object' }, false],
    ['by check', { check: 'backup-age' }, true],
    ['not by another check', { check: 'rpo' }, false],
    ['by priority', { priority: 'P0' }, true],
    ['not by another priority', { priority: 'P1' }, false],
    ['by all of them', { project: 'shop', cluster: 'orders', tag: 'team=payments', check: 'backup-age', priority: 'P0' }, true],
    ['not by all but one', { project: 'shop', cluster: 'orders', tag: 'team=payments', check: 'backup-age', priority: 'P2' }, false],
  ])('is found %s', ([, match, fits]) => expect(teamFor(rules(match), ORDERS, TAGS)).toBe(fits ? 'a' : undefined));

  test('is the first whose rule matches', () => {
    expect(teamFor(rules({ cluster: 'other' }, { project: 'shop' }, { cluster: 'orders' }), ORDERS, TAGS)).toBe('b');
  });

  test('matches incidents about its whole project, but not by a cluster', () => {
    const about: About = { ...ORDERS, check: 'visibility', resource: resource(null) };
    expect(teamFor(rules({ cluster: 'shop' }, { project: 'shop' }), about, {})).toBe('b');
  });

  test('never matches incidents about the organisation', () => {
    expect(
      teamFor(rules({ priority: 'P0' }, { check: 'monitor' }), { check: 'monitor', priority: 'P0', resource: ORGANISATION }, {}),
    ).toBeUndefined();
  });
});

describe('an incident of a team goes', () => {
  const roster: Roster = [
    { id: 'pagerduty', recipients: 1 },
    { id: 'sms', recipients: 1 },
    { id: 'slack', recipients: 1 },
    { id: 'pagerduty', recipients: 1, team: 'a' },
    { id: 'email', recipients: 1, team: 'a' },
  ];
  const { general } = policyOf({});
  const ways = (
    team: string | undefined,
    priority: 'P0' | 'P2',
    refused: readonly string[] = [],
  ): readonly (readonly [string, string | null])[] =>
    destinationsFor(
      [incident('x', { severity: priority === 'P0' ? 'critical' : 'info', ...(team && { team }) })],
      { roster, general },
      new Set(refused),
    ).map(({ channel, reroute }) => [channel, reroute]);

  test.for<[string, Parameters<typeof ways>, ReturnType<typeof ways>]>([
    [
      'to its priority’s channels',
      ['a', 'P0'],
      [
        ['pagerduty', null],
        ['sms', null],
      ],
    ],
    ['to a channel that the team alone has', ['a', 'P2'], [['email', null]]],
    [
      'to another channel if neither team nor default recipients have that one',
      [undefined, 'P2'],
      [['slack', 'Sent here because email is not configured.']],
    ],
    [
      'on, where its own and the default recipients refused it',
      ['a', 'P0', ['pagerduty@a', 'sms']],
      [
        ['slack', 'Sent here because PagerDuty refused it and SMS refused it.'],
        ['email', 'Sent here because PagerDuty refused it and SMS refused it.'],
      ],
    ],
    [
      'where it does, though the default recipients refused another’s',
      ['a', 'P0', ['pagerduty']],
      [
        ['pagerduty', null],
        ['sms', null],
      ],
    ],
    [
      'to the default recipients, with the reason, where the team is gone',
      ['b', 'P0'],
      [
        ['pagerduty', 'Sent here because team b is not configured any more.'],
        ['sms', 'Sent here because team b is not configured any more.'],
      ],
    ],
  ])('%s', ([, asked, expected]) => expect(ways(...asked)).toEqual(expected));
});
