import { describe, expect, test } from 'vitest';
import { withClaims } from '../../lib/deliver/claims.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import type { Delivery } from '../../lib/domain/incidents/incident.ts';
import type { ChannelId } from '../../lib/domain/policy/policy.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { check } from '../../lib/run/check.ts';
import { contextAt } from '../support/context.ts';
import { FAILED, REJECTED, recorder } from '../support/sender.ts';
import { factsOfLook, NOW, snapshot } from '../support/facts.ts';
import { delivery, head, resolved, spelled } from '../support/incidents.ts';
import { stage } from '../support/ports.ts';
import { dispatch } from '../../lib/run/dispatch.ts';

describe('a P0 whose triggers were claimed by a killed run, and that is over before the next run', () => {
  const ALL = (['pagerduty', 'sms', 'slack', 'email'] as const).map((id) => recorder(id));
  const claimed = (channel: ChannelId, until: number): Delivery =>
    delivery(channel, ['a'], { attempts: 1, claim: { owner: 'killed', until } });

  /** What the next run finds to do. */
  function next(...before: readonly Delivery[]): readonly string[] {
    const state = head({ incidents: [resolved('a')], deliveries: before });
    const sender = { channels: ALL, owner: 'run-2', requestTimeoutMs: 1_000, now: () => NOW, context: () => contextAt(NOW) };
    const known = new Set(before.map(({ key }) => key));
    return spelled(withClaims(state, sender).deliveries.filter(({ key }) => !known.has(key)));
  }

  test('is reported as past, at least once', () =>
    expect(next(claimed('pagerduty', NOW - 1), claimed('sms', NOW - 1))).toEqual(['past sms a']));

  test('is not reported as past while one of the triggers may still be under way', () =>
    expect(next(claimed('pagerduty', NOW - 1), claimed('sms', NOW + 1))).toEqual([]));
});

test('an incident that is over, and whose message is refused by SMS, is reported by the next channels', async () => {
  const at = stage();
  at.channels.pagerduty.answer = () => FAILED;
  at.channels.sms.answer = () => REJECTED;
  at.channels.slack.answer = () => FAILED;
  at.channels.email.answer = () => FAILED;
  at.collect = (_, now) =>
    factsOfLook({ at: now, cluster: { snapshots: known([snapshot(now - 30 * HOUR)], now), pitEnabled: known(true, now) } });
  await check(at.ports);
  at.now = NOW + HOUR;
  at.collect = (_, now) => factsOfLook({ at: now });
  at.channels.slack.answer = () => ({ result: 'accepted', receipt: '1' });
  await check(at.restarted());
  at.now += 5 * MINUTE;
  await dispatch(at.restarted());
  expect(at.channels.sms.notifications.map(({ kind }) => kind)).toContain('past');
  expect(at.channels.slack.notifications.map(({ kind }) => kind)).toContain('past');
  expect(at.channels.pagerduty.notifications.map(({ kind }) => kind)).not.toContain('past');
});

test('a configured channel that accepts nothing is never called “not configured”', async () => {
  const at = stage();
  at.channels.pagerduty.answer = () => FAILED;
  at.channels.sms.answer = () => FAILED;
  at.collect = (_, now) => factsOfLook({ at: now, cluster: { snapshots: known([snapshot(now - 30 * HOUR)], now) } });
  await check(at.ports);
  for (const minutes of [6, 12, 30]) {
    at.now = NOW + minutes * MINUTE;
    await dispatch(at.restarted());
  }
  const about = at.channels.slack.notifications.filter(({ incidents }) => incidents.some(({ check: of }) => of === 'monitor'));
  expect(about.map(({ reroute }) => reroute)).toContain(
    'Sent here because PagerDuty delivers nothing just now and SMS delivers nothing just now.',
  );
  expect(JSON.stringify(at.channels.slack.notifications)).not.toContain('not configured');
});
