import { describe, expect, test } from 'vitest';
import { hush, type Hushed } from '../../lib/alerts/hush.ts';
import type { Mutes } from '../../lib/alerts/mute.ts';
import type { Incident, Transition } from '../../lib/domain/incident.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { NOW } from '../support/facts.ts';
import { incident, resolved, resource } from '../support/incidents.ts';

const LOUD: Mutes = { silences: [], maintenance: [], now: NOW };
const QUIET: Mutes = {
  ...LOUD,
  silences: [{ id: 's', match: { cluster: 'c1' }, by: 'dana', why: 'resize', from: NOW - HOUR, until: NOW + HOUR }],
};
const WORDS = 'silenced by dana until 2026-11-22T13:00:00Z: resize';

function of(kind: Transition['kind'], one: Incident, mutes: Mutes): Hushed {
  return hush([one], [{ kind, incident: one }], mutes);
}

describe('while nothing is silenced', () => {
  test.for(['opened', 'raised', 'resolved', 'acknowledged'] as const)('%s is told', (kind) =>
    expect(of(kind, kind === 'resolved' ? resolved('a') : incident('a'), LOUD).transitions.map((one) => one.kind)).toEqual([kind]),
  );

  test('the incidents are the same ones', () => {
    const all = [incident('a'), resolved('b')];
    expect(hush(all, [], LOUD).incidents).toBe(all);
  });
});

describe('what a silence covers', () => {
  test.for(['opened', 'raised'] as const)('is not told when it is %s, and says why', (kind) => {
    const { incidents, transitions } = of(kind, incident('a'), QUIET);
    expect(transitions).toEqual([]);
    expect(incidents).toEqual([incident('a', { silencedBy: WORDS })]);
  });

  test('is told when it ends: a silence that starts while an incident is open does not hide its resolve', () =>
    expect(of('resolved', resolved('a'), QUIET).transitions).toEqual([{ kind: 'resolved', incident: resolved('a') }]));

  test('does not keep others from being told', () => {
    const other = incident('b', { resource: resource('c2') });
    const all = [incident('a'), other];
    expect(
      hush(
        all,
        all.map((one) => ({ kind: 'opened', incident: one }) as const),
        QUIET,
      ).transitions,
    ).toEqual([{ kind: 'opened', incident: other }]);
  });

  test('stays the same incidents while nothing changes', () => {
    const all = [incident('a', { silencedBy: WORDS })];
    expect(hush(all, [], QUIET)).toEqual({ incidents: all, transitions: [] });
    expect(hush(all, [], QUIET).incidents).toBe(all);
  });
});

describe('after a silence', () => {
  test('what still fails is told as new, and its clocks begin now', () => {
    const { incidents, transitions } = hush([incident('a', { silencedBy: WORDS, openedAt: NOW - HOUR })], [], LOUD);
    const heard = incident('a', { openedAt: NOW - HOUR, toldAt: NOW });
    expect(incidents).toEqual([heard]);
    expect(transitions).toEqual([{ kind: 'opened', incident: heard }]);
  });

  test('what has ended meanwhile is told no more', () =>
    expect(hush([resolved('a', { silencedBy: WORDS })], [], LOUD).transitions).toEqual([]));

  test('a silence of a milder priority does not hide the rise', () => {
    const mild: Mutes = { ...QUIET, silences: QUIET.silences.map((one) => ({ ...one, match: { priority: 'P1' } })) };
    expect(of('raised', incident('a', { silencedBy: WORDS }), mild).transitions.map(({ kind }) => kind)).toEqual(['raised']);
  });
});
