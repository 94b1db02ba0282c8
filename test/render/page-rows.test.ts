import { describe, expect, test } from 'vitest';
import type { ClusterRow, RestorableUntil, WiderFinding } from '../../lib/domain/findings/recorded-view.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import { ORGANISATION } from '../../lib/domain/memory/cluster-subject.ts';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { pageModel, type PageModel } from '../../lib/render/first-page/page-model.ts';
import { NOW } from '../support/facts.ts';
import { head, incident } from '../support/incidents.ts';
import { clusterRow, rowWith } from '../support/rows.ts';

const run = { runId: 'run', startedAt: NOW, finishedAt: NOW, complete: true };

function model(clusters: readonly ClusterRow[], state: Partial<Head> = {}, wider: readonly WiderFinding[] = []): PageModel {
  const recorded = head({ lastRun: run, lastComplete: run, ...state });
  return pageModel(
    recorded,
    { runId: 'run', clusters, wider },
    { now: NOW, checkInterval: HOUR, limit: 200, cursor: null, channels: ['sms'] },
  );
}

function reach(until: RestorableUntil | null, changes: Partial<ClusterRow['restorable']> = {}): readonly string[] | undefined {
  const row = clusterRow('orders', { restorable: { until, readAt: NOW, mayReachFurther: false, ...changes } });
  const [shown] = model([row]).rows;
  return shown && [shown.reach.until, ...shown.reach.details];
}

describe('a row says to when its cluster can be restored', () => {
  const snapshot: RestorableUntil = { at: NOW - 6 * HOUR, by: 'snapshot', base: NOW - 6 * HOUR, baseExpiresAt: NOW + DAY };
  const pitr: RestorableUntil = { at: NOW, by: 'pitr', base: NOW - 6 * HOUR, baseExpiresAt: NOW + DAY };

  test.for<[string, readonly string[] | undefined, readonly string[]]>([
    [
      'by PITR, with the snapshot that it begins from and its expiry',
      reach(pitr),
      ['2026-11-22T12:00:00Z by PITR', 'from the 2026-11-22T06:00:00Z snapshot, which expires 2026-11-23T12:00:00Z'],
    ],
    [
      'by snapshot, with what would be lost and its expiry',
      reach(snapshot),
      ['2026-11-22T06:00:00Z by snapshot', 'the last 6 h of writes would be lost', 'expires 2026-11-23T12:00:00Z'],
    ],
    [
      'at least, where PITR may reach further',
      reach(snapshot, { mayReachFurther: true }),
      ['at least 2026-11-22T06:00:00Z by snapshot', 'expires 2026-11-23T12:00:00Z'],
    ],
    [
      'as it was last read, where this check could not',
      reach(pitr, { readAt: NOW - HOUR }),
      [
        '2026-11-22T12:00:00Z by PITR',
        'as of 2026-11-22T11:00:00Z',
        'from the 2026-11-22T06:00:00Z snapshot, which expires 2026-11-23T12:00:00Z',
      ],
    ],
    ['or that it cannot', reach(null), ['nothing can be restored']],
  ])('%s', ([, said, expected]) => expect(said).toEqual(expected));
});

describe('while nothing can be read', () => {
  const readAt = NOW - 3 * HOUR;
  const window = { from: NOW - 7 * DAY, to: readAt, breaks: [] };
  const unread = {
    check: 'backup-age',
    verdict: 'unknown',
    severity: null,
    summary: 'listSnapshots: 403',
    evidence: [],
    since: readAt,
  } as const;
  const rows = Array.from({ length: 30 }, (_, index) => {
    const row = clusterRow(`c${index}`, { verdict: 'unknown', findings: [unread], window, newestRecoveryPoint: readAt - HOUR }, readAt);
    return row;
  });
  const blind = incident('blind', {
    check: 'visibility',
    resource: ORGANISATION,
    summary: 'blind since 2026-11-22T09:00:00Z: listSnapshots: 403',
  });

  test('the cause is said by the incident alone, and the rows point to it', () => {
    const page = model(rows, { incidents: [blind] });
    expect(page.rows.map(({ findings, isBlindAsAbove }) => [findings.length, isBlindAsAbove])).toEqual(rows.map(() => [0, true]));
    expect(page.cards.map((group) => (group.kind === 'one' ? group.card.title : group.title))).toEqual([
      'the Atlas organisation: blind since 2026-11-22T09:00:00Z: listSnapshots: 403',
    ]);
  });

  test('a finding on the project that is not an incident so far says it as well', () => {
    const pending: WiderFinding = {
      ...unread,
      check: 'visibility',
      resource: { projectId: 'p1', projectName: 'shop', clusterId: null, name: 'shop' },
    };
    expect(model(rows, {}, [pending]).rows.every(({ isBlindAsAbove }) => isBlindAsAbove)).toBe(true);
    expect(
      model(rows, {}, [{ ...pending, resource: { ...pending.resource, projectId: 'p2' } }]).rows.some(
        ({ isBlindAsAbove }) => isBlindAsAbove,
      ),
    ).toBe(false);
  });

  test('a row that nothing above speaks of says why itself', () =>
    expect(model(rows.slice(0, 1)).rows[0]?.findings.map(({ summary }) => summary)).toEqual(['listSnapshots: 403']));

  test('each row keeps what was last known, with its time', () => {
    const [row] = model(rows, { incidents: [blind] }).rows;
    expect(row?.window).toEqual({ from: '2026-11-15T12:00:00Z', to: '2026-11-22T09:00:00Z', breaks: [] });
    expect(row?.cluster.window).toBeNull();
    expect(row?.reach.details).toContain('as of 2026-11-22T09:00:00Z');
  });
});

test('a finding that an open incident says is only named in the row, with a link to that', () => {
  const [row] = model([rowWith('failing', 'c1')], { incidents: [incident('i', { check: 'snapshot-size' })] }).rows;
  expect(row?.findings.map(({ incident: id }) => id)).toEqual(['i']);
  const [other] = model([rowWith('failing', 'c2')], { incidents: [incident('i', { check: 'snapshot-size' })] }).rows;
  expect(other?.findings.map(({ incident: id }) => id)).toEqual([null]);
});

test('nothing proven is said as a doubt about every cluster that something is promised for, and only then', () => {
  expect(model([rowWith('ok', 'a')]).doubt).toMatch(/nobody knows/);
  expect(model([rowWith('exempt', 'a')]).doubt).toBeNull();
  expect(model([rowWith('ok', 'a')], { lastRun: null }).doubt).toBeNull();
});
