import { describe, expect, test } from 'vitest';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import { compose } from '../../lib/deliver/message/compose.ts';
import { notificationFor } from '../../lib/deliver/notification.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { NO_RECOVERY } from '../../lib/domain/recovery/restore-test.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import type { RouteContext } from '../../lib/route/plan-deliveries.ts';
import { NOW } from '../support/facts.ts';
import { delivery, head, incident, resolved, resource } from '../support/incidents.ts';
import { proof } from '../support/recovery.ts';

const ROSTER: RouteContext['roster'] = [
  { id: 'pagerduty', recipients: 1, contacts: 0 },
  { id: 'sms', recipients: 1, contacts: 1 },
  { id: 'slack', recipients: 1, contacts: 0 },
  { id: 'email', recipients: 1, contacts: 0 },
];
const { general } = policyOf({ contacts: { sms: ['+15005550099'] } });
const PAGE = delivery('pagerduty', ['a']);

function linesFor(
  one: Incident,
  changes: Partial<RouteContext> = {},
  kind: 'trigger' | 'escalate' = 'trigger',
  reroute: string | null = null,
) {
  const context: RouteContext = { roster: ROSTER, general, now: NOW, acknowledgeable: true, ...changes };
  const message = { ...PAGE, kind, reroute };
  const state = head({ incidents: [one], deliveries: [message, delivery('sms', ['a'])] });
  return compose(notificationFor(message, state, { statusUrl: null, canAcknowledge: false, now: () => NOW, context: () => context })).lines;
}

describe('who has an incident in hand', () => {
  test('is nobody at first, and the contacts are next when the response time is over', () =>
    expect(linesFor(incident('a'))).toContain('Nobody has it yet; next: contacts by SMS at 12:05Z.'));

  test('is nobody, and P0’s channels are next for a P1', () =>
    expect(
      linesFor(incident('a', { severity: 'warning' }), {
        roster: ROSTER.filter(({ id }) => id !== 'sms' && id !== 'pagerduty').concat({ id: 'webhook', recipients: 1 }),
        general: { ...general, routes: { ...general.routes, P0: ['webhook'] } },
      }),
    ).toContain('Nobody has it yet; next: webhook at 12:30Z.'));

  test('is whoever acknowledged it, since then', () => {
    const acknowledgement = { by: 'ada', via: 'slack', at: NOW - 2 * MINUTE, until: NOW + HOUR };
    expect(linesFor(incident('a', { state: 'acknowledged', acknowledgement }))).toContain('ada has it since 11:58Z.');
  });

  test('is nobody, and nobody is next after the contacts', () => {
    const one = incident('a', { escalation: { rung: 1, at: NOW } });
    const reroute = 'Nobody acknowledged it within 5 min, so it comes to you.';
    expect(linesFor(one, {}, 'escalate', reroute)).toContain('If you do not take it, nobody further is notified.');
  });

  test.for<[string, Incident, Partial<RouteContext>]>([
    ['no acknowledgement can reach us', incident('a'), { acknowledgeable: false }],
    ['nobody can acknowledge where it was notified', incident('a'), { acknowledgementPaths: ['slack'] }],
    ['nobody can repair it', incident('a', { check: 'pitr-break' }), {}],
    ['it is only a test of the alert path', incident('a', { check: 'alert-path', resource: { ...resource(null), part: 'P0' } }), {}],
    ['it is over', resolved('a'), {}],
  ])('is not said where %s', ([, one, changes]) => expect(linesFor(one, changes).join()).not.toMatch(/has it|further|next:/));
});

describe('how long a restore takes', () => {
  const took = (minutes: number) => proof({ measured: { restore: minutes * MINUTE, validate: null, rto: null, rpo: null } });
  const until = { at: NOW, by: 'pitr', base: NOW - HOUR, baseExpiresAt: null } as const;
  const about = incident('a', {
    resource: { ...resource(), clusterId: 'c-orders' },
    restorable: { until, window: null, readAt: NOW, mayReachFurther: false },
  });

  test.for([
    [
      'the last time and the median of several tests',
      [took(10), took(40), took(12)],
      '12 min the last time, median 12 min of 3 restores by weekly',
    ],
    ['of one test', [took(10)], '10 min (measured once by weekly)'],
    ['not measured yet', [], 'not measured yet'],
  ] as const)('is in the message: %s', ([, proofs, words]) => {
    const state = head({ incidents: [about], recovery: { ...NO_RECOVERY, proofs } });
    const { facts } = compose(notificationFor(PAGE, state, { statusUrl: null, canAcknowledge: false, now: () => NOW }));
    expect(facts).toContainEqual(['A restore takes', words]);
  });
});
