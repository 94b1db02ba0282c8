import { describe, expect, test } from 'vitest';
import type { Verdict } from '../lib/domain/finding.ts';
import type { Head, Run } from '../lib/domain/head.ts';
import { DAY, HOUR, MINUTE } from '../lib/domain/time.ts';
import type { RecordedFinding, RecordedView } from '../lib/domain/view.ts';
import { pageModel, type PageModel, type PageRequest } from '../lib/page-model.ts';
import { ORGANISATION } from '../lib/domain/subject.ts';
import { NOW } from './support/facts.ts';
import { head, incident, resolved } from './support/incidents.ts';

const request: PageRequest = { now: NOW, checkInterval: HOUR, limit: 200, cursor: null, channels: ['pagerduty'] };

function run(finishedAt: number, complete = true): Run {
  return { runId: 'run', startedAt: finishedAt - MINUTE, finishedAt, complete };
}

function clusters(counts: Readonly<Partial<Record<Verdict, number>>>): RecordedView {
  const rows = Object.entries(counts).flatMap(([verdict, count]) =>
    Array.from({ length: count }, (_, index) => ({
      projectId: 'p1',
      projectName: 'shop',
      clusterId: `${verdict}${index}`,
      name: `${verdict}${index}`,
      kind: 'replicaSet' as const,
      verdict: verdict as Verdict, // Proof: the keys of `counts` are verdicts.
      window: null,
      newestRecoveryPoint: null,
      findings: [],
    })),
  );
  return { runId: 'run', clusters: rows, wider: [] };
}

const fresh: Partial<Head> = { lastRun: run(NOW), lastComplete: run(NOW) };
const VIEW = clusters({ ok: 38, failing: 1, unknown: 1, exempt: 12 });

function model(state: Head | null, view: RecordedView | null = VIEW, changes: Partial<PageRequest> = {}): PageModel {
  return pageModel(state, view, { ...request, ...changes });
}

describe('the headline', () => {
  test('answers whether we can restore', () => {
    const page = model(head(fresh));
    expect(page.headline).toBe('38 restorable, 1 not, 1 unknown, 12 exempt');
    expect(page.counts).toEqual({ ok: 38, failing: 1, unknown: 1, exempt: 12 });
  });

  test('counts every cluster, whatever the page shows', () => expect(model(head(fresh), VIEW, { limit: 2 }).counts.ok).toBe(38));

  test('never speaks of old data as of now', () => {
    const stale = head({ lastRun: run(NOW - 3 * HOUR), lastComplete: run(NOW - 3 * HOUR) });
    expect(model(stale).headline).toMatch(/^Not known now/);
    expect(model(head({ lastRun: run(NOW, false) })).headline).toMatch(/^Not known now/);
  });

  test('says that nothing is known before the first run', () => expect(model(null, null).headline).toMatch(/^Not known yet/));
});

describe('a banner', () => {
  const kinds = (state: Head | null, changes: Partial<PageRequest> = {}): readonly string[] =>
    model(state, VIEW, changes).banners.map(({ kind }) => kind);
  const dead = incident('m', { check: 'monitor', resource: ORGANISATION });

  test.for<[string, Head | null, Partial<PageRequest>, readonly string[]]>([
    ['none on fresh data', head(fresh), {}, []],
    ['before the first run', null, {}, ['never']],
    ['on stale data', head({ lastRun: run(NOW - 3 * HOUR), lastComplete: run(NOW - 3 * HOUR) }), {}, ['stale']],
    ['on data that was never complete', head({ lastRun: run(NOW, false) }), {}, ['stale']],
    ['on partial data', head({ lastRun: run(NOW, false), lastComplete: run(NOW - HOUR) }), {}, ['partial']],
    ['from a dead monitor', head({ ...fresh, incidents: [dead] }), {}, ['monitor']],
    ['not from a monitor that lives again', head({ ...fresh, incidents: [{ ...dead, state: 'resolved', resolvedAt: NOW }] }), {}, []],
    ['where nobody can be told', head(fresh), { channels: [] }, ['mute']],
    [
      'stale and dead, stale first',
      head({ lastRun: run(NOW - 4 * HOUR), lastComplete: run(NOW - 4 * HOUR), incidents: [dead] }),
      {},
      ['stale', 'monitor'],
    ],
  ])('%s', ([, state, changes, expected]) => expect(kinds(state, changes)).toEqual(expected));

  test('says how old the data is', () =>
    expect(model(head({ lastRun: run(NOW - 3 * HOUR), lastComplete: run(NOW - 3 * HOUR) })).banners[0]?.text).toContain('3 h old'));
});

describe('what changed since yesterday', () => {
  test('is what began and what ended, newest first', () => {
    const incidents = [
      incident('a', { openedAt: NOW - 2 * HOUR }),
      resolved('b', { openedAt: NOW - 3 * DAY, resolvedAt: NOW - HOUR, resolution: 'paused' }),
      incident('c', { openedAt: NOW - DAY }),
    ];
    expect(model(head({ ...fresh, incidents })).changes).toEqual([
      { at: '2026-11-22T11:00:00Z', text: 'c1, backup-age ended: paused' },
      { at: '2026-11-22T10:00:00Z', text: 'c1, backup-age began: newest recovery point is 30 h old' },
    ]);
  });
});

describe('findings on a project or the organisation', () => {
  const blind = (verdict: Verdict): RecordedFinding => ({
    check: 'visibility',
    verdict,
    severity: verdict === 'failing' ? 'warning' : null,
    summary: 'blind',
    evidence: [],
    since: NOW,
    about: 'shop',
  });
  const wider = (verdict: Verdict, state: Head): number => model(state, { ...VIEW, wider: [blind(verdict)] }).wider.length;
  const told = incident('v', { check: 'visibility', resource: { projectId: 'p1', projectName: 'shop', clusterId: null, name: 'shop' } });

  test('are shown where no open incident says them', () => {
    expect(wider('failing', head(fresh))).toBe(1);
    expect(wider('failing', head({ ...fresh, incidents: [told] }))).toBe(0);
    expect(wider('failing', head({ ...fresh, incidents: [{ ...told, state: 'resolved', resolvedAt: NOW }] }))).toBe(1);
  });

  test('are shown beside the incident where they are unknown', () =>
    expect(wider('unknown', head({ ...fresh, incidents: [told] }))).toBe(1));
  test('are not shown where nothing is asked', () => expect(wider('exempt', head(fresh))).toBe(0));
});

test('the next run is due an interval after the last one began', () => {
  expect(model(head(fresh)).nextRunAt).toBe('2026-11-22T12:59:00Z');
  expect(model(null, null).nextRunAt).toBeNull();
});
