import { describe, expect, test } from 'vitest';
import type { Head, Silence } from '../../lib/domain/incidents/head.ts';
import type { Acknowledgement, Incident } from '../../lib/domain/incidents/incident.ts';
import type { CheckId } from '../../lib/domain/policy/policy.ts';
import { ORGANISATION } from '../../lib/domain/memory/cluster-subject.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { NOW } from '../support/facts.ts';
import { accepted, delivery, head, incident, resource } from '../support/incidents.ts';
import { acceptAll, CONTACTS, later, made, headWithNotified } from '../support/time-passing.ts';

describe('reminders', () => {
  test.for([
    ['P0', 30 * MINUTE, ['remind sms']],
    ['P1', 4 * HOUR, ['remind email', 'remind slack']],
    ['P2', DAY, ['remind email']],
  ] as const)('of a %s come every %i ms, and never to PagerDuty', ([priority, every, expected]) => {
    // Not escalated on the way: whoever is told by that is reminded too.
    const before = headWithNotified(priority, { escalation: { rung: 3, at: NOW } });
    expect(made(before, later(before, every - 1), 'remind')).toEqual([]);
    const first = later(before, every);
    expect(made(before, first, 'remind')).toEqual(expected);
    expect(made(first, later(first, 2 * every - 1), 'remind')).toEqual([]);
    expect(made(first, later(acceptAll(first, NOW + every), 2 * every), 'remind')).toEqual(expected);
  });

  test('do not come of what nothing can mend, which escalates all the same', () => {
    const about = (check: CheckId): Head => {
      const before = headWithNotified('P1');
      return { ...before, incidents: before.incidents.map((one) => ({ ...one, check })) };
    };
    const kindsOf = (check: CheckId): readonly string[] => {
      const before = about(check);
      const escalated = acceptAll(later(before, HOUR), NOW + HOUR);
      return [...made(before, escalated, 'escalate'), ...made(escalated, later(escalated, 12 * HOUR), 'remind')];
    };
    expect(kindsOf('snapshot-deleted')).toEqual(kindsOf('backup-age').filter((kind) => kind.startsWith('escalate')));
    expect(kindsOf('snapshot-deleted').length).toBeGreaterThan(0);
  });

  test('also go to those who were notified by an escalation', () => {
    const escalated = acceptAll(later(headWithNotified('P1'), HOUR), NOW + HOUR);
    expect(made(escalated, later(escalated, 4 * HOUR), 'remind')).toEqual(['remind email', 'remind slack', 'remind sms']);
  });

  test('go where the message was accepted, not where it never arrived', () => {
    const before = head({
      incidents: [incident('a', { severity: 'warning' })],
      deliveries: [accepted('slack', ['a'], { priority: 'P1' }), delivery('email', ['a'], { priority: 'P1' })],
    });
    expect(made(before, later(before, 4 * HOUR), 'remind')).toEqual(['remind slack']);
  });

  test('go to those who may have a text message that is not sent again, and not to those to whom it is', () => {
    const text = delivery('sms', ['a'], { priority: 'P1', state: 'unknown', ambiguous: true, attempts: 1, nextTryAt: null });
    const before = head({ incidents: [incident('a')], deliveries: [text] });
    expect(made(before, later(before, 30 * MINUTE), 'remind')).toEqual(['remind sms']);
    const given = head({ incidents: [incident('a')], deliveries: [{ ...text, state: 'cancelled' }] });
    expect(made(given, later(given, 30 * MINUTE), 'remind'), 'given up, and may have arrived').toEqual(['remind sms']);
    const never = head({ incidents: [incident('a')], deliveries: [{ ...text, state: 'cancelled', ambiguous: false }] });
    expect(made(never, later(never, 30 * MINUTE), 'remind'), 'given up before it was sent').toEqual([]);
    const owed = head({ incidents: [incident('a')], deliveries: [{ ...text, nextTryAt: NOW + HOUR }] });
    expect(made(owed, later(owed, 30 * MINUTE), 'remind')).toEqual([]);
  });

  test('of a storm are one message, about the incidents that still need attention', () => {
    const incidents = ['a', 'b', 'c'].map((id) =>
      incident(id, { severity: 'warning', resource: resource(id), ...(id === 'b' && { state: 'resolved', resolvedAt: NOW }) }),
    );
    const after = later(head({ incidents, deliveries: [accepted('slack', ['a', 'b', 'c'], { priority: 'P1' })] }), 4 * HOUR);
    expect(after.deliveries.filter(({ kind }) => kind === 'remind').map((one) => [one.channel, one.incidents])).toEqual([
      ['slack', ['a', 'c']],
    ]);
  });

  test('that are still undelivered when the next is due are cancelled', () => {
    const first = later(headWithNotified('P0'), 30 * MINUTE);
    const second = later(first, HOUR);
    expect(second.deliveries.filter(({ kind }) => kind === 'remind').map(({ state }) => state)).toEqual(['cancelled', 'owed']);
  });

  test('of one incident do not cancel what is owed of another', () => {
    const both = head({
      incidents: [incident('a'), incident('b', { resource: resource('c2'), openedAt: NOW + 10 * MINUTE })],
      deliveries: [accepted('sms', ['a']), accepted('sms', ['b'])],
    });
    const second = later(later(both, 30 * MINUTE), 40 * MINUTE);
    expect(second.deliveries.filter(({ kind }) => kind === 'remind').map((one) => [one.incidents, one.state])).toEqual([
      [['a'], 'owed'],
      [['b'], 'owed'],
    ]);
  });

  test('are not sent while a flapping incident is well', () => {
    const before = headWithNotified('P0', { steadySince: NOW });
    expect(made(before, later(before, HOUR, CONTACTS))).toEqual([]);
  });
});

