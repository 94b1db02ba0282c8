import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../../lib/domain/facts/fact.ts';
import type { Incident } from '../../../lib/domain/incidents/incident.ts';
import type { ListedPoint } from '../../../lib/domain/memory/history/packed-listing.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { dayCalendar } from '../../../lib/render/cluster/day-calendar.ts';
import { restoreHistory, sizeHistory } from '../../../lib/render/cluster/measured-history.ts';
import { forecastOf } from '../../../lib/render/cluster/points-forecast.ts';
import { ribbonOf } from '../../../lib/render/cluster/ribbon.ts';
import { fullLook, headOf, pageOf, provenHead, watched } from '../../support/cluster-page.ts';
import { GIB, NOW, schedule, UNREAD } from '../../support/facts.ts';

function point(createdAt: number, changes: Partial<ListedPoint> = {}): ListedPoint {
  return { createdAt, expiresAt: createdAt + 7 * DAY, kind: 'hourly', sizeBytes: 10 * GIB, copies: [], listed: true, ...changes };
}

describe('the ribbon', () => {
  const window = { from: NOW - 7 * DAY, to: NOW, breaks: [] };
  test.for([
    ['eight days without PITR', null, 8 * DAY],
    ['PITR’s window of a week, which is less than eight days', window, 8 * DAY],
    ['the whole window of 20 days, and half a day', { ...window, from: NOW - 20 * DAY }, 20.5 * DAY],
    ['at most 36 days', { ...window, from: NOW - 60 * DAY }, 36 * DAY],
  ] as const)('shows %s', ([, shown, length]) => {
    const { from, to } = ribbonOf({ window: shown, points: [], proven: [], unwatched: [], now: NOW });
    expect([to, to - from]).toEqual([NOW, length]);
  });

  test('cuts the window at its breaks', () => {
    const breaks = [
      { from: NOW - 2 * DAY, to: NOW - DAY, cause: 'oplog behind' },
      { from: NOW - 5 * DAY, to: NOW - 4 * DAY, cause: 'paused' },
    ];
    const { marks } = ribbonOf({ window: { ...window, breaks }, points: [], proven: [], unwatched: [], now: NOW });
    expect(marks.map(({ kind, from, to }) => [kind, (NOW - from) / DAY, (NOW - (to ?? 0)) / DAY])).toEqual([
      ['window', 7, 5],
      ['break', 5, 4],
      ['window', 4, 2],
      ['break', 2, 1],
      ['window', 1, 0],
    ]);
  });

  test('has a lane for each kind that it has points of, counts what is older, and clips what nobody watched', () => {
    const points = [point(NOW - 300 * DAY, { kind: 'monthly' }), point(NOW - DAY, { kind: 'ondemand' }), point(NOW - HOUR, { kind: null })];
    const proven = [{ at: NOW - DAY, testedAt: NOW, kind: 'snapshot' as const, plan: 'weekly' }];
    const { lanes, older, marks } = ribbonOf({
      window: null,
      points,
      proven,
      unwatched: [{ from: NOW - 20 * DAY, to: NOW - 7 * DAY }],
      now: NOW,
    });
    expect([lanes, older]).toEqual([['PITR', 'on demand', 'other', 'proven'], 1]);
    expect(marks[0]).toMatchObject({ kind: 'unwatched', from: NOW - 8 * DAY, to: NOW - 7 * DAY });
  });
});

describe('what will exist', () => {
  test('reaches at the end of each day to the point of each kind that has not expired by then', () => {
    const forecast = forecastOf({ schedule: schedule(), points: [point(NOW - HOUR)], now: NOW });
    expect(forecast?.kinds).toEqual(['hourly', 'daily']);
    expect(forecast?.days).toHaveLength(31);
    const reach = forecast?.days.at(-1)?.reach.map((length) => Math.floor((length ?? 0) / DAY));
    expect(reach).toEqual([6, 29]);
  });

  test('without a schedule ends with the last point that exists', () => {
    const items = schedule({ items: [] });
    const days = forecastOf({ schedule: items, points: [point(NOW - HOUR)], now: NOW })?.days ?? [];
    expect(days.map(({ count }) => count).slice(0, 4)).toEqual([1, 1, 1, 0]);
  });

  test('is nothing without both', () => expect(forecastOf({ schedule: schedule({ items: [] }), points: [], now: NOW })).toBeNull());
});

