import { describe, expect, test } from 'vitest';
import { suppressedBy } from '../../lib/route/suppressed-by.ts';
import type { Silence } from '../../lib/domain/incidents/head.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
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
  const isCovered = (about: Incident, match: SilenceMatch): boolean =>
    suppressedBy(about, { silences: [silence(match)], maintenance: [], now: NOW }) !== null;

  test.for([
    [{ cluster: 'orders' }, orders],
    [{ cluster: 'c1' }, orders],
    [{ project: 'shop' }, orders],
    [{ project: 'p1' }, wholeProject],
    [{ check: 'backup-age' }, orders],
    [{ priority: 'P0' }, orders],
    [{ project: 'shop', cluster: 'orders', check: 'backup-age', priority: 'P0' }, orders],
  ] as const)('by the match %j an incident that it names', ([match, about]) => expect(isCovered(about, match)).toBe(true));

  test.for([
    [{ cluster: 'Orders' }, orders],
    [{ cluster: 'order' }, orders],
    [{ cluster: 'shop' }, wholeProject],
    [{ project: 'billing' }, orders],
    [{ check: 'rpo' }, orders],
    [{ priority: 'P1' }, orders],
    [{ project: 'shop', cluster: 'orders', check: 'backup-age', priority: 'P1' }, orders],
  ] as const)('by the match %j no incident that it does not name', ([match, about]) => expect(isCovered(about, match)).toBe(false));

  test.for([
    [-1, false],
    [0, true],
    [HOUR - 1, true],
    [HOUR, false],
  ] as const)('an incident %i ms after its beginning: %s', ([after, covered]) =>
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