describe('no reminder is sent', () => {
  const silence: Silence = { id: 's', match: { cluster: 'c1' }, by: 'dana', why: 'resize', from: NOW, until: NOW + 2 * DAY };
  const acknowledgement: Acknowledgement = { by: 'dana', via: 'page', at: NOW, until: NOW + 8 * HOUR };

  test.for([
    ['while somebody has acknowledged', { state: 'acknowledged', acknowledgement } as Partial<Incident>, {}, 8 * HOUR - 1],
    ['while a silence covers it', {}, { silences: [silence] } as Partial<Head>, DAY],
    ['after it has ended', { state: 'resolved', resolvedAt: NOW } as Partial<Incident>, {}, DAY],
  ] as const)('%s', ([, said, state, after]) => {
    const before = { ...headWithNotified('P0', said), ...state };
    expect(made(before, later(before, after, CONTACTS))).toEqual([]);
  });

  test('while a maintenance window covers it', () => {
    const maintenance = [{ cluster: 'c1', cron: '0 12 * * *', timeZone: 'UTC', minutes: 120, why: 'weekly resize' }];
    const before = headWithNotified('P0');
    expect(made(before, later(before, 2 * HOUR - 1, { ...CONTACTS, maintenance }))).toEqual([]);
    expect(made(before, later(before, 2 * HOUR, { ...CONTACTS, maintenance }))).not.toEqual([]);
  });

  test.for(['pitr-break', 'cluster-gone'] as const satisfies readonly CheckId[])(
    'of %s, which nobody can mend any more: it is told once',
    (check) => {
      const before = headWithNotified('P1', { check });
      expect(made(before, later(before, 6 * DAY, CONTACTS))).toEqual([]);
    },
  );

  test.for(['P0', 'P1', 'P1@payments'])('of the synthetic alert of a proof (%s), because it ends by itself', (part) => {
    const before = headWithNotified('P1', { check: 'alert-path', resource: { ...ORGANISATION, name: 'the alert path', part } });
    expect(made(before, later(before, 6 * DAY, CONTACTS))).toEqual([]);
  });
});

