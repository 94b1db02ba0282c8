import { describe, expect, test } from 'vitest';
import type { ClusterHints } from '../../lib/domain/memory/collect-hints.ts';
import { HOUR } from '../../lib/domain/time.ts';
import type { AtlasFault } from '../emulators/atlas-http.ts';
import { collectFrom, hintsOf, onlyProject, START, startHarness } from './harness.ts';
import { clusterNamed, clustersOf, paths } from './readings.ts';

describe('requests of one collection', () => {
  test('four requests a project, two a dedicated cluster, one a flex cluster, none an M0; one more for the listing', async () => {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    for (let count = 0; count < 3; count += 1) project.addCluster(`orders${count}`);
    project.addCluster('events', { kind: 'sharded' });
    project.addCluster('small', { kind: 'flex' });
    project.addCluster('trial', { kind: 'free' });
    await collectFrom(harness, { hints: hintsOf(project.id) });
    expect(harness.atlas.apiRequests()).toHaveLength(1 + 4 + 4 * 2 + 1);
    expect(harness.atlas.refused).toEqual([]);
  });

  test('a sharded cluster is read by its own list, and only that', async () => {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    project.addCluster('events', { kind: 'sharded' });
    const { snapshots, topology } = clusterNamed(onlyProject(await collectFrom(harness)), 'events');
    expect(snapshots.known && snapshots.value.length).toBe(51);
    expect(topology).toMatchObject({ value: 'SHARDED/2' });
    expect(paths(harness).filter((path) => path.includes('snapshots'))).toEqual(['/clusters/events/backup/snapshots/shardedClusters']);
  });

  test('configured projects are the only ones ever read, and are named once', async () => {
    const harness = await startHarness();
    const [shop, other] = [harness.atlas.addProject('shop'), harness.atlas.addProject('other')];
    const first = onlyProject(await collectFrom(harness, { projectIds: [shop.id, shop.id] }));
    expect(first.name).toBe('shop');
    expect(harness.atlas.requests.some(({ path }) => path.includes(other.id) || path.endsWith('/groups'))).toBe(false);
    harness.atlas.requests.length = 0;
    await collectFrom(harness, { projectIds: [shop.id], hints: hintsOf(shop.id) });
    expect(harness.atlas.apiRequests().some(({ path }) => path.endsWith(shop.id))).toBe(false);
  });

  test('a configured project that cannot be seen is there, and unknown', async () => {
    const harness = await startHarness();
    const id = '6a7943462c88faeba59ccf5f';
    const project = onlyProject(await collectFrom(harness, { projectIds: [id] }));
    expect(project).toMatchObject({ id, name: id, dedicated: { known: false }, events: { known: false } });
    expect(project.dedicated).toMatchObject({ reason: expect.stringContaining('404 GROUP_NOT_FOUND') });
  });
});

describe('time', () => {
  test('what the deadline cuts off is not read, the run is not complete, and those that waited longest go first', async () => {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    const clusters = Array.from({ length: 12 }, (_, index) => project.addCluster(`c${index}`));
    const read = Object.fromEntries(
      clusters.slice(0, 6).map(({ id, name }): [string, ClusterHints] => [id, { name, kind: 'replicaSet', readAt: START - HOUR }]),
    );
    // Six snapshots' requests go out, then the time is up.
    let asked = 0;
    const edit: AtlasFault = {
      kind: 'edit',
      edit(answer) {
        asked += 1;
        if (asked === 6) harness.time.now += HOUR;
        return answer;
      },
    };
    harness.atlas.fault(/backup\/snapshots/, edit);
    const facts = await collectFrom(harness, { hints: hintsOf(project.id, { clusters: read }) });
    const done = clustersOf(onlyProject(facts)).filter((cluster) => cluster.read);
    expect(facts.complete).toBe(false);
    expect(done.map(({ name }) => name)).toEqual(expect.arrayContaining(['c6', 'c7', 'c8', 'c9']));
    expect(done.some(({ name }) => ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'].includes(name))).toBe(false);
    expect(clusterNamed(onlyProject(facts), 'c0')).toMatchObject({
      read: false,
      snapshots: { known: false, reason: 'not read in this run: its time was up' },
      pitEnabled: { known: true },
    });
  });

  test('the project that was never read goes before the one that was', async () => {
    const harness = await startHarness();
    const [seen, unseen] = [harness.atlas.addProject('seen'), harness.atlas.addProject('unseen')];
    await collectFrom(harness, { hints: hintsOf(seen.id, { name: 'seen' }) });
    const [first] = paths(harness).length > 0 ? harness.atlas.apiRequests().filter(({ path }) => path.includes('/groups/')) : [];
    expect(first?.path).toContain(unseen.id);
  });

  test('100,000 snapshots in 200 pages are read within one run', async () => {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    const cluster = project.addCluster('orders', { history: false });
    for (let count = 0; count < 100_000; count += 1) cluster.snapshots.push(cluster.snapshot(START - 3 * HOUR - count * 5_000));
    const { snapshots } = clusterNamed(onlyProject(await collectFrom(harness, { hints: hintsOf(project.id) })), 'orders');
    expect(snapshots.known && snapshots.value.length).toBe(100_000);
  }, 60_000);
});
