import { describe, expect, test } from 'vitest';
import type { ClusterFacts } from '../../lib/domain/facts/facts.ts';
import type { ClusterHints } from '../../lib/domain/memory/collect-hints.ts';
import { foldHeld } from '../../lib/domain/memory/held/fold-held.ts';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import type { EmulatedCluster } from '../emulators/atlas-model.ts';
import { collectFrom, hintsOf, onlyProject, START, startHarness, type Harness } from './harness.ts';
import { paths, withResults } from './readings.ts';
import type { AtlasFault } from '../emulators/atlas-http.ts';

type Stage = { readonly harness: Harness; readonly cluster: EmulatedCluster; readonly read: () => Promise<ClusterFacts> };

/** A cluster whose snapshots an earlier run has seen. */
async function seen(kind: 'replicaSet' | 'sharded' = 'replicaSet', heldKind: 'replicaSet' | 'sharded' = kind, more = 0): Promise<Stage> {
  const harness = await startHarness();
  const project = harness.atlas.addProject('shop');
  const cluster = project.addCluster('orders', { kind });
  for (let index = 0; index < more; index += 1)
    cluster.add(cluster.snapshot(START - 2 * HOUR + index * 1_000, { expiresAt: START + 5 * DAY }));
  const facts = onlyProject(await collectFrom(harness)).dedicated;
  const [first] = facts.known ? facts.value : [];
  if (!first) throw new Error('the emulator lists no cluster');
  const held = foldHeld(undefined, { ...first, ...(heldKind !== kind && { kind: heldKind }) }, { now: START, complete: true });
  const hint: ClusterHints = { name: 'orders', kind: heldKind, readAt: START, held };
  const read = async (): Promise<ClusterFacts> => {
    const hints = hintsOf(project.id, { clusters: { [cluster.id]: hint } });
    const { dedicated } = onlyProject(await collectFrom(harness, { hints, deadline: harness.time.now + HOUR }));
    const [found] = dedicated.known ? dedicated.value : [];
    if (!found) throw new Error('the cluster is not listed');
    return found;
  };
  return { harness, cluster, read };
}

function drop(cluster: EmulatedCluster, count: number): readonly string[] {
  const gone = cluster.snapshots.slice(-count).map(({ id }) => id);
  cluster.snapshots = cluster.snapshots.slice(0, -count);
  cluster.version += 1;
  return gone;
}

/** The requests for one snapshot since the cluster was seen. */
const asked = (harness: Harness): readonly string[] =>
  paths(harness).filter((path) => /snapshots\/(shardedCluster\/)?[0-9a-f]{24}$/.test(path));

describe('snapshots that a list newly lacks', () => {
  test('nothing is asked while the list lacks none', async () => {
    const { harness, read } = await seen();
    expect((await read()).goneSnapshots).toBeUndefined();
    expect(asked(harness)).toEqual([]);
  });

  test.for(['replicaSet', 'sharded'] as const)('those that Atlas denies are gone (%s)', async (kind) => {
    const { harness, cluster, read } = await seen(kind);
    const gone = drop(cluster, 3);
    expect(new Set((await read()).goneSnapshots)).toEqual(new Set(gone));
    expect(asked(harness)).toHaveLength(3);
  });

  test('those that Atlas has join the list', async () => {
    const { harness, cluster, read } = await seen();
    const all = cluster.snapshots.length;
    harness.atlas.fault(
      /\/backup\/snapshots\?/,
      withResults((entries) => entries.slice(5)),
    );
    const { snapshots, goneSnapshots } = await read();
    expect([snapshots.known && snapshots.value.length, goneSnapshots, asked(harness).length]).toEqual([all, undefined, 5]);
  });

  test.for<[string, AtlasFault]>([
    ['a 500', { kind: 'status', status: 500 }],
    ['a 403', { kind: 'status', status: 403, body: { error: 403, errorCode: 'USER_UNAUTHORIZED' } }],
    ['a 404 of a proxy', { kind: 'html', status: 404 }],
    ['a 404 about the cluster', { kind: 'status', status: 404, body: { error: 404, errorCode: 'CLUSTER_NOT_FOUND' } }],
    ['a 200 without a snapshot', { kind: 'status', status: 200, body: { links: [] } }],
    ['a connection that breaks', { kind: 'reset' }],
  ])('%s is no answer: neither gone nor there, and the run is complete', async ([, fault]) => {
    const { harness, cluster, read } = await seen();
    const all = cluster.snapshots.length;
    drop(cluster, 2);
    harness.atlas.fault(/snapshots\/[0-9a-f]{24}/, fault);
    const { snapshots, goneSnapshots } = await read();
    expect([snapshots.known && snapshots.value.length, goneSnapshots]).toEqual([all - 2, undefined]);
  });

  test('those whose time was nearly over are not asked for', async () => {
    const { harness, cluster, read } = await seen();
    harness.time.now = START + DAY;
    const before = cluster.snapshots.filter(({ expiresAt }) => expiresAt < START + DAY + 12 * HOUR).length;
    cluster.snapshots = cluster.snapshots.filter(({ expiresAt }) => expiresAt >= START + DAY + 12 * HOUR);
    cluster.version += 1;
    await read();
    expect(before).toBeGreaterThan(0);
    expect(asked(harness)).toEqual([]);
  });

  test('a cluster that is of another kind now is not asked', async () => {
    const { harness, cluster, read } = await seen('sharded', 'replicaSet');
    drop(cluster, 3);
    await read();
    expect(asked(harness)).toEqual([]);
  });

  test('at most 200 of a project are asked for in a run', async () => {
    const { harness, cluster, read } = await seen('replicaSet', 'replicaSet', 260);
    drop(cluster, 260);
    expect((await read()).goneSnapshots).toHaveLength(200);
    expect(asked(harness)).toHaveLength(200);
  });
});
