import { describe, expect, test } from 'vitest';
import type { ClusterHints } from '../../lib/domain/memory/collect-hints.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { collectFrom, hintsOf, onlyProject, START, startHarness, type Harness } from './harness.ts';
import { edited, paths } from './readings.ts';

describe('clusters that have gone', () => {
  const GONE: ClusterHints = { name: 'gone', kind: 'replicaSet', readAt: START - HOUR };

  async function startWithGone(
    retainBackups: boolean,
  ): Promise<{ readonly harness: Harness; readonly id: string; readonly project: string }> {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    const cluster = project.addCluster('gone');
    harness.atlas.remove(cluster, { byUser: null, retainBackups });
    return { harness, id: cluster.id, project: project.id };
  }

  test.for([
    [true, 51],
    [false, 0],
  ] as const)('what is left is asked for by name (retained: %o)', async ([retained, count]) => {
    const { harness, id, project } = await startWithGone(retained);
    const { remains } = onlyProject(await collectFrom(harness, { hints: hintsOf(project, { clusters: { [id]: GONE } }) }));
    const left = remains[id];
    expect(left?.known && left.value.length).toBe(count);
  });

  test('a cluster that no earlier run knew causes no request', async () => {
    const { harness } = await startWithGone(true);
    expect(onlyProject(await collectFrom(harness)).remains).toEqual({});
    expect(paths(harness).filter((path) => path.includes('gone'))).toEqual([]);
  });

  test('a new cluster of the same name is not taken for the old one', async () => {
    const { harness, id, project } = await startWithGone(true);
    harness.atlas.projects[0]?.addCluster('gone');
    const { remains } = onlyProject(await collectFrom(harness, { hints: hintsOf(project, { clusters: { [id]: GONE } }) }));
    expect(remains[id]).toMatchObject({ known: false, reason: expect.stringContaining('another cluster is named gone now') });
  });

  test.for([/\/clusters\?/, /\/flexClusters/])('while a listing cannot be read (%s), nothing has gone', async (pattern) => {
    const { harness, id, project } = await startWithGone(true);
    harness.atlas.fault(pattern, { kind: 'status', status: 500 });
    expect(onlyProject(await collectFrom(harness, { hints: hintsOf(project, { clusters: { [id]: GONE } }) })).remains).toEqual({});
  });

  test('remains are not read while a listing has an unreadable entry', async () => {
    const { harness, id, project } = await startWithGone(true);
    harness.atlas.fault(
      /\/clusters\?/,
      edited((body) => ({ ...body, results: [{ name: 'gone' }] })),
    );
    expect(onlyProject(await collectFrom(harness, { hints: hintsOf(project, { clusters: { [id]: GONE } }) })).remains).toEqual({});
  });
});
