import { describe, expect, test } from 'vitest';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import type { Delivery, Incident } from '../../lib/domain/incidents/incident.ts';
import { ORGANISATION } from '../../lib/domain/memory/cluster-subject.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { overdueFindings } from '../../lib/reconcile/overdue-channels.ts';
import { reconcile } from '../../lib/reconcile/reconcile.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, head, incident } from '../support/incidents.ts';

const { general } = policyOf({});

function said(deliveries: readonly Delivery[], after: number, incidents: readonly Incident[] = [incident('a')]): readonly string[] {
  return overdueFindings(head({ incidents, deliveries }), general, NOW + after).map(
    ({ resource, verdict, severity }) => `${resource.part} ${verdict}${severity === null ? '' : ` ${severity}`}`,
  );
}

describe('a message owed for longer than its response time', () => {
  test.for([
    ['P0', 5 * MINUTE, 'critical'],
    ['P1', 30 * MINUTE, 'warning'],
    ['P2', 4 * HOUR, 'info'],
  ] as const)('with priority %s makes its channel fail one millisecond after %i ms, and not before: %s', ([priority, limit, severity]) => {
    const owed = delivery('slack', ['a'], { priority });
    expect(said([owed], limit)).toEqual([]);
    expect(said([owed], limit + 1)).toEqual([`slack failing ${severity}`]);
  });

  test.for([
    ['that was rejected is counted', { state: 'rejected' }, 1],
    ['of unknown outcome that is tried again is counted', { state: 'unknown' }, 1],
    ['of unknown outcome that is not tried again is not counted', { state: 'unknown', nextTryAt: null }, 0],
    ['that was accepted is not counted', { state: 'accepted', nextTryAt: null }, 0],
    ['that was cancelled is not counted', { state: 'cancelled', nextTryAt: null }, 0],
    ['that is just being sent is not counted', { claim: { owner: 'run', until: NOW + 2 * HOUR } }, 0],
    ['that is a resolve is counted', { kind: 'resolve' }, 1],
  ] as const)('%s', ([, changes, count]) => expect(said([delivery('sms', ['a'], changes)], HOUR)).toHaveLength(count));

  test.for([
    ['the default recipients', {}, '`restorewatch alerts test --channel slack`'],
    ['a team', { team: 'pay' }, '`restorewatch alerts test --channel slack --team pay`'],
  ] as const)('names the command that tries its channel for %s', ([, owner, command]) => {
    const deliveries = [delivery('slack', ['a'], owner)];
    const [finding] = overdueFindings(head({ incidents: [incident('a')], deliveries }), general, NOW + HOUR);
    expect(finding?.action).toContain(command);
  });

  test('about a past incident keeps the P0 of its channel open until it is accepted, and opens none before its time', () => {
    const past = delivery('sms', ['a'], { kind: 'past', priority: 'P0' });
    const ringing = incident('p', { check: 'monitor', resource: { ...ORGANISATION, name: 'channel sms', part: 'sms' } });
    expect(said([past], MINUTE, [incident('a'), ringing])).toEqual(['sms failing critical']);
    expect(
      overdueFindings(head({ incidents: [ringing], deliveries: [{ ...past, createdAt: NOW + HOUR }] }), general, NOW + HOUR)[0]?.summary,
    ).toBe('1 message could not be delivered by sms, the oldest for 1 h');
    expect(said([{ ...past, state: 'accepted', nextTryAt: null }], MINUTE, [incident('a'), ringing])).toEqual(['sms ok']);
    expect(said([past], MINUTE)).toEqual([]);
  });

  test('is no finding if it is the daily digest', () =>
    expect(said([delivery('email', [], { kind: 'digest', priority: 'P2' })], 20 * HOUR)).toEqual([]));

  test('is one finding for its channel, with the number of messages, since when and the last error', () => {
    const owed = ['a', 'b', 'c'].map((id, index) =>
      delivery('slack', [id], { createdAt: NOW + index * MINUTE, lastError: 'Slack answered 503' }),
    );
    const [finding, ...others] = overdueFindings(head({ incidents: [incident('a')], deliveries: owed }), general, NOW + HOUR);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      check: 'monitor',
      summary: '3 messages could not be delivered by slack, the oldest for 1 h: Slack answered 503',
      startedAt: NOW,
      evidence: [
        ['oldest message', '2026-11-22T12:00:00Z'],
        ['last error', 'Slack answered 503'],
      ],
    });
  });

  test('is of each channel by itself', () =>
    expect(said([delivery('slack', ['a']), delivery('email', ['a']), accepted('pagerduty', ['b'])], HOUR)).toEqual([
      'slack failing critical',
      'email failing critical',
    ]));
});

