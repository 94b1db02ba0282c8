import { describe, expect, test } from 'vitest';
import { CHANNEL_TRAITS } from '../../lib/deliver/channels/registry.ts';
import { type Config, policyOf } from '../../lib/config/policy/define-config.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Delivery } from '../../lib/domain/incidents/incident.ts';
import { DAY, MINUTE } from '../../lib/domain/time.ts';
import { endProof, proofFindings, proofIncidents } from '../../lib/reconcile/alert-path-findings.ts';
import { beginProof } from '../../lib/reconcile/alert-path-proof.ts';
import { elapse } from '../../lib/run/elapse.ts';
import { contextAt } from '../support/context.ts';
import { NOW } from '../support/facts.ts';
import { head, spelled } from '../support/incidents.ts';

const begun = beginProof(head(), contextAt(NOW), 5);

function answered(state: Delivery['state'], channel?: Delivery['channel']): Head {
  const deliveries = begun.deliveries.map((one) =>
    channel === undefined || one.channel === channel
      ? { ...one, state, lastError: state === 'rejected' ? '403' : null }
      : { ...one, state: 'accepted' as const },
  );
  return { ...begun, deliveries };
}

describe('a proof of the alert path', () => {
  test('is a synthetic P0 and P1, both marked as a test, on their own channels', () => {
    expect(begun.incidents.map(({ priority, summary }) => [priority, summary.startsWith('TEST')])).toEqual([
      ['P0', true],
      ['P1', true],
    ]);
    const [p0, p1] = begun.incidents.map(({ id }) => id);
    expect(spelled(begun.deliveries)).toEqual([
      `trigger email ${p1}`,
      `trigger pagerduty ${p0}`,
      `trigger slack ${p1}`,
      `trigger sms ${p0}`,
    ]);
  });

  test('is not begun twice', () => expect(beginProof(begun, contextAt(NOW + MINUTE), 6)).toBe(begun));

  test('has new ids each time', () => expect(proofIncidents(NOW, 1)[0]?.id).not.toBe(proofIncidents(NOW, 2)[0]?.id));

  test.for([
    [10 * MINUTE - 1, false],
    [10 * MINUTE, true],
  ] as const)('after %i ms has ended: %s', ([after, over]) =>
    expect(endProof(answered('accepted'), NOW + after, CHANNEL_TRAITS) !== null).toBe(over),
  );

  test.for([
    ['passed', 'accepted by pagerduty, sms, slack, email', 'accepted', undefined],
    ['failed', 'sms: refused (403)', 'rejected', 'sms'],
    ['failed', 'slack: not taken so far', 'owed', 'slack'],
    ['failed', 'pagerduty: may have arrived', 'unknown', 'pagerduty'],
  ] as const)('%s: %s', ([verdict, detail, state, channel]) =>
    expect(endProof(answered(state, channel), NOW + 10 * MINUTE, CHANNEL_TRAITS)?.proof).toMatchObject({
      verdict,
      detail,
      endedAt: NOW + 10 * MINUTE,
    }),
  );

  test('fails if there is no channel', () => {
    const alone = beginProof(head(), contextAt(NOW, {}, { roster: [] }), 1);
    expect(endProof(alone, NOW + 10 * MINUTE, CHANNEL_TRAITS)?.proof).toMatchObject({
      verdict: 'failed',
      detail: 'no channel is configured',
    });
  });

  test('ends by itself as time passes, and resolves where it was triggered', () => {
    const after = elapse(answered('accepted'), contextAt(NOW + 10 * MINUTE), 7);
    expect(after.incidents.map(({ state, resolution }) => [state, resolution])).toEqual([
      ['resolved', 'the test is over'],
      ['resolved', 'the test is over'],
    ]);
    expect(after.deliveries.filter(({ kind }) => kind === 'resolve').map(({ channel }) => channel)).toEqual([
      'pagerduty',
      'slack',
      'email',
    ]);
  });

  test('is neither escalated nor reminded of', () => {
    const after = elapse(answered('accepted'), contextAt(NOW + 9 * MINUTE), 7);
    expect(after.deliveries).toHaveLength(4);
  });
});

