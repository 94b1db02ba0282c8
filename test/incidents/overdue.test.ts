import { describe, expect, test } from 'vitest';
import { policyOf } from '../../lib/config/policy.ts';
import type { Delivery, Incident } from '../../lib/domain/incident.ts';
import { ORGANISATION } from '../../lib/domain/subject.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { overdueFindings } from '../../lib/incidents/overdue.ts';
import { reconcile } from '../../lib/incidents/reconcile.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, head, incident } from '../support/incidents.ts';

const { general } = policyOf({});

function said(deliveries: readonly Delivery[], after: number, incidents: readonly Incident[] = [incident('a')]): readonly string[] {
  return overdueFindings(head({ incidents, deliveries }), general, NOW + after).map(
    ({ resource, verdict, severity }) => `${resource.part} ${verdict}${severity === null ? '' : ` ${severity}`}`,
  );
}

describe('what is owed beyond its response time', () => {
  test.for([
    ['P0', 5 * MINUTE],
    ['P1', 30 * MINUTE],
    ['P2', 4 * HOUR],
  ] as const)('of a %s is a P0 after %i ms and not before', ([priority, limit]) => {
    const owed = delivery('slack', ['a'], { priority });
    expect(said([owed], limit)).toEqual([]);
    expect(said([owed], limit + 1)).toEqual(['slack failing critical']);
  });

  test.for([
    ['rejected', { state: 'rejected' }, 1],
    ['of unknown outcome, to be tried again', { state: 'unknown' }, 1],
    ['of unknown outcome, and not to be tried again', { state: 'unknown', nextTryAt: null }, 0],
    ['accepted', { state: 'accepted', nextTryAt: null }, 0],
    ['cancelled', { state: 'cancelled', nextTryAt: null }, 0],
    ['just being sent', { claim: { owner: 'run', until: NOW + 2 * HOUR } }, 0],
    ['a resolve', { kind: 'resolve' }, 1],
  ] as const)('and %s counts or not', ([, changes, count]) => expect(said([delivery('sms', ['a'], changes)], HOUR)).toHaveLength(count));

  test('what is told as past keeps its channel’s P0 open until it is taken, and opens none before its time', () => {
    const past = delivery('sms', ['a'], { kind: 'past', priority: 'P0' });
    const ringing = incident('p', { check: 'monitor', resource: { ...ORGANISATION, name: 'channel sms', part: 'sms' } });
    expect(said([past], MINUTE, [incident('a'), ringing])).toEqual(['sms failing critical']);
    expect(
      overdueFindings(head({ incidents: [ringing], deliveries: [{ ...past, createdAt: NOW + HOUR }] }), general, NOW + HOUR)[0]?.summary,
    ).toBe('1 message(s) could not be delivered by sms, the oldest for 1 h');
    expect(said([{ ...past, state: 'accepted', nextTryAt: null }], MINUTE, [incident('a'), ringing])).toEqual(['sms ok']);
    expect(said([past], MINUTE)).toEqual([]);
  });

  test('the daily digest wakes nobody', () =>
    expect(said([delivery('email', [], { kind: 'digest', priority: 'P2' })], 20 * HOUR)).toEqual([]));

  test('is one finding a channel, not a message, with how many, since when and the last error', () => {
    const owed = ['a', 'b', 'c'].map((id, index) =>
      delivery('slack', [id], { createdAt: NOW + index * MINUTE, lastError: 'Slack answered 503' }),
    );
    const [finding, ...others] = overdueFindings(head({ incidents: [incident('a')], deliveries: owed }), general, NOW + HOUR);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      check: 'monitor',
      summary: '3 message(s) could not be delivered by slack, the oldest for 1 h',
      startedAt: NOW,
      evidence: [
        ['oldest message', '2026-11-22T12:00:00Z'],
        ['last error', 'Slack answered 503'],
      ],
    });
  });

  test('is of each channel by itself', () =>
    expect(said([delivery('slack', ['a']), delivery('email', ['a']), accepted('pagerduty', ['a'])], HOUR)).toEqual([
      'slack failing critical',
      'email failing critical',
    ]));
});

describe('its incident', () => {
  const opened = reconcile(
    [],
    overdueFindings(head({ incidents: [incident('a')], deliveries: [delivery('slack', ['a'])] }), general, NOW + HOUR),
    { now: NOW + HOUR, revision: 3, projectIds: null },
  ).incidents;

  test('names the channel', () => expect(opened.map(({ resource }) => resource.name)).toEqual(['channel slack']));

  test('ends when nothing is overdue there', () =>
    expect(said([accepted('slack', ['a'])], 2 * HOUR, [incident('a'), ...opened])).toEqual(['slack ok']));

  test('goes on while anything is', () =>
    expect(said([accepted('slack', ['a']), delivery('slack', ['b'])], 2 * HOUR, [incident('a'), ...opened])).toEqual([
      'slack failing critical',
    ]));

  test('does not keep itself alive by its own messages', () => {
    const about = opened.map(({ id }) => id);
    expect(said([delivery('slack', about)], 3 * HOUR, [incident('a'), ...opened])).toEqual(['slack ok']);
  });
});

test('what is owed by a channel that is no longer configured raises nothing, and ends what was raised', () => {
  const state = head({ incidents: [incident('a')], deliveries: [delivery('slack', ['a'])] });
  expect(overdueFindings(state, general, NOW + HOUR, [{ id: 'email' }])).toEqual([]);
  expect(overdueFindings(state, general, NOW + HOUR, [{ id: 'slack' }])).toHaveLength(1);
});
