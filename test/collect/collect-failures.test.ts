import { describe, expect, test } from 'vitest';
import { collectFrom, onlyProject, projectsOf, START, startHarness, type Harness } from './harness.ts';
import { clusterNamed, clustersOf, withResults } from './readings.ts';

describe('failures stay where they belong', () => {
  const SURROUNDED = ['orders', 'billing'] as const;

  async function startShop(): Promise<Harness> {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    for (const name of SURROUNDED) project.addCluster(name);
    return harness;
  }

  test.for([
    ['snapshots', /orders\/backup\/snapshots/],
    ['schedule', /orders\/backup\/schedule/],
  ] as const)('unreadable %s of one cluster leave its other facts and its neighbour whole', async ([field, pattern]) => {
    const harness = await startShop();
    harness.atlas.fault(pattern, { kind: 'status', status: 500 });
    const facts = await collectFrom(harness);
    const project = onlyProject(facts);
    const { snapshots, schedule } = clusterNamed(project, 'orders');
    expect({ snapshots: snapshots.known, schedule: schedule.known }).toEqual({ snapshots: true, schedule: true, [field]: false });
    expect(clusterNamed(project, 'orders')).toMatchObject({ read: true, pitEnabled: { known: true } });
    expect(clusterNamed(project, 'billing')).toMatchObject({ snapshots: { known: true }, schedule: { known: true } });
    expect(facts.complete).toBe(true);
  });

  test.for([
    ['dedicated', /\/clusters\?/],
    ['flex', /\/flexClusters/],
    ['events', /\/events/],
    ['alerts', /\/alerts/],
  ] as const)('an unreadable listing of %s is unknown, and only it', async ([field, pattern]) => {
    const harness = await startShop();
    harness.atlas.fault(pattern, { kind: 'status', status: 403, body: { errorCode: 'USER_UNAUTHORIZED' } });
    const { dedicated, flex, events, alerts } = onlyProject(await collectFrom(harness));
    const known = {
      dedicated: dedicated.known,
      flex: flex.known,
      events: events.known,
      alerts: alerts.known,
    };
    expect(known).toEqual({ dedicated: true, flex: true, events: true, alerts: true, [field]: false });
  });

  test('a project that fails leaves the others whole', async () => {
    const harness = await startShop();
    const other = harness.atlas.addProject('other');
    other.addCluster('ledger');
    harness.atlas.fault(new RegExp(harness.atlas.projects[0]?.id ?? 'none'), { kind: 'status', status: 500 });
    const facts = await collectFrom(harness);
    const [shop, whole] = projectsOf(facts);
    expect(shop).toMatchObject({ name: 'shop', dedicated: { known: false }, flex: { known: false }, events: { known: false } });
    expect(clusterNamed(whole ?? onlyProject(facts), 'ledger').snapshots.known).toBe(true);
    expect(facts.complete).toBe(true);
  });

  test.for([{ kind: 'reset' }, { kind: 'status', status: 503 }, { kind: 'html' }] as const)(
    'Atlas wholly down ($kind) is projects unknown, and no exception',
    async (fault) => {
      const harness = await startShop();
      harness.atlas.fault(/./, fault);
      expect(await collectFrom(harness)).toMatchObject({ startedAt: START, complete: true, projects: { known: false } });
    },
  );

  test('a snapshot without a usable id makes the list unknown: the newest could be the one left out', async () => {
    const harness = await startShop();
    harness.atlas.fault(
      /orders\/backup\/snapshots/,
      withResults((results) => results.map((entry, index) => (index === 0 ? { ...entry, id: null } : entry))),
    );
    expect(clusterNamed(onlyProject(await collectFrom(harness)), 'orders').snapshots).toMatchObject({
      reason: 'listClusterSnapshots orders: entry 1 of 51 has no usable id',
    });
  });

  test('completed snapshots without their time are there, with the time unknown', async () => {
    const harness = await startShop();
    harness.atlas.fault(
      /orders\/backup\/snapshots/,
      withResults((results) => results.map((entry) => ({ ...entry, createdAt: null }))),
    );
    const { snapshots } = clusterNamed(onlyProject(await collectFrom(harness)), 'orders');
    expect(snapshots.known && snapshots.value.map(({ status, createdAt }) => [status, createdAt])).toEqual(
      Array(51).fill(['completed', null]),
    );
  });

  test('entries of listings without id or name are named, and the rest is read', async () => {
    const harness = await startShop();
    harness.atlas.fault(
      /\/clusters\?/,
      withResults((results) => results.map((entry, index) => (index === 0 ? { ...entry, id: null } : entry))),
    );
    const project = onlyProject(await collectFrom(harness));
    expect(project.unreadable).toEqual(['Atlas lists a cluster named orders with no usable id']);
    expect(clusterNamed(project, 'billing').snapshots.known).toBe(true);
  });

  test('names that are markup, paths or not ASCII are asked for as they are', async () => {
    const harness = await startHarness();
    const project = harness.atlas.addProject('shop');
    for (const name of ['x<img src=x>', 'a/../b?c=d#e', 'größe 100%']) project.addCluster(name);
    const facts = onlyProject(await collectFrom(harness));
    expect(clustersOf(facts).map(({ snapshots }) => snapshots.known)).toEqual([true, true, true]);
    expect(harness.atlas.refused).toEqual([]);
  });
});