describe('proofs that the policy schedules', () => {
  const sundays = { alertProof: { cron: '0 10 * * 0', timeZone: 'UTC' } };

  test.for([
    ['begin none by default', {}, DAY * 400, false],
    ['begin one when they come', sundays, 7 * DAY, true],
    ['begin none before', sundays, MINUTE, false],
  ] as const)('%s', ([, config, after, begins]) =>
    expect(elapse(head(), contextAt(NOW + after, config), 1).proof !== undefined).toBe(begins),
  );

  test('begin once for all that were missed', () => {
    const state = elapse(head(), contextAt(NOW + 30 * DAY, sundays), 1);
    const over = elapse(state, contextAt(NOW + 30 * DAY + 11 * MINUTE, sundays), 2);
    expect(over.proof?.verdict).not.toBe('running');
    expect(elapse(over, contextAt(NOW + 30 * DAY + HOUR_LATER, sundays), 3).incidents).toHaveLength(2);
  });
});

const HOUR_LATER = 60 * MINUTE;

describe('the finding about the last proof', () => {
  test.for([
    ['is exempt at first', {}, 0, 'exempt', null],
    ['is exempt for a week without any proof', {}, 7 * DAY, 'exempt', null],
    ['is exempt after a week without any, because `set-up` reports that', {}, 7 * DAY + 1, 'exempt', null],
    [
      'is ok after one that passed',
      { proof: { startedAt: NOW, endedAt: NOW, incidents: [], verdict: 'passed', detail: '' } },
      30 * DAY,
      'ok',
      null,
    ],
    [
      'is a warning after one that failed',
      { proof: { startedAt: NOW, endedAt: NOW, incidents: [], verdict: 'failed', detail: 'sms: owed' } },
      1,
      'failing',
      'warning',
    ],
  ] as const)('%s', ([, changes, after, verdict, severity]) =>
    expect(proofFindings(head(changes), NOW + after, policyOf({}).general)).toMatchObject([{ check: 'alert-path', verdict, severity }]),
  );

  test.for([
    ['after none', {}],
    ['after a week without any', { createdAt: NOW - 8 * DAY }],
  ] as const)('is absent while a proof is running, %s: an open incident waits for the verdict', ([, changes]) =>
    expect(proofFindings({ ...begun, ...changes }, NOW + MINUTE, policyOf({}).general)).toEqual([]),
  );

  test('names what failed', () =>
    expect(
      proofFindings(
        head({ proof: { startedAt: NOW, endedAt: NOW, incidents: [], verdict: 'failed', detail: 'sms: rejected (403)' } }),
        NOW,
        policyOf({}).general,
      )[0]?.summary,
    ).toContain('sms: rejected (403)'));
});

describe('a proof that passed', () => {
  /** Ended, and PagerDuty has so answered the end of its alert. */
  const ended = (state: Delivery['state']): Head => {
    const over = elapse(answered('accepted'), contextAt(NOW + 10 * MINUTE), 7);
    const deliveries = over.deliveries.map((one) =>
      one.kind === 'resolve' ? { ...one, state, lastError: state === 'rejected' ? '400' : null } : one,
    );
    return { ...over, deliveries };
  };
  const LATER = NOW + 15 * MINUTE;

  test.for(['owed', 'unknown', 'accepted'] as const)('stays passed while its resolve is %s', (state) => {
    expect(elapse(ended(state), contextAt(LATER), 8).proof).toMatchObject({
      verdict: 'passed',
      detail: 'accepted by pagerduty, sms, slack, email',
    });
    expect(proofFindings(ended(state), LATER, policyOf({}).general)).toMatchObject([{ verdict: 'ok' }]);
  });

  test('fails when PagerDuty refuses its resolve, since the phone goes on ringing', () => {
    const after = elapse(ended('rejected'), contextAt(LATER), 8);
    expect(after.proof).toMatchObject({ verdict: 'failed', detail: 'it was not ended again: pagerduty: refused (400)' });
    expect(elapse(after, contextAt(LATER), 9).proof).toBe(after.proof);
    expect(proofFindings(ended('rejected'), LATER, policyOf({}).general)).toMatchObject([{ verdict: 'failing', severity: 'warning' }]);
  });

  test('stays passed if only other channels refuse the resolve, since they ring no phone', () => {
    const over = ended('accepted');
    const deliveries = over.deliveries.map((one) =>
      one.kind === 'resolve' && one.channel === 'slack' ? { ...one, state: 'rejected' as const } : one,
    );
    expect(elapse({ ...over, deliveries }, contextAt(LATER), 8).proof?.verdict).toBe('passed');
  });
});

