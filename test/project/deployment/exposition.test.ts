import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { exposition } from '../../../lib/render/metrics/exposition.ts';
import { childEnvironment } from '../../support/child-environment.ts';
import { describeWith } from '../../support/services.ts';
import { sampleFamilies } from './sample-state.ts';

const FAMILIES = sampleFamilies(Date.UTC(2026, 10, 30, 3));

/** Prints each sample as `name{sorted labels} value`, one a line; whatever the parser refuses is an exception. */
const PARSE = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
print(json.dumps([[s.name, dict(s.labels), s.value] for f in text_string_to_metric_families(sys.stdin.read()) for s in f.samples]))
`;

describeWith('promtool', 'the metrics in Prometheus’s text form', (promtool) => {
  const checked = (text: string) => spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' });

  test('have nothing that `promtool check metrics` refuses or advises against', () => {
    const { status, stdout, stderr } = checked(exposition(FAMILIES, 'prometheus'));
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('would be refused with a label’s quote left as it is', () => {
    expect(checked('# HELP a b\n# TYPE a gauge\na{b="c"d"} 1\n').status).not.toBe(0);
  });
});

describeWith('prometheus_client', 'the metrics in OpenMetrics form', (python) => {
  const parsed = (text: string) =>
    spawnSync(python, ['-c', PARSE], { input: text, encoding: 'utf8', env: childEnvironment({ PYTHONIOENCODING: 'utf8' }) });

  test('are read by Python’s prometheus_client to the very samples, with every label as it was', () => {
    const { status, stdout, stderr } = parsed(exposition(FAMILIES, 'openmetrics'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const samples = FAMILIES.flatMap(({ name, samples: own }) => own.map(({ labels, value }) => [name, labels, value]));
    expect(JSON.parse(stdout)).toEqual(samples);
  });

  test('would be refused without their end', () => {
    expect(parsed(exposition(FAMILIES, 'openmetrics').replace('# EOF\n', '')).status).not.toBe(0);
  });
});
