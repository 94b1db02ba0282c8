import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { describeWith } from '../../support/services.ts';
import { textOf } from '../documents.ts';
import { metricNamesIn } from './metric-names.ts';
import { type Prometheus, startPrometheus } from './prometheus-server.ts';
import { sampleFamilies } from './sample-state.ts';

const PANEL = z.object({ title: z.string(), id: z.number(), targets: z.array(z.object({ expr: z.string() })) });
const VARIABLE = z.object({ name: z.string(), query: z.union([z.string(), z.object({ query: z.string() })]) });
const DASHBOARD = z.object({ panels: z.array(PANEL), templating: z.object({ list: z.array(VARIABLE) }) });
const dashboard = DASHBOARD.parse(JSON.parse(textOf('docs/deployment/grafana-dashboard.json')));
const queries = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const));

/** As Grafana asks where "All" is chosen. */
const withAll = (query: string): string => query.replaceAll('$instance', '.*');

describe('the dashboard for Grafana', () => {
  const known = sampleFamilies(0).map(({ name }) => name);

  test('has panels with a query and an id of their own', () => {
    expect(queries.length).toBeGreaterThan(10);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  test('asks for every metric that /api/metrics has, and for no other', () => {
    expect([...new Set(queries.flatMap(([, query]) => metricNamesIn(query)))].toSorted()).toEqual(known.toSorted());
  });

  test('uses no variable but those that it declares', () => {
    const declared = dashboard.templating.list.map(({ name }) => name);
    const used = [...textOf('docs/deployment/grafana-dashboard.json').matchAll(/\$\{?([a-z]\w*)/g)].map(([, name = '']) => name);
    expect([...new Set(used)].toSorted()).toEqual(declared.toSorted());
  });
});

describeWith('prometheus', 'a real Prometheus that scraped us', (program) => {
  let prometheus: Prometheus;
  beforeAll(async () => {
    prometheus = await startPrometheus(program);
    const scraped = async (): Promise<void> => {
      if ((await prometheus.query('up == 1')).data?.result.length !== 1) throw new Error('Prometheus has not scraped yet');
    };
    await vi.waitFor(scraped, { timeout: 50_000, interval: 200 });
  }, 60_000);
  afterAll(() => prometheus.stop());

  test('asks for OpenMetrics', () => expect(prometheus.scrapedAs()).toBe('openmetrics'));

  test.for(queries)('answers what the panel “%s” asks', async ([, query]) => {
    const { error, data } = await prometheus.query(withAll(query));
    expect(error).toBeUndefined();
    expect(data?.result).not.toEqual([]);
  });

  test('answers nothing to a query of a metric that we do not have', async () => {
    expect((await prometheus.query('restorewatch_no_such_metric')).data?.result).toEqual([]);
  });

  test('has each label as it was, quotes, backslashes and other alphabets included', async () => {
    const { data } = await prometheus.query('restorewatch_cluster_newest_recovery_point_timestamp_seconds');
    const names = data?.result.map(({ metric }) => metric['cluster']) ?? [];
    expect(names).toEqual(expect.arrayContaining(['quote " and \\ backslash', '{brace="x"} # HELP', 'заказы 注文 🚚']));
  });
});