describe('a proof that passed is too old', () => {
  const passed = head({ proof: { startedAt: NOW, endedAt: NOW, incidents: [], verdict: 'passed', detail: '' } });
  /** NOW is a Sunday at noon, UTC. */
  const weekly = { alertProof: { cron: '0 12 * * 0', timeZone: 'UTC' } };
  const found = (after: number, config: Config) => proofFindings(passed, NOW + after, policyOf(config).general)[0];

  test.for([
    ['where policy sets no times, after 30 days', {}, 30 * DAY],
    ['after two of the policy’s periods', weekly, 14 * DAY],
    [
      'only when the second of its times has passed, where they are uneven',
      { alertProof: { cron: '0 12 * * 4,0', timeZone: 'UTC' } },
      7 * DAY,
    ],
  ] as const)('%s', ([, config, limit]) => {
    expect(found(limit, config)).toMatchObject({ verdict: 'ok' });
    expect(found(limit + 1, config)).toMatchObject({ verdict: 'failing', severity: 'info', startedAt: NOW + limit });
  });

  test('and its finding says when it was, and what is unknown since', () =>
    expect(found(36 * DAY, {})?.summary).toMatch(
      /^the alert path was last proven 2026-11-22.*36 d ago: nobody knows whether the phone still rings$/,
    ));
});

describe('with teams', () => {
  const roster = [
    ...contextAt(NOW).roster,
    { id: 'pagerduty', recipients: 1, team: 'payments' },
    { id: 'email', recipients: 2, team: 'shop' },
  ] as const;
  const state = beginProof(head(), contextAt(NOW, {}, { roster }), 5);
  const sent = state.deliveries.map(({ channel, team = 'default', priority, recipient }) => `${team} ${priority} ${channel} ${recipient}`);

  test('each team’s own channels get what their priority sends there, and the default ones nothing twice', () =>
    expect(sent.toSorted()).toEqual([
      'default P0 pagerduty 0',
      'default P0 sms 0',
      'default P1 email 0',
      'default P1 slack 0',
      'payments P0 pagerduty 0',
      'shop P1 email 0',
      'shop P1 email 1',
    ]));

  test('each synthetic alert is one of its own, and none says that a channel was not configured', () => {
    expect(new Set(state.incidents.map(({ id }) => id)).size).toBe(4);
    expect(state.deliveries.map(({ reroute }) => reroute)).toEqual(state.deliveries.map(() => null));
  });

  test('one team’s channel that refuses fails the proof, and is named with its team', () => {
    const deliveries = state.deliveries.map((one) =>
      one.team === 'payments' ? { ...one, state: 'rejected' as const, lastError: '403' } : { ...one, state: 'accepted' as const },
    );
    expect(endProof({ ...state, deliveries }, NOW + 10 * MINUTE, CHANNEL_TRAITS)?.proof).toMatchObject({
      verdict: 'failed',
      detail: 'pagerduty@payments: refused (403)',
    });
  });
});