describe('the finding about a channel is no worse than what is stuck in it', () => {
  const stuck = (changes: Partial<Delivery> = {}): Delivery => delivery('email', ['a'], { priority: 'P1', recipient: 1, ...changes });

  test.for<[string, readonly Delivery[], string]>([
    ['a P1 that reached nobody else', [stuck()], 'warning'],
    ['a P1 that another recipient accepted', [stuck(), accepted('email', ['a'], { priority: 'P1' })], 'info'],
    ['a P1 that another channel accepted', [stuck(), accepted('slack', ['a'], { priority: 'P1' })], 'info'],
    [
      'a P1 that a channel accepted to which it was rerouted',
      [stuck(), accepted('sms', ['a'], { priority: 'P1', reroute: 'Sent here.' })],
      'info',
    ],
    [
      'a P1 that the same recipient accepted before',
      [stuck({ kind: 'remind' }), accepted('email', ['a'], { priority: 'P1', recipient: 1 })],
      'warning',
    ],
    ['a P0 that another channel accepted', [stuck({ priority: 'P0' }), accepted('slack', ['a'])], 'warning'],
    [
      'a P0 whose milder beginning another channel accepted',
      [stuck({ priority: 'P0' }), accepted('slack', ['a'], { priority: 'P1' })],
      'critical',
    ],
    ['a P0 that Slack shows by an edit alone', [stuck({ priority: 'P0' }), accepted('slack', ['a'], { kind: 'update' })], 'critical'],
    ['a P2 that another recipient accepted', [stuck({ priority: 'P2' }), accepted('email', ['a'], { priority: 'P2' })], 'info'],
    [
      'an end that another channel told',
      [stuck({ kind: 'resolve' }), accepted('slack', ['a'], { kind: 'resolve', priority: 'P1' })],
      'info',
    ],
    [
      'an end of which another channel told the beginning alone',
      [stuck({ kind: 'resolve' }), accepted('slack', ['a'], { priority: 'P1' })],
      'warning',
    ],
    [
      'a storm of which another channel has one part',
      [stuck({ incidents: ['a', 'b'] }), accepted('slack', ['a'], { priority: 'P1' })],
      'warning',
    ],
    ['the most urgent of several', [stuck({ priority: 'P2' }), stuck({ incidents: ['b'], key: 'b' })], 'warning'],
  ])('%s', ([, deliveries, severity]) => expect(said(deliveries, 5 * HOUR)).toEqual([`email failing ${severity}`]));

  test('names the recipients, masked, and the answer', () => {
    const roster = [{ id: 'email', recipients: 2, names: ['o…@example.com', 'd…@example.com', 'c…@example.com'] }];
    const found = (recipient: number): string | undefined =>
      overdueFindings(
        head({ incidents: [incident('a')], deliveries: [stuck({ recipient, state: 'rejected', lastError: 'SMTP: 550 no such user' })] }),
        general,
        NOW + HOUR,
        roster,
      )[0]?.summary;
    expect(found(1)).toBe('1 message could not be delivered by email to d…@example.com, the oldest for 1 h: SMTP: 550 no such user');
    expect(found(1_000)).toContain('to c…@example.com');
    const several = overdueFindings(
      head({ incidents: [incident('a')], deliveries: [stuck({ recipient: 0 }), stuck({ recipient: 1, key: 'b' })] }),
      general,
      NOW + HOUR,
      roster,
    )[0];
    expect(several?.summary).toBe('2 messages could not be delivered by email to o…@example.com and 1 more, the oldest for 1 h');
    expect(several?.evidence).toContainEqual(['recipients', 'o…@example.com, d…@example.com']);
  });
});

describe('the incident about an overdue channel', () => {
  const opened = reconcile(
    [],
    overdueFindings(head({ incidents: [incident('a')], deliveries: [delivery('slack', ['a'])] }), general, NOW + HOUR),
    { now: NOW + HOUR, revision: 3, projectIds: null },
  ).incidents;

  test('names the channel', () => expect(opened.map(({ resource }) => resource.name)).toEqual(['channel slack']));

  test('resolves when nothing is overdue there', () =>
    expect(said([accepted('slack', ['a'])], 2 * HOUR, [incident('a'), ...opened])).toEqual(['slack ok']));

  test('stays open while anything is overdue there', () =>
    expect(said([accepted('slack', ['a']), delivery('slack', ['b'])], 2 * HOUR, [incident('a'), ...opened])).toEqual([
      'slack failing critical',
    ]));

  test('is not kept open by its own messages', () => {
    const about = opened.map(({ id }) => id);
    expect(said([delivery('slack', about)], 3 * HOUR, [incident('a'), ...opened])).toEqual(['slack ok']);
  });
});

test('messages owed by a channel that is no longer configured raise nothing, and resolve its incident', () => {
  const state = head({ incidents: [incident('a')], deliveries: [delivery('slack', ['a'])] });
  expect(overdueFindings(state, general, NOW + HOUR, [{ id: 'email' }])).toEqual([]);
  expect(overdueFindings(state, general, NOW + HOUR, [{ id: 'slack' }])).toHaveLength(1);
});