describe('reminders and escalations are sent', () => {
  test.for([
    ['of a failed proof, because a broken phone can be mended', 'alert-path', 'proof', 'P1', ['escalate pagerduty', 'escalate sms']],
    ['of a path that was proven too long ago', 'alert-path', 'proof', 'P2', ['escalate slack']],
    ['of a disagreement with Atlas', 'disagreement', undefined, 'P2', ['escalate slack']],
  ] as const)('%s', ([, check, part, priority, rung]) => {
    const before = headWithNotified(priority, { check, resource: { ...ORGANISATION, ...(part !== undefined && { part }) } });
    expect(made(before, later(before, 5 * HOUR, CONTACTS), 'escalate')).toEqual(rung);
    expect(made(before, later(before, DAY, CONTACTS), 'remind')).not.toEqual([]);
  });
});

describe('an acknowledgement that has run out', () => {
  const acknowledgement: Acknowledgement = { by: 'dana', via: 'page', at: NOW + MINUTE, until: NOW + MINUTE + 8 * HOUR };
  const before = (): Head =>
    headWithNotified('P0', { state: 'acknowledged', acknowledgement, trail: [acknowledgement], escalation: { rung: 1, at: NOW } });
  const end = MINUTE + 8 * HOUR;

  test('holds until its last millisecond, then the incident is open again', () => {
    expect(later(before(), end - 1).incidents[0]?.state).toBe('acknowledged');
    expect(later(before(), end).incidents[0]).toMatchObject({ state: 'open', acknowledgement: null, trail: [acknowledgement] });
  });

  test('lets reminders begin again, one interval later', () => {
    const open = later(before(), end);
    expect(made(before(), open)).toEqual([]);
    expect(made(open, later(open, end + 30 * MINUTE), 'remind')).toEqual(['remind sms']);
  });

  test('starts the response time again before the next rung is notified', () => {
    const state = { ...headWithNotified('P1', { state: 'acknowledged', acknowledgement, escalation: { rung: 0, at: NOW } }) };
    const open = later(state, end);
    expect(made(state, open, 'escalate')).toEqual([]);
    expect(made(open, later(open, end + 30 * MINUTE), 'escalate')).toEqual([]);
    expect(made(open, later(open, end + 30 * MINUTE + 1), 'escalate')).toEqual(['escalate pagerduty', 'escalate sms']);
  });
});

describe('a text that an acknowledgement cancelled before it was sent', () => {
  test('is sent with the first reminder after the acknowledgement has run out', () => {
    const paged = accepted('pagerduty', ['a']);
    const text = delivery('sms', ['a'], { state: 'cancelled', nextTryAt: null });
    const before = head({ incidents: [incident('a')], deliveries: [paged, text] });
    expect(made(before, later(before, 30 * MINUTE - 1))).toEqual([]);
    const after = later(before, 30 * MINUTE);
    expect(made(before, after)).toContain('trigger sms');
    expect(new Set(after.deliveries.map(({ key }) => key)).size).toBe(after.deliveries.length);
  });
});

describe('a silence', () => {
  const silence: Silence = { id: 's', match: { cluster: 'c1' }, by: 'dana', why: 'resize', from: NOW, until: NOW + HOUR };
  const hidden = (): Head => head({ incidents: [incident('a', { silencedBy: 'silenced by dana' })], silences: [silence] });

  test('that ends while the incident still fails causes a notification', () => {
    expect(made(hidden(), later(hidden(), HOUR - 1))).toEqual([]);
    const heard = later(hidden(), HOUR);
    expect(made(hidden(), heard)).toEqual(['trigger pagerduty', 'trigger sms']);
    expect(heard.silences).toEqual([]);
    expect(heard.incidents[0]).toMatchObject({ notifiedAt: NOW + HOUR });
  });

  test('that holds changes nothing in the head', () => {
    const first = later(hidden(), MINUTE);
    const second = later(first, 2 * MINUTE);
    expect(second.incidents).toBe(first.incidents);
    expect(second.deliveries).toBe(first.deliveries);
  });
});
