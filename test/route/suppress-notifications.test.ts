import { describe, expect, test } from 'vitest';
import { suppressNotifications, type Suppressed } from '../../lib/route/suppress-notifications.ts';
import type { SuppressionRules } from '../../lib/route/suppressed-by.ts';
import type { Incident, Transition } from '../../lib/domain/incidents/incident.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { NOW } from '../support/facts.ts';
import { incident, resolved, resource } from '../support/incidents.ts';

const LOUD: SuppressionRules = { silences: [], maintenance: [], now: NOW };
const QUIET: SuppressionRules = {
  ...LOUD,
  silences: [{ id: 's', match: { cluster: 'c1' }, by: 'dana', why: 'resize', from: NOW - HOUR, until: NOW + HOUR }],
};
const WORDS = 'silenced by dana until 2026-11-22T13:00:00Z: resize';

function of(kind: Transition['kind'], one: Incident, mutes: SuppressionRules): Suppressed {
  return suppressNotifications([one], [{ kind, incident: one }], mutes);
}

describe('while nothing is silenced', () => {
  test.for(['opened', 'raised', 'resolved', 'acknowledged'] as const)('the transition %s is kept', (kind) =>
    expect(of(kind, kind === 'resolved' ? resolved('a') : incident('a'), LOUD).transitions.map((one) => one.kind)).toEqual([kind]),
  );

  test('the incidents are returned unchanged', () => {
    const all = [incident('a'), resolved('b')];
    expect(suppressNotifications(all, [], LOUD).incidents).toBe(all);
  });
});

describe('an incident that a silence covers', () => {
  test.for(['opened', 'raised'] as const)('causes no notification when it is %s, and says why', (kind) => {
    const { incidents, transitions } = of(kind, incident('a'), QUIET);
    expect(transitions).toEqual([]);
    expect(incidents).toEqual([incident('a', { silencedBy: WORDS })]);
  });

  test('causes a notification when it ends: a silence that starts while an incident is open does not hide its resolve', () =>
    expect(of('resolved', resolved('a'), QUIET).transitions).toEqual([{ kind: 'resolved', incident: resolved('a') }]));

  test('does not suppress the notifications of others', () => {
    const other = incident('b', { resource: resource('c2') });
    const all = [incident('a'), other];
    expect(
      suppressNotifications(
        all,
        all.map((one) => ({ kind: 'opened', incident: one }) as const),
        QUIET,
      ).transitions,
    ).toEqual([{ kind: 'opened', incident: other }]);
  });

  test('is returned unchanged while nothing changes', () => {
    const all = [incident('a', { silencedBy: WORDS })];
    expect(suppressNotifications(all, [], QUIET)).toEqual({ incidents: all, transitions: [] });
    expect(suppressNotifications(all, [], QUIET).incidents).toBe(all);
  });
});

describe('after a silence', () => {
  test('an incident that still fails is notified as new, and its clocks begin now', () => {
    const { incidents, transitions } = suppressNotifications([incident('a', { silencedBy: WORDS, openedAt: NOW - HOUR })], [], LOUD);
    const heard = incident('a', { openedAt: NOW - HOUR, notifiedAt: NOW });
    expect(incidents).toEqual([heard]);
    expect(transitions).toEqual([{ kind: 'opened', incident: heard }]);
  });

  test('an incident that ended meanwhile causes no notification', () =>
    expect(suppressNotifications([resolved('a', { silencedBy: WORDS })], [], LOUD).transitions).toEqual([]));

  test('a silence of a milder priority does not hide the rise', () => {
    const mild: SuppressionRules = { ...QUIET, silences: QUIET.silences.map((one) => ({ ...one, match: { priority: 'P1' } })) };
    expect(of('raised', incident('a', { silencedBy: WORDS }), mild).transitions.map(({ kind }) => kind)).toEqual(['raised']);
  });
});