describe('the sizes', () => {
  const limits = { change: 0.5, atLeastBytes: GIB, criticalChange: null };
  test.for<[string, readonly ListedPoint[], object | null | undefined]>([
    ['no size is known', [point(NOW, { sizeBytes: null })], undefined],
    ['there is one: there is nothing to compare with', [point(NOW)], null],
    [
      'there are two: the one before counts',
      [point(NOW - DAY, { sizeBytes: 4 * GIB }), point(NOW)],
      { bytes: 4 * GIB, low: 2 * GIB, high: 6 * GIB },
    ],
    [
      'half of it is less than a GiB: a GiB counts',
      [point(NOW - DAY, { sizeBytes: GIB }), point(NOW)],
      { bytes: GIB, low: 0, high: 2 * GIB },
    ],
  ])('if %s', ([, points, expected]) => {
    expect(sizeHistory(points, limits)?.baseline).toEqual(expected);
  });
});

describe('the calendar', () => {
  const { memory } = watched(fullLook());
  const history = memory.projects['p1']?.clusters['c1']?.history;
  if (history === undefined) throw new Error('no history');
  const nothing = { proven: [], provenFrom: null, openGap: null, openUnwatched: null };

  test('has twelve months up to today, each day in one run of the table', () => {
    const { months, runs } = dayCalendar({ history, ...nothing, now: NOW });
    expect(months.map(({ year, month }) => `${year}-${month + 1}`)).toEqual([
      ...[12].map((month) => `2025-${month}`),
      ...Array.from({ length: 11 }, (_, index) => `2026-${index + 1}`),
    ]);
    const days = months.flatMap((month) => month.days);
    expect(days.at(-1)?.day).toBe(Math.floor(NOW / DAY));
    expect(runs.reduce((sum, { from, to }) => sum + to - from + 1, 0)).toBe(days.length);
  });

  test('shows days before the first check as not watched yet, with the points that it found', () => {
    const days = dayCalendar({ history, ...nothing, now: NOW }).months.flatMap((month) => month.days);
    expect(days.find(({ points }) => points > 0)).toMatchObject({ before: true, points: 1 });
    expect(days.filter(({ before }) => !before)).toHaveLength(15);
    expect(days.filter(({ unwatched }) => unwatched > 0).length).toBeGreaterThan(0);
  });

  test('marks the days of a gap, of an open one up to now, and of what was proven', () => {
    const openGap = { from: NOW - DAY, to: NOW };
    const proven = [{ at: NOW - 3 * DAY, testedAt: NOW, kind: 'moment', plan: 'weekly' }] as const;
    const days = dayCalendar({ history, ...nothing, proven, openGap, now: NOW }).months.flatMap((month) => month.days);
    expect(days.slice(-4).map(({ gap, proven }) => [gap, proven])).toEqual([
      [false, true],
      [true, false],
      [true, false],
      [true, false],
    ]);
  });
});

test('restores by hand and tests of this cluster alone are beside the RTO, oldest first', () => {
  const { recovery } = provenHead();
  if (recovery === undefined) throw new Error('no recovery');
  const history = restoreHistory(recovery, 'c1', 4 * HOUR);
  expect(history.marks.map(({ by, verdict }) => [by, verdict])).toEqual([
    ['hand', null],
    ['test', 'passed'],
    ['test', 'failed'],
  ]);
  expect(restoreHistory(recovery, 'c2', HOUR).marks).toEqual([]);
});

