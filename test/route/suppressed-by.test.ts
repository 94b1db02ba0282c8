import { describe, expect, test } from 'vitest';
import { suppressedBy } from '../../lib/route/suppressed-by.ts';
import type { Silence } from '../../lib/domain/incidents/head.ts';
import type { SilenceMatch } from '../../lib/domain/policy/policy.ts';
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
    expect(suppressedBy(about, { silences: [silence(match)], maintenance: [], now: NOW }) !== null).toBe(covered),
  );

  test.for([
    [-1, false],
    [0, true],
    [HOUR - 1, true],
    [HOUR, false],
  ] as const)('%i ms after its beginning: %s', ([after, covered]) =>
    expect(suppressedBy(orders, { silences: [silence({ cluster: 'orders' })], maintenance: [], now: NOW + after }) !== null).toBe(covered),
  );

  test('an incident and says who silenced it, until when and why', () =>
    expect(suppressedBy(orders, { silences: [silence({ cluster: 'orders' })], maintenance: [], now: NOW })).toBe(
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
    expect(suppressedBy(orders, { silences: [], maintenance: [window({ cluster: 'orders' }, NOW + HOUR)], now: NOW })).toBe(
      'maintenance until 2026-11-22T13:00:00Z: weekly resize',
    ));

  test.for([
    [{ cluster: 'orders' }, null],
    [{ cluster: 'events' }, NOW + HOUR],
  ] as const)('and nothing else, and not outside of it: %o', ([match, until]) =>
    expect(suppressedBy(orders, { silences: [], maintenance: [window(match, until)], now: NOW })).toBeNull(),
  );

  test('an incident that another window does not cover', () =>
    expect(
      suppressedBy(orders, {
        silences: [],
        maintenance: [window({ cluster: 'orders' }, null), window({ project: 'shop' }, NOW + HOUR)],
        now: NOW,
      }),
    ).not.toBeNull());
});
