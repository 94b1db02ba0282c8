import { describe, expect, test } from 'vitest';
import type { ClusterRow } from '../../../lib/domain/findings/recorded-view.ts';
import type { Incident } from '../../../lib/domain/incidents/incident.ts';
import { HOUR } from '../../../lib/domain/time.ts';
import { pageModel, type PageModel } from '../../../lib/render/first-page/page-model.ts';
import { NOW } from '../../support/facts.ts';
import { head, incident, resource } from '../../support/incidents.ts';
import { clusterRow, rowWith } from '../../support/rows.ts';

const run = { runId: 'run', startedAt: NOW, finishedAt: NOW, complete: true };

function model(clusters: readonly ClusterRow[], incidents: readonly Incident[]): PageModel {
  const request = { now: NOW, checkInterval: HOUR, limit: 200, cursor: null, channels: ['sms'] };
  return pageModel(head({ lastRun: run, lastComplete: run, incidents }), { runId: 'run', clusters, wider: [] }, request);
}

function groups(clusters: readonly ClusterRow[], incidents: readonly Incident[] = []) {
  return model(clusters, incidents).groups.map(({ title, isQuiet, rows }) => ({
    title,
    isQuiet,
    rows: rows.map(({ row, card }) => [row.cluster.name, card]),
  }));
}

const about = (id: string, changes: Partial<Incident> = {}): Incident =>
  incident(`i-${id}`, { check: 'snapshot-size', severity: 'warning', priority: 'P1', resource: resource(id), ...changes });
const project = { projectId: 'p1', projectName: 'shop', clusterId: null, name: 'shop' };

describe('the list of clusters', () => {
  test('has first what no card says, then what one says, then the clusters that are well', () =>
    expect(
      groups(
        [rowWith('ok', 'well'), rowWith('failing', 'covered'), rowWith('exempt', 'free'), rowWith('failing', 'uncovered')],
        [about('covered')],
      ),
    ).toEqual([
      { title: 'on no card', isQuiet: false, rows: [['uncovered', null]] },
      { title: 'on a card above', isQuiet: true, rows: [['covered', 'i-covered']] },
      { title: 'as promised', isQuiet: true, rows: [['well', null]] },
      { title: 'exempt', isQuiet: true, rows: [['free', null]] },
    ]));

  test('leads each cluster of a storm to the card of all of them, also one that the card does not list', () => {
    const names = Array.from({ length: 51 }, (_, index) => `c${index}`);
    const [group] = groups(
      names.map((name) => rowWith('failing', name)),
      names.map((name) => about(name)),
    );
    expect(new Set(group?.rows.map(([, card]) => card))).toEqual(new Set(['card-snapshot-size-P1']));
  });

  test('leads a cluster with several incidents to the card of all of them', () => {
    const row = rowWith('failing', 'orders');
    const others = row.findings.map((finding) => ({ ...finding, check: 'backup-age' as const }));
    const incidents = [about('orders'), about('orders', { id: 'i2', check: 'backup-age' })];
    expect(groups([{ ...row, findings: [...row.findings, ...others] }], incidents)).toEqual([
      { title: 'on a card above', isQuiet: true, rows: [['orders', 'card-orders']] },
    ]);
  });

  test('shows a row of which a card says only a part', () => {
    const row = rowWith('failing', 'orders');
    const others = row.findings.map((finding) => ({ ...finding, check: 'backup-policy' as const }));
    expect(groups([{ ...row, findings: [...row.findings, ...others] }], [about('orders')])).toMatchObject([{ title: 'on no card' }]);
  });

  test('leads a cluster that cannot be read to the card of its project’s blindness, which has what was last known of it', () => {
    const unread = rowWith('unknown', 'orders', { restorable: { ...clusterRow('orders').restorable, readAt: NOW - 4 * HOUR } });
    const blind = about('shop', { check: 'visibility', resource: project });
    const { cards } = model([unread, rowWith('unknown', 'elsewhere', { projectId: 'p2' })], [blind]);
    expect(groups([unread], [blind])).toEqual([{ title: 'on a card above', isQuiet: true, rows: [['orders', 'i-shop']] }]);
    expect(cards[0]?.kind === 'one' && cards[0].card.hidden.map(({ name, reach }) => [name, reach])).toEqual([
      ['orders', 'restorable to 2026-11-22T11:00:00Z by snapshot, as of 2026-11-22T08:00:00Z'],
    ]);
    expect(cards[0]?.kind === 'one' && cards[0].card.brief).toEqual([
      { label: 'Hides', text: '1 cluster, as of 2026-11-22T08:00:00Z: restorable, at worst to 2026-11-22T11:00:00Z' },
    ]);
  });

  test('counts among what a blindness hides the clusters that were known to be restorable to no moment', () => {
    const { restorable } = clusterRow('orders');
    const unread = (name: string, until: typeof restorable.until): ClusterRow =>
      rowWith('unknown', name, { restorable: { ...restorable, until, readAt: NOW - 4 * HOUR } });
    const blind = about('shop', { check: 'visibility', resource: project });
    const briefs = (rows: readonly ClusterRow[]) => {
      const [group] = model(rows, [blind]).cards;
      return group?.kind === 'one' ? group.card.brief.map(({ text }) => text) : [];
    };
    expect(briefs([unread('a', restorable.until), unread('b', null), unread('c', null)])).toEqual([
      '3 clusters, as of 2026-11-22T08:00:00Z: restorable, at worst to 2026-11-22T11:00:00Z; 2 to no known moment',
    ]);
    expect(briefs([unread('b', null)])).toEqual(['1 cluster, as of 2026-11-22T08:00:00Z: restorable to no known moment']);
    expect(briefs([rowWith('unknown', 'd', { restorable: { ...restorable, until: null, readAt: 0 } })])).toEqual([
      '1 cluster; nothing is known of it',
    ]);
  });

  test('sets apart what cannot be read for a reason that is above and on no card', () => {
    const unread = rowWith('unknown', 'orders');
    const wider = {
      check: 'visibility',
      verdict: 'unknown',
      severity: null,
      summary: '403',
      evidence: [],
      since: NOW,
      resource: project,
    } as const;
    const request = { now: NOW, checkInterval: HOUR, limit: 200, cursor: null, channels: ['sms'] };
    const { groups: shown } = pageModel(
      head({ lastRun: run, lastComplete: run }),
      { runId: 'run', clusters: [unread], wider: [wider] },
      request,
    );
    expect(shown.map(({ title, isQuiet }) => [title, isQuiet])).toEqual([['not read', true]]);
  });
});
