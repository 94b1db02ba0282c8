import { describe, expect, test } from 'vitest';
import { prepared } from '../lib/alerts/deliver.ts';
import { known } from '../lib/domain/fact.ts';
import type { Delivery } from '../lib/domain/incident.ts';
import type { ChannelId } from '../lib/domain/policy.ts';
import { HOUR, MINUTE } from '../lib/domain/time.ts';
import { check } from '../lib/run.ts';
import { contextAt } from './support/context.ts';
import { FAILED, REJECTED, recorder } from './support/courier.ts';
import { factsOfLook, NOW, snapshot } from './support/facts.ts';
import { delivery, head, resolved, spelled } from './support/incidents.ts';
import { stage } from './support/parts.ts';
import { dispatch } from '../lib/dispatch.ts';

describe('a P0 whose triggers were claimed by a run that was killed, and that is over before the next', () => {
  const ALL = (['pagerduty', 'sms', 'slack', 'email'] as const).map((id) => recorder(id));
  const claimed = (channel: ChannelId, until: number): Delivery =>
    delivery(channel, ['a'], { attempts: 1, claim: { owner: 'killed', until } });

  /** What the next run finds to do. */
  function next(...before: readonly Delivery[]): readonly string[] {
    const state = head({ incidents: [resolved('a')], deliveries: before });
    const courier = { channels: ALL, owner: 'run-2', requestTimeoutMs: 1_000, now: () => NOW, context: () => contextAt(NOW) };
    const known = new Set(before.map(({ key }) => key));
    return spelled(prepared(state, courier).deliveries.filter(({ key }) => !known.has(key)));
  }

  test('is told as past: perhaps twice, but not never', () =>
    expect(next(claimed('pagerduty', NOW - 1), claimed('sms', NOW - 1))).toEqual(['past sms a']));

  test('is not while one of them may still be under way', () =>
    expect(next(claimed('pagerduty', NOW - 1), claimed('sms', NOW + 1))).toEqual([]));
});

test('what came and went, and is refused as past by SMS, is told by the next channels', async () => {
  const at = stage();
  at.channels.pagerduty.answer = () => FAILED;
  at.channels.sms.answer = () => REJECTED;
  at.channels.slack.answer = () => FAILED;
  at.channels.email.answer = () => FAILED;
  at.collect = (_, now) =>
    factsOfLook({ at: now, cluster: { snapshots: known([snapshot(now - 30 * HOUR)], now), pitEnabled: known(true, now) } });
  await check(at.parts);
  at.now = NOW + HOUR;
  at.collect = (_, now) => factsOfLook({ at: now });
  at.channels.slack.answer = () => ({ result: 'accepted', receipt: '1' });
  await check(at.restarted());
  at.now += 5 * MINUTE;
  await dispatch(at.restarted());
  expect(at.channels.sms.letters.map(({ kind }) => kind)).toContain('past');
  expect(at.channels.slack.letters.map(({ kind }) => kind)).toContain('past');
  expect(at.channels.pagerduty.letters.map(({ kind }) => kind)).not.toContain('past');
});

test('a channel that is configured and takes nothing is never called “not configured”', async () => {
  const at = stage();
  at.channels.pagerduty.answer = () => FAILED;
  at.channels.sms.answer = () => FAILED;
  at.collect = (_, now) => factsOfLook({ at: now, cluster: { snapshots: known([snapshot(now - 30 * HOUR)], now) } });
  await check(at.parts);
  for (const minutes of [6, 12, 30]) {
    at.now = NOW + minutes * MINUTE;
    await dispatch(at.restarted());
  }
  const about = at.channels.slack.letters.filter(({ incidents }) => incidents.some(({ check: of }) => of === 'monitor'));
  expect(about.map(({ reroute }) => reroute)).toContain(
    'Sent here because PagerDuty delivers nothing just now and SMS delivers nothing just now.',
  );
  expect(JSON.stringify(at.channels.slack.letters)).not.toContain('not configured');
});
