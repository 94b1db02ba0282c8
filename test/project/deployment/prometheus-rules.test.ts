import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { CHECK_IDS } from '../../../lib/evaluate/checks/registry.ts';
import { describeWith } from '../../support/services.ts';
import { ROOT, textOf } from '../documents.ts';
import { metricNamesIn } from './metric-names.ts';
import { sampleFamilies } from './sample-state.ts';

const RULES = 'docs/deployment/prometheus-rules.yaml';
const UNIT_TESTS = 'test/project/deployment/prometheus-rules.test.yaml';

const RULE = z.object({ alert: z.string(), expr: z.string(), annotations: z.record(z.string(), z.string()) });
const rules = z
  .object({ groups: z.array(z.object({ rules: z.array(RULE) })) })
  .parse(parse(textOf(RULES)))
  .groups.flatMap((group) => group.rules);
/** What docs/operations.md shows. */
const CONFIGURATION = /```yaml\n(scrape_configs:[^`]*)```/.exec(textOf('docs/operations.md'))?.[1] ?? '';
const SCRAPE = z.object({ job_name: z.string(), metrics_path: z.string(), scrape_interval: z.string() });
const SCRAPES = z.object({ scrape_configs: z.array(SCRAPE) });
const SCENARIOS = z.object({ tests: z.array(z.object({ alert_rule_test: z.array(z.object({ alertname: z.string() })) })) });

describeWith('promtool', 'the alert rules for Prometheus', (promtool) => {
  test.for([
    ['check', ['check', 'rules', '--lint-fatal', RULES]],
    ['test', ['test', 'rules', UNIT_TESTS]],
  ] as const)('pass `promtool %s rules`', ([, args]) => {
    const { status, stdout, stderr } = spawnSync(promtool, args, { cwd: ROOT, encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
  });

  test('come with a scrape configuration in docs/operations.md that `promtool check config` takes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'restorewatch-scrape-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const [file, token] = [join(folder, 'prometheus.yaml'), join(folder, 'token')];
    writeFileSync(token, 'token');
    writeFileSync(file, CONFIGURATION.replace('/etc/prometheus/restorewatch-token', token));
    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'config', file], { encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
  });
});

test('the scrape configuration names the job that the rules ask for, often enough that no sample is forgotten in between', () => {
  const [job, ...more] = SCRAPES.parse(parse(CONFIGURATION)).scrape_configs;
  expect([job, more]).toEqual([{ job_name: 'restorewatch', metrics_path: '/api/metrics', scrape_interval: '2m' }, []]);
});

describe('every alert rule for Prometheus', () => {
  test('has a unit test', () => {
    const tested = SCENARIOS.parse(parse(textOf(UNIT_TESTS))).tests.flatMap((one) => one.alert_rule_test.map(({ alertname }) => alertname));
    expect([...new Set(tested)].toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
  });

  test('asks only for metrics that /api/metrics has, and for Prometheus’s own `up`', () => {
    const known = new Set(sampleFamilies(0).map(({ name }) => name));
    const asked = rules.flatMap(({ expr }) => metricNamesIn(expr));
    expect(asked.length).toBeGreaterThan(rules.length - 2);
    expect(asked.filter((name) => !known.has(name))).toEqual([]);
  });

  test('links to a runbook that there is', () => {
    const paths = rules.flatMap(({ annotations }) => /\/runbooks\/(.+)$/.exec(annotations['runbook_url'] ?? '')?.[1] ?? []);
    const names = paths.flatMap((path) => (path === '{{ $labels.check }}' ? CHECK_IDS : [path]));
    expect(names.length).toBeGreaterThan(CHECK_IDS.length);
    expect(names.filter((name) => !existsSync(join(ROOT, 'docs/runbooks', `${name}.md`)))).toEqual([]);
  });
});
