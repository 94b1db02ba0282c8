import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type IndexedRow, indexedRow } from '../../../lib/domain/findings/indexed-row.ts';
import type { ClusterRow } from '../../../lib/domain/findings/recorded-view.ts';
import { type Standing, STANDINGS } from '../../../lib/domain/findings/standing.ts';
import { HOUR } from '../../../lib/domain/time.ts';
import { ALL_CLUSTERS, type ClusterQuery } from '../../../lib/render/cluster-list/cluster-query.ts';
import { CLUSTERS_ON_PAGE, listClusters } from '../../../lib/render/cluster-list/list-clusters.ts';
import { standingsOf } from '../../../lib/render/headline.ts';
import { ranked, type Ranking, rankingOf, worstFirst } from '../../../lib/render/ranking.ts';
import { NOW } from '../../support/facts.ts';
import { head, incident, resource } from '../../support/incidents.ts';
import { clusterRow } from '../../support/rows.ts';

const names = fc.constantFrom('orders', 'Orders-2', 'events', 'Übung', 'Ü bung', 'عربى', 'a');
const tags = fc.dictionary(fc.constantFrom('team', 'Env', 'x'), fc.constantFrom('pay', 'PROD', 'a=b', ''), { maxKeys: 2 });
const moment = fc.option(fc.integer({ min: 1, max: 4 }).map((ago) => NOW - ago * HOUR));
const standings = fc.constantFrom(...STANDINGS);

type Made = { readonly row: ClusterRow; readonly standing: Standing };

/** Clusters with few different values, so that many are alike in each. */
const clusters: fc.Arbitrary<readonly Made[]> = fc
  .array(
    fc.record({
      name: names,
      project: names,
      kind: fc.constantFrom('replicaSet', 'sharded', 'flex', 'free'),
      tags,
      newest: moment,
      standing: standings,
    }),
    {
      maxLength: 180,
    },
  )
  .map((made) =>
    made.map(({ name, project, kind, tags: own, newest, standing }, at) => ({
      row: clusterRow(name, {
        clusterId: `id-${at}`,
        projectId: `p-${project}`,
        projectName: project,
        kind,
        tags: own,
        newestRecoveryPoint: newest,
      }),
      standing,
    })),
  );

const queries: fc.Arbitrary<ClusterQuery> = fc.record({
  q: fc.constantFrom('', 'ORD', 'übung', 'u\u0308bung', 'id-3', 'nothing'),
  project: fc.constantFrom('', 'event', 'p-a'),
  tag: fc.constantFrom('', 'team', 'env=prod', 'x=a=b', 'team='),
  standing: fc.option(standings),
  kind: fc.option(fc.constantFrom('replicaSet', 'flex')),
  sort: fc.constantFrom('urgency', 'name', 'project', 'newest', 'until'),
  page: fc.integer({ min: 1, max: 5 }),
});

function rankingFor(made: readonly Made[]): Ranking {
  const byId = new Map(made.map(({ row, standing }) => [row.clusterId, standing]));
  return {
    rows: worstFirst(
      made.map(({ row }) => row),
      byId,
    ),
    standings: byId,
  };
}

/** As somebody would say it who does not care how long it takes. */
function matches({ row, standing }: Made, query: ClusterQuery): boolean {
  const same = (text: string): string => text.normalize('NFC').toLowerCase();
  const [key = '', ...value] = same(query.tag).split('=');
  const hasTag = Object.entries(row.tags ?? {}).some(
    ([name, has]) => same(name) === key && (!query.tag.includes('=') || same(has) === value.join('=')),
  );
  return [
    query.q === '' || row.clusterId === query.q || [row.name, row.projectName].some((name) => same(name).includes(same(query.q))),
    query.project === '' || row.projectId === query.project || same(row.projectName).includes(query.project),
    query.tag === '' || hasTag,
    query.standing === null || standing === query.standing,
    query.kind === null || row.kind === query.kind,
  ].every(Boolean);
}

/** What a sort compares first; null: the order of urgency is tested by itself. */
const KEYS: Readonly<Record<ClusterQuery['sort'], ((row: IndexedRow) => string | number) | null>> = {
  urgency: null,
  name: ({ name }) => name,
  project: ({ projectName }) => projectName,
  newest: ({ newestRecoveryPoint }) => newestRecoveryPoint ?? 0,
  until: ({ restorable }) => restorable.until?.at ?? 0,
};

