import { describe, expect, test } from 'vitest';
import { mutedBy } from '../../lib/alerts/mute.ts';
import type { Silence, SilenceMatch } from '../../lib/domain/head.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { NOW } from '../support/facts.ts';
import { incident, resource } from '../support/incidents.ts';

const orders = incident('a', { resource: { projectId: 'p1', projectName: 'shop', clusterId: 'c1', name: 'orders' } });
const wholeProject = incident('b', { check: 'visibility', resource: resource(null) });

function silence(match: SilenceMatch, changes: Partial<Silence> = {}): Silence {
  return { id: 's', match, by: 'dana', why: 'disk resize', from: NOW, until: NOW + HOUR, ...changes };
}

describe('a silence covers', () => {
  test.for([
    [{ cluster: 'orders' }, orders, true],
    [{ cluster: 'c1' }, orders, true],
    [{ cluster: 'Orders' }, orders, false],
    [{ cluster: 'order' }, orders, false],
    [{ cluster: 'shop' }, wholeProject, false],
    [{ project: 'shop' }, orders, true],
    [{ project: 'p1' }, wholeProject, true],
    [{ project: 'billing' }, orders, false],
    [{ check: 'backup-age' }, orders, true],
    [{ check: 'rpo' }, orders, false],
    [{ priority: 'P0' }, orders, true],
    [{ priority: 'P1' }, orders, false],
    [{ project: 'shop', cluster: 'orders', check: 'backup-age', priority: 'P0' }, orders, true],
    [{ project: 'shop', cluster: 'orders', check: 'backup-age', priority: 'P1' }, orders, false],
  ] as const)('%o: %#', ([match, about, covered]) =>
    expect(mutedBy(about, { silences: [silence(match)], maintenance: [], now: NOW }) !== null).toBe(covered),
  );

  test.for([
    [-1, false],
    [0, true],
    [HOUR - 1, true],
    [HOUR, false],
  ] as const)('%i ms after its beginning: %s', ([after, covered]) =>
    expect(mutedBy(orders, { silences: [silence({ cluster: 'orders' })], maintenance: [], now: NOW + after }) !== null).toBe(covered),
  );

  test('and says who, until when and why', () =>
    expect(mutedBy(orders, { silences: [silence({ cluster: 'orders' })], maintenance: [], now: NOW })).toBe(
      'silenced by dana until 2026-11-22T13:00:00Z: disk resize',
    ));
});

describe('a maintenance window covers', () => {
  const window = (match: SilenceMatch, until: number | null) => ({
    match,
    why: 'weekly resize',
    times: '',
    activeUntil: () => until,
    nextStart: () => null,
  });

  test('what it names while it holds, and says until when and why', () =>
    expect(mutedBy(orders, { silences: [], maintenance: [window({ cluster: 'orders' }, NOW + HOUR)], now: NOW })).toBe(
      'maintenance until 2026-11-22T13:00:00Z: weekly resize',
    ));

  test.for([
    [{ cluster: 'orders' }, null],
    [{ cluster: 'events' }, NOW + HOUR],
  ] as const)('and nothing else, and not outside of it: %o', ([match, until]) =>
    expect(mutedBy(orders, { silences: [], maintenance: [window(match, until)], now: NOW })).toBeNull(),
  );

  test('where another window does not', () =>
    expect(
      mutedBy(orders, {
        silences: [],
        maintenance: [window({ cluster: 'orders' }, null), window({ project: 'shop' }, NOW + HOUR)],
        now: NOW,
      }),
    ).not.toBeNull());
});
