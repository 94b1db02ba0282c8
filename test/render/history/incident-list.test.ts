import { describe, expect, test } from 'vitest';
import type { Incident } from '../../../lib/domain/incidents/incident.ts';
import { DAY, HOUR } from '../../../lib/domain/time.ts';
import { incidentList, type ListRequest } from '../../../lib/render/history/incident-list.ts';
import { finding, head, incident, NOW, row } from '../../app/recorded.ts';

const placeOf = ({ openedAt }: Pick<Incident, 'openedAt'>): string => String(openedAt).padStart(15, '0');
const REQUEST: ListRequest = {
  now: NOW,
  span: { from: NOW - 30 * DAY, to: null },
  limit: 2,
  before: null,
  placeOf,
  channelNames: {},
  filter: { state: null, check: null, priority: null },
  pastMost: 3,
};

function ended(id: string, days: number, change: Partial<Incident> = {}): Incident {
  return incident({
    id,
    openedAt: NOW - days * DAY,
    state: 'resolved',
    resolvedAt: NOW - days * DAY + HOUR,
    resolution: 'recovered',
    ...change,
  });
}

function list(present: readonly Incident[], past: readonly Incident[], change: Partial<ListRequest> = {}) {
  const recorded = { head: head({ incidents: present }), rows: [], past: past.map((one) => ({ incident: one, deliveries: [] })) };
  const { open, ended: over, next, openInAll } = incidentList(recorded, { ...REQUEST, ...change });
  const ids = (entries: typeof open) => entries.map(({ incident: { id } }) => id);
  return { open: ids(open), ended: ids(over), next, openInAll };
}

const RPO = { state: null, check: 'rpo', priority: null } as const;

describe('a page of incidents', () => {
  test('that is the first has what is open before what ended; a later one has only what ended', () => {
    const present = [incident({ id: 'o' }), ended('h', 1)];
    expect(list(present, [ended('p', 2)])).toMatchObject({ open: ['o'], ended: ['h', 'p'] });
    expect(list(present, [ended('p', 2)], { before: placeOf(ended('h', 1)) })).toMatchObject({ open: [], ended: ['p'] });
  });

  test('shows no more than its length of those that are open, and counts all', () => {
    const present = [1, 2, 3].map((hours) => incident({ id: `o${hours}`, openedAt: NOW - hours * HOUR }));
    expect(list(present, [])).toMatchObject({ open: ['o1', 'o2'], openInAll: 3, next: null });
    const open = { state: 'open', check: null, priority: null } as const;
    expect(list(present, [], { filter: open })).toMatchObject({ open: ['o1', 'o2'], next: placeOf({ openedAt: NOW - 2 * HOUR }) });
  });

  test('goes on behind the last that was read where the filter left a part of a page, and leaves the older ones of the head for then', () => {
    const past = [ended('a', 1), ended('b', 2, { check: 'rpo' }), ended('c', 4)];
    const present = [ended('young', 3, { check: 'rpo' }), ended('old', 5, { check: 'rpo' })];
    expect(list(present, past, { filter: RPO })).toMatchObject({ ended: ['b', 'young'], next: placeOf(ended('c', 4)) });
  });

  test('is the last where fewer came from history than were asked for', () => {
    expect(list([], [ended('b', 2, { check: 'rpo' }), ended('c', 4)], { filter: RPO })).toMatchObject({ ended: ['b'], next: null });
  });

  test('shows an incident that moved into history between the two reads once', () =>
    expect(list([ended('m', 1)], [ended('m', 1)])).toMatchObject({ ended: ['m'], next: null }));
});

test.for([
  ['a cluster has its page', { projectId: 'p/1', clusterId: 'c1' }, '/clusters/p%2F1/c1'],
  ['a project has none', { projectId: 'p1', clusterId: null }, null],
] as const)('an incident about %s', ([, where, cluster]) => {
  const about = incident({ resource: { projectName: 'shop', name: 'orders', ...where } });
  const recorded = { head: head({ incidents: [about] }), rows: [], past: [] };
  expect(incidentList(recorded, REQUEST).open[0]?.cluster).toBe(cluster);
});

test('an open incident of a cluster that the last check could not read says as of when it is known', () => {
  const unread = row('orders', { verdict: 'unknown', findings: [finding({ verdict: 'unknown' })] });
  const readAt = NOW - 5 * HOUR;
  const recorded = {
    head: head({ incidents: [incident()] }),
    rows: [{ ...unread, restorable: { ...unread.restorable, readAt } }],
    past: [],
  };
  expect(incidentList(recorded, REQUEST).open.map(({ title }) => title)).toEqual([
    'orders (shop), as of 2026-11-22T16:30:00Z: The newest recovery point is 30 h old.',
  ]);
});