describe('the page of a cluster', () => {
  const incident = (id: string, changes: Partial<Incident> = {}): Incident => ({
    id,
    check: 'backup-age',
    resource: { projectId: 'p1', projectName: 'shop', clusterId: 'c1', name: 'orders' },
    severity: 'critical',
    priority: 'P0',
    state: 'open',
    summary: 'no snapshot for 30 h',
    action: '',
    evidence: [],
    openedAt: NOW - 2 * HOUR,
    resolvedAt: null,
    resolution: null,
    startedAt: null,
    acknowledgement: null,
    ...changes,
  });

  test('says the same of what can be restored as every other page', () => {
    const { row } = pageOf(watched());
    expect(row.reach).toEqual({
      until: '2026-11-22T12:00:00Z by PITR',
      details: ['from the 2026-11-22T11:00:00Z snapshot, which expires 2026-12-22T11:00:00Z'],
    });
  });

  test('has its own incidents, the open ones by urgency and the past ones by their opening, each once', () => {
    const other = { resource: { projectId: 'p1', projectName: 'shop', clusterId: 'c2', name: 'events' } };
    const ended = { state: 'resolved', resolvedAt: NOW - HOUR, resolution: 'recovered' } as const;
    const incidents = [incident('warn', { priority: 'P1' }), incident('crit'), incident('theirs', other), incident('just', ended)];
    const past = [
      incident('just', ended),
      incident('old', { ...ended, openedAt: NOW - 9 * DAY }),
      incident('theirs-old', { ...ended, ...other }),
    ];
    const page = pageOf(watched(), { head: headOf({ incidents }), past: past.map((one) => ({ incident: one, deliveries: [] })) });
    expect(page.incidents.open.map(({ id }) => id)).toEqual(['crit', 'warn']);
    expect(page.incidents.past.map(({ id }) => id)).toEqual(['just', 'old']);
    expect(page.incidents.pastFrom).toBeNull();
  });

  test('says of an open incident that the last check could not read as of when it is known, and who has it', () => {
    const unread = watched({ cluster: { snapshots: unknown('403') } });
    const acknowledgement = { by: 'dana', via: 'page', at: NOW - HOUR, until: NOW + HOUR };
    const taken = incident('taken', { check: 'rpo', state: 'acknowledged', acknowledgement });
    const { open } = pageOf(unread, { head: headOf({ incidents: [incident('a'), taken] }) }).incidents;
    expect(open.map(({ id, cause, handling }) => [id, cause, handling])).toEqual([
      ['a', 'no snapshot for 30 h, as of 2026-11-22T06:00:00Z', null],
      [
        'taken',
        'no snapshot for 30 h, as of 2026-11-22T06:00:00Z',
        'dana has it (page) since 2026-11-22T11:00:00Z, no reminders until 2026-11-22T13:00:00Z',
      ],
    ]);
  });

  test('says who changed what, newest first', () => {
    expect(pageOf(watched(fullLook())).changes[0]).toEqual({
      at: NOW - 5 * HOUR,
      what: 'backup schedule changed',
      by: 'alice@example.com, 203.0.113.7',
    });
  });

  test('names promises beside the schedule', () => {
    const lines = pageOf(watched()).schedule?.lines.map(({ what, promised, actual }) => `${what}: ${promised}, ${actual}`);
    expect(lines).toEqual(expect.arrayContaining(['restore window of PITR: 7 days, 7 days', 'daily snapshots: 30 days, 30 days']));
  });

  test('keeps the points of the last list while Atlas is silent, and says when that was', () => {
    const { backups } = pageOf(watched({ cluster: { snapshots: UNREAD, schedule: UNREAD } }));
    expect(backups.points.length).toBeGreaterThan(40);
    expect(backups.readAt).toBe(NOW - 6 * HOUR);
    expect(backups.ribbon.marks.filter(({ kind }) => kind === 'unwatched').at(-1)).toMatchObject({
      from: NOW - 6 * HOUR,
      to: NOW + 10 * MINUTE,
    });
  });

  test('leaves expired points out', () => {
    const page = pageOf(watched(), { now: NOW + 400 * DAY });
    expect(page.backups.points).toEqual([]);
    expect(page.stale).toBe(true);
  });

  test.for([
    ['deleted', { by: 'bob', left: '3 snapshots' }, 'Deleted in Atlas by bob. Backups left: 3 snapshots.'],
    [
      'upgraded',
      { by: null, left: 'not known', upgradedTo: 'c9' },
      'Upgraded in Atlas, which lists it under a new id since: its page is another one of the same name.',
    ],
  ] as const)('says of a cluster that was %s since when, by whom, and what is left', ([, how, words]) => {
    const { memory, row } = watched();
    const [project, cluster] = [memory.projects['p1'], memory.projects['p1']?.clusters['c1']];
    if (project === undefined || cluster === undefined) throw new Error('no cluster');
    const gone = { ...cluster, gone: { at: NOW - HOUR, ...how } };
    const page = pageOf({ memory: { ...memory, projects: { p1: { ...project, clusters: { c1: gone } } } }, row });
    expect(page.gone).toEqual({ since: NOW - HOUR, words });
    expect(page.commands).toEqual([]);
  });

  test('has no commands of an M0, and no calendar without a history', () => {
    const m0 = { kind: 'free', snapshots: known([], NOW) } as const;
    const page = pageOf(watched({ cluster: m0 }));
    expect([page.commands, page.schedule]).toEqual([[], null]);
  });
});
