import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../lib/domain/findings/finding.ts';
import type { Head, Run } from '../../../lib/domain/incidents/head.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import type { RecordedView, WiderFinding } from '../../../lib/domain/findings/recorded-view.ts';
import { pageModel, type PageModel, type PageRequest } from '../../../lib/render/first-page/page-model.ts';
import { ORGANISATION } from '../../../lib/domain/memory/cluster-subject.ts';
import { NOW } from '../../support/facts.ts';
import { policyOf } from '../../../lib/config/policy/define-config.ts';
import { head, incident, resolved, resource } from '../../support/incidents.ts';
import { rowWith } from '../../support/rows.ts';

const request: PageRequest = { now: NOW, checkInterval: HOUR, limit: 200, cursor: null, channels: ['pagerduty'] };

function run(finishedAt: number, complete = true): Run {
  return { runId: 'run', startedAt: finishedAt - MINUTE, finishedAt, complete };
}

function clusters(counts: Readonly<Partial<Record<Verdict, number>>>): RecordedView {
  const rows = Object.entries(counts).flatMap(
    ([verdict, count]) => Array.from({ length: count }, (_, index) => rowWith(verdict as Verdict, `${verdict}${index}`)), // Proof: the keys of `counts` are verdicts.
  );
  return { runId: 'run', clusters: rows, wider: [] };
}

const fresh: Partial<Head> = { lastRun: run(NOW), lastComplete: run(NOW) };
const VIEW = clusters({ ok: 38, failing: 1, unknown: 1, exempt: 12 });

function model(state: Head | null, view: RecordedView | null = VIEW, changes: Partial<PageRequest> = {}): PageModel {
  return pageModel(state, view, { ...request, ...changes });
}

describe('the headline', () => {
  test('counts the clusters that can be restored and those that cannot', () => {
    const page = model(head(fresh));
    expect(page.headline).toBe('1 at risk, 38 as promised, 1 unknown, 12 exempt; none proven by a restore');
    expect(page.status.headline).toEqual({ kept: 38, atRisk: 1, cannot: 0, unknown: 1, exempt: 12, proven: 0 });
  });

  test('counts every cluster, whatever the page shows', () => expect(model(head(fresh), VIEW, { limit: 2 }).status.headline.kept).toBe(38));

  test('says so where the data is old', () => {
    const stale = head({ lastRun: run(NOW - 3 * HOUR), lastComplete: run(NOW - 3 * HOUR) });
    expect(model(stale).headline).toMatch(/^Not known now/);
    expect(model(head({ lastRun: run(NOW, false) })).headline).toMatch(/^Not known now/);
  });

  test('says that nothing is known before the first run', () => expect(model(null, null).headline).toMatch(/^Not known yet/));
});

describe('the banners', () => {
  const kinds = (state: Head | null, changes: Partial<PageRequest> = {}): readonly string[] =>
    model(state, VIEW, changes).banners.map(({ kind }) => kind);
  const dead = incident('m', { check: 'monitor', resource: ORGANISATION });

  test.for<[string, Head | null, Partial<PageRequest>, readonly string[]]>([
    ['are none on fresh data', head(fresh), {}, []],
    ['say that no run was made before the first one', null, {}, ['never']],
    ['say that data is stale', head({ lastRun: run(NOW - 3 * HOUR), lastComplete: run(NOW - 3 * HOUR) }), {}, ['stale']],
    ['say that data is stale if no run was ever complete', head({ lastRun: run(NOW, false) }), {}, ['stale']],
    ['say that data is partial', head({ lastRun: run(NOW, false), lastComplete: run(NOW - HOUR) }), {}, ['partial']],
    ['say that the monitor has an open incident', head({ ...fresh, incidents: [dead] }), {}, ['monitor']],
    [
      'are none once the monitor’s incident is resolved',
      head({ ...fresh, incidents: [{ ...dead, state: 'resolved', resolvedAt: NOW }] }),
      {},
      [],
    ],
    ['say that nobody can be notified without a channel', head(fresh), { channels: [] }, ['nobody-notified']],
    [
      'say first that data is stale, then that the monitor has an incident',
      head({ lastRun: run(NOW - 4 * HOUR), lastComplete: run(NOW - 4 * HOUR), incidents: [dead] }),
      {},
      ['stale', 'monitor'],
    ],
  ])('%s', ([, state, changes, expected]) => expect(kinds(state, changes)).toEqual(expected));

  test('say how old the data is', () =>
    expect(model(head({ lastRun: run(NOW - 3 * HOUR), lastComplete: run(NOW - 3 * HOUR) })).banners[0]?.text).toContain('3 h old'));
});

describe('what changed since yesterday', () => {
  test('are the incidents that ended, newest first, while those that began have their cards', () => {
    const incidents = [
      incident('a', { openedAt: NOW - 2 * HOUR }),
      resolved('b', { openedAt: NOW - 3 * DAY, resolvedAt: NOW - HOUR, resolution: 'paused' }),
      incident('c', { openedAt: NOW - DAY, resource: resource('c2') }),
    ];
    const { ended, cards } = model(head({ ...fresh, incidents }));
    expect(ended.map(({ incident: { id, resolution, resolvedAt } }) => [id, resolution, resolvedAt])).toEqual([
      ['b', 'paused', '2026-11-22T11:00:00Z'],
    ]);
    expect(cards.map(({ anchor }) => anchor)).toEqual(['a', 'c']);
  });
});

describe('findings on a project or the organisation', () => {
  const blind = (verdict: Verdict): WiderFinding => ({
    check: 'visibility',
    verdict,
    severity: verdict === 'failing' ? 'warning' : null,
    summary: 'blind',
    evidence: [],
    since: NOW,
    resource: { projectId: 'p1', projectName: 'shop', clusterId: null, name: 'shop' },
  });
  const wider = (verdict: Verdict, state: Head): number => model(state, { ...VIEW, wider: [blind(verdict)] }).wider.length;
  const reported = incident('v', {
    check: 'visibility',
    resource: { projectId: 'p1', projectName: 'shop', clusterId: null, name: 'shop' },
  });

  test('are shown if no open incident reports them', () => {
    expect(wider('failing', head(fresh))).toBe(1);
    expect(wider('failing', head({ ...fresh, incidents: [reported] }))).toBe(0);
    expect(wider('failing', head({ ...fresh, incidents: [{ ...reported, state: 'resolved', resolvedAt: NOW }] }))).toBe(1);
  });

  test('are shown beside the open incident if they are unknown', () =>
    expect(wider('unknown', head({ ...fresh, incidents: [reported] }))).toBe(1));
  test('are not shown if they are exempt', () => expect(wider('exempt', head(fresh))).toBe(0));
});

test('the next run is due an interval after the last one began', () => {
  expect(model(head(fresh)).nextRunAt).toBe('2026-11-22T12:59:00Z');
  expect(model(null, null).nextRunAt).toBeNull();
});

describe('the checklist and the set-up', () => {
  const general = policyOf({}).general;

  test('are unknown and empty before a complete check has computed them', () => {
    const { checklist } = model(head(fresh), VIEW, { general });
    expect(checklist.items.every(({ state, since }) => state === 'unknown' && since === null)).toBe(true);
    expect(checklist.setUp).toEqual({ done: 0, of: 0, steps: [] });
  });
});
