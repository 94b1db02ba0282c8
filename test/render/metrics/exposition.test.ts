import { describe, expect, it, test } from 'vitest';
import { exposition, type Family, formFor } from '../../../lib/render/metrics/exposition.ts';

const FAMILIES: readonly Family[] = [
  { name: 'restorewatch_stale', help: 'Whether it is stale.', samples: [{ labels: {}, value: 0 }] },
  {
    name: 'restorewatch_at_seconds',
    help: 'When.',
    samples: [
      { labels: { cluster: 'orders' }, value: 1_764_000_000.25 },
      { labels: { cluster: 'a "b" \\ c\nd' }, value: 0 },
    ],
  },
];

describe('the text of metrics', () => {
  it('has for Prometheus the help, the type and the samples of each family, with the three characters escaped that end a label', () =>
    expect(exposition(FAMILIES, 'prometheus')).toBe(
      [
        '# HELP restorewatch_stale Whether it is stale.',
        '# TYPE restorewatch_stale gauge',
        'restorewatch_stale 0',
        '# HELP restorewatch_at_seconds When.',
        '# TYPE restorewatch_at_seconds gauge',
        'restorewatch_at_seconds{cluster="orders"} 1764000000.25',
        String.raw`restorewatch_at_seconds{cluster="a \"b\" \\ c\nd"} 0`,
        '',
      ].join('\n'),
    ));

  it('has for OpenMetrics the unit too, and an end', () => {
    const text = exposition(FAMILIES, 'openmetrics');
    expect(text).toContain('# TYPE restorewatch_at_seconds gauge\n# UNIT restorewatch_at_seconds seconds\nrestorewatch_at_seconds{');
    expect(text.endsWith('\n# EOF\n')).toBe(true);
  });
});

test.for([
  [null, 'prometheus'],
  ['*/*', 'prometheus'],
  ['text/plain;version=0.0.4', 'prometheus'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'prometheus'],
  ['application/openmetrics-text', 'openmetrics'],
  ['application/openmetrics-text; version=1.0.0', 'openmetrics'],
  ['APPLICATION/OPENMETRICS-TEXT', 'openmetrics'],
  ['text/plain;q=0.5, application/openmetrics-text;version=1.0.0;q=0.8', 'openmetrics'],
  ['application/openmetrics-text;q=0, text/plain', 'prometheus'],
  ['application/openmetrics-text;q=0.0;version=1.0.0', 'prometheus'],
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'openmetrics',
  ],
] as const)('who accepts %s gets %s', ([accept, form]) => expect(formFor(accept)).toBe(form));
