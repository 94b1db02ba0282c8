import { describe, expect, test } from 'vitest';
import { alikeFindings } from '../../../lib/render/first-page/alike-findings.ts';

const FINDING = {
  check: 'alert-configs',
  verdict: 'failing',
  severity: 'info',
  priority: 'P2',
  summary: 'Atlas has no enabled alert',
  since: '2026-11-02T00:00:00Z',
} as const;

function of(name: string): { readonly resource: { projectId: string; projectName: string; clusterId: null; name: string } } {
  return { resource: { projectId: `id-${name}`, projectName: name, clusterId: null, name } };
}

describe('findings that say the same', () => {
  test('of three projects are one, with their names, their number and the earliest start', () => {
    const since = '2026-11-01T00:00:00Z';
    const alike = alikeFindings([
      { ...FINDING, ...of('shop') },
      { ...FINDING, since, ...of('search') },
      { ...FINDING, ...of('shop') },
    ]);
    expect(alike).toEqual([
      {
        verdict: 'failing',
        summary: FINDING.summary,
        since,
        tags: [{ check: 'alert-configs', severity: 'info', priority: 'P2' }],
        names: ['shop', 'search'],
        count: 3,
      },
    ]);
  });

  test('by two checks are one with both tags, and those of a cluster name no project', () => {
    const [alike] = alikeFindings([FINDING, { ...FINDING, check: 'review' }]);
    expect(alike?.tags.map(({ check }) => check)).toEqual(['alert-configs', 'review']);
    expect(alike?.names).toEqual([]);
  });

  test.for([{ verdict: 'unknown' }, { summary: 'something else' }] as const)('but differ by %j stay two', (other) =>
    expect(alikeFindings([FINDING, { ...FINDING, ...other }])).toHaveLength(2),
  );
});
