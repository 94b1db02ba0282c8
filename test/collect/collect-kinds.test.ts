import { describe, expect, test } from 'vitest';
import { HOUR } from '../../lib/domain/time.ts';
import { collectFrom, hintsOf, onlyProject, START, startHarness } from './harness.ts';
import { clusterNamed, paths, withResults } from './readings.ts';

describe('kinds of clusters', () => {
  test('a new cluster has a schedule and no snapshots yet', async () => {
    const harness = await startHarness();
    harness.atlas.addProject('shop').addCluster('young', { age: HOUR });
    const young = clusterNamed(onlyProject(await collectFrom(harness)), 'young');
    expect(young).toMatchObject({
      read: true,
      createdAt: { value: START - HOUR },
      snapshots: { value: [] },
      schedule: { value: { nextSnapshotAt: START + 5 * HOUR } },
    });
  });

  test('an M0 has no schedule and no snapshots, and is asked for neither', async () => {
    const harness = await startHarness();
    harness.atlas.addProject('shop').addCluster('trial', { kind: 'free' });
    expect(clusterNamed(onlyProject(await collectFrom(harness)), 'trial')).toMatchObject({
      kind: 'free',
      read: true,
      schedule: { value: null },
      snapshots: { value: [] },
    });
    expect(paths(harness).filter((path) => path.includes('/trial'))).toEqual([]);
  });

  test('a paused cluster is read like any other', async () => {
    const harness = await startHarness();
    harness.atlas.addProject('shop').addCluster('asleep', { paused: true });
    expect(clusterNamed(onlyProject(await collectFrom(harness)), 'asleep')).toMatchObject({
      paused: { value: true },
      snapshots: { known: true },
    });
  });

  test('with backups off there is no schedule, and retained snapshots are read all the same', async () => {
    const harness = await startHarness();
    const off = harness.atlas.addProject('shop').addCluster('off', { backup: false, pit: false });
    off.add(off.snapshot(START - HOUR));
    const facts = clusterNamed(onlyProject(await collectFrom(harness)), 'off');
    expect(facts).toMatchObject({ backupEnabled: { value: false }, schedule: { known: true, value: null }, snapshots: { known: true } });
    expect(facts.snapshots.known && facts.snapshots.value.length).toBe(1);
  });

  test.for([
    [false, { known: true, value: [] }],
    [true, { known: false }],
  ] as const)('"no backup configuration" is an empty list only where backups are off (on: %o)', async ([backup, expected]) => {
    const harness = await startHarness();
    harness.atlas.addProject('shop').addCluster('orders', { backup });
    harness.atlas.fault(/orders\/backup\/snapshots/, { kind: 'status', status: 404, body: { errorCode: 'BACKUP_CONFIG_NOT_FOUND' } });
    expect(clusterNamed(onlyProject(await collectFrom(harness)), 'orders').snapshots).toMatchObject(expected);
  });

  test('system clusters are left out', async () => {
    const harness = await startHarness();
    harness.atlas.addProject('shop').addCluster('inner', { role: 'SYSTEM_CLUSTER' });
    expect(onlyProject(await collectFrom(harness)).dedicated).toMatchObject({ value: [] });
  });

  test('a flex cluster that only the dedicated listing shows is not lost, and one in both is there once', async () => {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    const both = project.addCluster('both', { kind: 'flex' });
    project.addCluster('stray');
    const flexSpecs = [{ regionConfigs: [{ providerName: 'FLEX' }] }];
    harness.atlas.fault(
      /\/clusters\?/,
      withResults((results) => [
        ...results.map((entry) => ({ ...entry, replicationSpecs: flexSpecs })),
        { ...results[0], id: both.id, name: 'both', replicationSpecs: flexSpecs },
      ]),
    );
    const { dedicated, flex } = onlyProject(await collectFrom(harness));
    expect(dedicated).toMatchObject({ value: [] });
    expect(flex.known && flex.value.map(({ name }) => name)).toEqual(['both', 'stray']);
  });

  test('a cluster whose kind Atlas does not say is read as the kind that it was; if no earlier run knows it, its backups are unknown', async () => {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    const [old] = [project.addCluster('old', { kind: 'sharded' }), project.addCluster('new', { kind: 'sharded' })];
    harness.atlas.fault(
      /\/clusters\?/,
      withResults((results) => results.map((entry) => ({ ...entry, clusterType: 'RING' }))),
    );
    const hints = hintsOf(project.id, { clusters: { [old.id]: { name: 'old', kind: 'sharded', readAt: null } } });
    const facts = onlyProject(await collectFrom(harness, { hints }));
    expect(clusterNamed(facts, 'old')).toMatchObject({ kind: 'sharded', snapshots: { known: true } });
    expect(clusterNamed(facts, 'new')).toMatchObject({
      snapshots: { known: false, reason: 'Atlas sent no usable `clusterType` for new' },
      schedule: { known: false },
    });
    expect(paths(harness).filter((path) => path.includes('/new/'))).toEqual([]);
  });
});
