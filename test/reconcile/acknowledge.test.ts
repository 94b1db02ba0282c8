import { describe, expect, test } from 'vitest';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import type { Acknowledgement } from '../../lib/domain/incidents/incident.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { acknowledge, expireAcknowledgements, unacknowledge } from '../../lib/reconcile/acknowledge.ts';
import { NOW } from '../support/facts.ts';
import { incident, resolved } from '../support/incidents.ts';

const BY_DANA: Acknowledgement = { by: 'dana', via: 'slack', at: NOW, until: NOW + 8 * HOUR };
const taken = incident('b', { state: 'acknowledged', acknowledgement: BY_DANA, trail: [BY_DANA] });

describe('an acknowledgement', () => {
  test('is recorded with who, when, from where and until when, and is a transition', () => {
    const { incidents, transitions, outcome } = acknowledge([incident('a')], new Set(['a']), BY_DANA);
    expect(outcome).toBe('acknowledged');
    expect(incidents).toEqual([{ ...incident('a'), state: 'acknowledged', acknowledgement: BY_DANA, trail: [BY_DANA] }]);
    expect(transitions).toEqual([{ kind: 'acknowledged', incident: incidents[0] }]);
  });

  test.for([
    ['nothing that we know', ['x'], 'unknown'],
    ['nothing at all', [], 'unknown'],
    ['what has ended', ['c'], 'resolved'],
    ['what somebody has acknowledged', ['b'], 'unchanged'],
    ['what has ended and what is acknowledged', ['b', 'c'], 'unchanged'],
  ] as const)('of %s changes nothing and says so', ([, ids, expected]) => {
    const all = [incident('a'), taken, resolved('c')];
    const { incidents, transitions, outcome } = acknowledge(all, new Set(ids), { ...BY_DANA, by: 'mallory' });
    expect([incidents, transitions, outcome]).toEqual([all, [], expected]);
  });

  test('of a storm acknowledges the incidents that are still open', () => {
    const { incidents, transitions, outcome } = acknowledge(
      [incident('a'), taken, resolved('c'), incident('d')],
      new Set(['a', 'b', 'c']),
      { ...BY_DANA, by: 'eve' },
    );
    expect(outcome).toBe('acknowledged');
    expect(incidents.map(({ state, acknowledgement }) => [state, acknowledgement?.by ?? null])).toEqual([
      ['acknowledged', 'eve'],
      ['acknowledged', 'dana'],
      ['resolved', null],
      ['open', null],
    ]);
    expect(transitions).toHaveLength(1);
  });

  test('after another keeps the first in the trail', () => {
    const again = { ...BY_DANA, by: 'eve' };
    const [first] = acknowledge([incident('a', { trail: [BY_DANA] })], new Set(['a']), again).incidents;
    expect(first?.trail).toEqual([BY_DANA, again]);
  });
});

describe('an acknowledgement ends', () => {
  test.for([
    [-1, 'acknowledged'],
    [0, 'open'],
    [1, 'open'],
  ] as const)('%i ms after its time it leaves its incident %s', ([late, state]) =>
    expect(expireAcknowledgements([taken], BY_DANA.until + late)[0]?.state).toBe(state),
  );

  test('with reminders and escalation starting anew and its trail kept', () =>
    expect(expireAcknowledgements([taken], BY_DANA.until)).toEqual([
      { ...taken, state: 'open', acknowledgement: null, notifiedAt: BY_DANA.until },
    ]));

  test('if none expires, the array is the same', () => {
    const all = [incident('a'), taken, resolved('c')];
    expect(expireAcknowledgements(all, NOW + HOUR)).toBe(all);
  });

  test('when it is withdrawn at PagerDuty, for that incident alone', () => {
    const there: Incident = { ...taken, acknowledgement: { ...BY_DANA, via: 'pagerduty' } };
    const other = { ...there, id: 'c' };
    expect(unacknowledge([there, other], new Set(['b']), { now: NOW + HOUR, at: null, via: 'pagerduty' })).toEqual([
      { ...there, state: 'open', acknowledgement: null, notifiedAt: NOW + HOUR },
      other,
    ]);
  });

  test.for(['slack', 'page', 'command line'] as const)('but not by PagerDuty if it was made by %s', (via) => {
    const elsewhere: Incident = { ...taken, acknowledgement: { ...BY_DANA, via } };
    expect(unacknowledge([elsewhere], new Set(['b']), { now: NOW + HOUR, at: null, via: 'pagerduty' })).toEqual([elsewhere]);
  });

  test.for([incident('b'), resolved('b')])('and giving back what nobody holds changes nothing', (one) =>
    expect(unacknowledge([one], new Set(['b']), { now: NOW + HOUR, at: null, via: 'pagerduty' })).toEqual([one]),
  );

  test.for([
    [-1, 'open'],
    [0, 'acknowledged'],
    [1, 'acknowledged'],
  ] as const)('and one that was made there %i ms after it leaves its incident %s, whichever news came first', ([later, state]) => {
    const given = unacknowledge([incident('b')], new Set(['b']), { now: NOW + HOUR, at: NOW, via: 'pagerduty' });
    expect(acknowledge(given, new Set(['b']), BY_DANA, NOW + later).incidents[0]?.state).toBe(state);
    const made = acknowledge([incident('b')], new Set(['b']), { ...BY_DANA, via: 'pagerduty', madeAt: NOW + later }).incidents;
    expect(unacknowledge(made, new Set(['b']), { now: NOW + HOUR, at: NOW, via: 'pagerduty' })[0]?.state).toBe(state);
  });

  test('at the last withdrawal, in whatever order the events arrive', () => {
    const twice = [NOW, NOW - HOUR].reduce<readonly Incident[]>(
      (incidents, at) => unacknowledge(incidents, new Set(['b']), { now: NOW + HOUR, at, via: 'pagerduty' }),
      [incident('b')],
    );
    expect(twice[0]?.unacknowledgedAt).toBe(NOW);
  });
});