describe('the list', () => {
  test('has on its pages together exactly the clusters that a naive filter finds, each once', () => {
    fc.assert(
      fc.property(clusters, queries, (made, query) => {
        const ranking = rankingFor(made);
        const expected = made.filter((one) => matches(one, query)).map(({ row }) => row.clusterId);
        const { pages, matches: count, total } = listClusters(ranking, query);
        const shown = Array.from({ length: pages }, (_, at) => listClusters(ranking, { ...query, page: at + 1 }).clusters);
        expect(
          shown
            .flat()
            .map(({ clusterId }) => clusterId)
            .toSorted(),
        ).toEqual(expected.toSorted());
        expect([count, total, pages]).toEqual([expected.length, made.length, Math.max(1, Math.ceil(expected.length / CLUSTERS_ON_PAGE))]);
      }),
      { seed: 20261130 },
    );
  });

  test('is in the order that was asked for across its pages', () => {
    fc.assert(
      fc.property(clusters, queries, (made, query) => {
        const ranking = rankingFor(made);
        const { pages } = listClusters(ranking, query);
        const shown = Array.from({ length: pages }, (_, at) => listClusters(ranking, { ...query, page: at + 1 }).clusters).flat();
        const keyOf = KEYS[query.sort] ?? (({ clusterId }: IndexedRow) => ranking.rows.findIndex((row) => row.clusterId === clusterId));
        const keys = shown.map(keyOf);
        expect(keys.every((key, at) => at === 0 || (keys[at - 1] ?? key) <= key)).toBe(true);
      }),
      { seed: 20261130 },
    );
  });

  test.for([
    [24, 1],
    [25, 1],
    [26, 2],
    [50, 2],
    [51, 3],
  ] as const)('of %i clusters has %i pages, and none on the page behind the last', ([count, pages]) => {
    const ranking = rankingFor(Array.from({ length: count }, (_, at) => ({ row: clusterRow(`c-${at}`), standing: 'kept' as const })));
    expect(listClusters(ranking, ALL_CLUSTERS).pages).toBe(pages);
    expect(listClusters(ranking, { ...ALL_CLUSTERS, page: pages }).clusters.length).toBeGreaterThan(0);
    expect(listClusters(ranking, { ...ALL_CLUSTERS, page: pages + 1 }).clusters).toEqual([]);
  });

  test.for(['urgency', 'name', 'project', 'newest', 'until'] as const)(
    'of 20,000 clusters, sorted by %s, looks at each of them a few dozen times and not at each beside each other',
    (sort) => {
      const count = 20_000;
      let reads = 0;
      const counted = { get: (row: IndexedRow, field: string): unknown => ((reads += 1), Reflect.get(row, field)) };
      const index = Array.from({ length: count }, (_, at) => {
        const made = { clusterId: `c-${at}`, projectName: `p-${at % 400}`, tags: { team: `t-${at % 9}` } };
        return new Proxy(indexedRow(clusterRow(`cluster-${at % 977}`, made)), counted);
      });
      const ranking = rankingOf(head({}), { runId: 'r', clusters: [], wider: [], index });
      const { matches: found, clusters: rows } = listClusters(ranking, { ...ALL_CLUSTERS, q: 'cluster', tag: 'team', sort, page: 2 });
      expect([found, rows.length]).toEqual([count, 25]);
      // Up to 59, of which a sort has some two a comparison.
      expect(reads / count).toBeLessThan(100);
    },
  );
});

describe('the ranking of an index', () => {
  test('has the same standings and order as that of the whole rows, whatever their findings', () => {
    const finding = fc.record({
      check: fc.constantFrom('rpo', 'backup-age', 'visibility', 'cluster-gone'),
      verdict: fc.constantFrom('ok', 'failing', 'unknown', 'exempt'),
      severity: fc.constantFrom('critical', 'warning', 'info', null),
    });
    const rows = fc
      .array(
        fc.record({
          findings: fc.array(finding, { maxLength: 6 }),
          verdict: fc.constantFrom('ok', 'failing', 'unknown', 'exempt'),
          newest: moment,
        }),
        { maxLength: 40 },
      )
      .map((made) =>
        made.map(({ findings, verdict, newest }, at) =>
          clusterRow(`c-${at}`, {
            verdict,
            newestRecoveryPoint: newest,
            reachLimit: 2 * HOUR,
            findings: findings.map((one) => ({ ...one, summary: 'as it is', evidence: [], since: NOW })),
          }),
        ),
      );
    fc.assert(
      fc.property(rows, (whole) => {
        const gone = incident('i-1', { check: 'cluster-gone', state: 'acknowledged', resource: resource('c-1') });
        const recorded = head({ incidents: [gone], lastRun: { runId: 'r', startedAt: NOW, finishedAt: NOW, complete: true } });
        const { index = [] } = ranked(recorded, { runId: 'r', clusters: whole, wider: [] }, NOW);
        expect(standingsOf(recorded, index)).toEqual(standingsOf(recorded, whole));
        const ids = (view: Parameters<typeof rankingOf>[1]) => rankingOf(recorded, view).rows.map(({ clusterId }) => clusterId);
        expect(ids({ runId: 'r', clusters: [], wider: [], index })).toEqual(ids({ runId: 'r', clusters: whole, wider: [] }));
      }),
      { seed: 20261130 },
    );
  });
});
