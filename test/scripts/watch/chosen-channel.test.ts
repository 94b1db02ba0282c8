import { expect, test } from 'vitest';
import { chosenChannel } from '../../../scripts/watch/alerts.ts';
import { recorder } from '../../support/sender.ts';

const CHANNELS = [recorder('pagerduty'), recorder('email'), { ...recorder('pagerduty'), team: 'payments' }];

test('a channel is the default one where no team is named, and the team’s where one is', () => {
  expect(chosenChannel(CHANNELS, 'pagerduty', undefined)).toBe(CHANNELS[0]);
  expect(chosenChannel(CHANNELS, 'pagerduty', 'payments')).toBe(CHANNELS[2]);
});

test.for([
  ['slack', undefined, 'the channel slack is off, because none of its variables is set'],
  ['email', 'payments', 'team payments has no recipients of its own on email; it has some on pagerduty'],
  ['email', 'shop', 'restorewatch.config.ts names no team shop; it names payments'],
] as const)('%s of team %s is refused in words', ([id, team, words]) => expect(() => chosenChannel(CHANNELS, id, team)).toThrow(words));

test('where there are no teams at all, that is said', () =>
  expect(() => chosenChannel([], 'email', 'shop')).toThrow('names no team shop; it names none'));
