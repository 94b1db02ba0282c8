import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../lib/domain/facts/facts.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import type { EmulatedCluster } from './atlas-model.ts';
import { collectFrom, onlyProject, startHarness, type Harness } from '../collect/harness.ts';

async function startWith(
  options: Parameters<EmulatedCluster['snapshot']>[1] & { readonly every?: number } = {},
): Promise<Harness & { readonly cluster: EmulatedCluster }> {
  const harness = await startHarness();
  const cluster = harness.atlas.addProject('shop').addCluster('orders', { every: options.every ?? 6 * HOUR });
  return { ...harness, cluster };
}

async function snapshotsOf(harness: Harness): Promise<readonly Snapshot[]> {
  const facts = await collectFrom(harness, { deadline: harness.time.now + HOUR });
  const { dedicated } = onlyProject(facts);
  const snapshots = dedicated.known ? dedicated.value[0]?.snapshots : undefined;
  if (snapshots?.known) return snapshots.value;
  throw new Error('snapshots unknown');
}

async function ask(
  harness: Harness,
  target: string,
  init: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<number> {
  const { clientId, clientSecret } = harness.atlas.credentials;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const form = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(`${harness.atlas.url}/api/oauth/token`, {
    method: 'POST',
    headers: form,
    body: 'grant_type=client_credentials',
  });
  // The emulator's own token answer.
  const { access_token: token } = (await response.json()) as { access_token: string };
  const headers = { accept: 'application/vnd.atlas.2023-01-01+json', authorization: `Bearer ${token}`, ...init.headers };
  return (await fetch(`${harness.atlas.url}/api/atlas/v2${target}`, { ...init, headers })).status;
}

describe('the emulated Atlas is strict', () => {
  test.for([
    ['/groups', {}, 200, 0],
    ['/groups?colour=red', {}, 400, 1],
    ['/groups?itemsPerPage=501', {}, 400, 0],
    ['/orgs', {}, 404, 1],
    ['/groups', { method: 'POST' }, 405, 1],
    ['/groups', { headers: { accept: 'application/json' } }, 406, 1],
    ['/groups', { headers: { accept: 'application/vnd.atlas.2024-08-05+json' } }, 406, 1],
    ['/groups/000000000000000000000000/events', {}, 404, 0],
    ['/groups', { headers: { authorization: 'Bearer made-up' } }, 401, 0],
  ] as const)('%s with %j is answered %i', async ([target, init, status, refused]) => {
    const harness = await startHarness();
    expect(await ask(harness, target, init)).toBe(status);
    expect(harness.atlas.refused).toHaveLength(refused);
  });

  test('the collector’s requests are all documented', async () => {
    const harness = await startWith();
    await snapshotsOf(harness);
    expect(harness.atlas.refused).toEqual([]);
  });
});

describe('the emulated Atlas changes with the clock', () => {
  test('a snapshot is queued, then runs, and shows its data time and size when it is completed', async () => {
    const harness = await startWith();
    harness.time.now = harness.cluster.next + 10_000;
    const steps: unknown[] = [];
    for (const pass of [0, 30_000, 200_000]) {
      harness.time.now += pass;
      const [newest] = await snapshotsOf(harness);
      steps.push([newest?.status, newest?.createdAt !== null, newest?.sizeBytes]);
    }
    expect(steps).toEqual([
      ['queued', false, 0],
      ['inProgress', false, 0],
      ['completed', true, 100_000_000_000],
    ]);
  });

  test('old snapshots expire and new ones are taken', async () => {
    const harness = await startWith();
    const before = await snapshotsOf(harness);
    harness.time.now += 3 * DAY;
    const after = await snapshotsOf(harness);
    const ids = new Set(before.map(({ id }) => id));
    expect(after.filter(({ id }) => !ids.has(id))).toHaveLength(12);
    expect(after.every(({ expiresAt }) => (expiresAt ?? 0) > harness.time.now)).toBe(true);
  });

  test('stopped snapshots stay stopped, and mending takes a new snapshot of the usual size', async () => {
    const harness = await startWith();
    harness.atlas.stopSnapshots(harness.cluster, 30 * HOUR);
    harness.time.now += 12 * HOUR;
    const newest = (list: readonly Snapshot[]): number => Math.max(...list.map(({ createdAt }) => createdAt ?? 0));
    expect(harness.time.now - newest(await snapshotsOf(harness))).toBe(42 * HOUR);
    harness.atlas.resize(harness.cluster, 0.1);
    harness.atlas.mend(harness.cluster);
    const mended = await snapshotsOf(harness);
    expect(harness.time.now - newest(mended)).toBeLessThan(5 * MINUTE);
    expect(new Set(mended.map(({ sizeBytes }) => sizeBytes))).toEqual(new Set([100_000_000_000]));
  });

  test('a removed cluster is no longer listed and has events that name the user; mending lists it again', async () => {
    const harness = await startWith();
    harness.atlas.remove(harness.cluster, { byUser: 'ann@example.com' });
    const project = onlyProject(await collectFrom(harness));
    expect(project.dedicated).toMatchObject({ value: [] });
    const events = project.events.known ? project.events.value.events : [];
    expect(
      events
        .filter(({ clusterName, type }) => clusterName === 'orders' && type.startsWith('CLUSTER_'))
        .map(({ type, actor }) => [type, actor]),
    ).toEqual([
      ['CLUSTER_DELETED', null],
      ['CLUSTER_DELETE_SUBMITTED', 'ann@example.com, 203.0.113.7'],
    ]);
    harness.atlas.mend(harness.cluster);
    expect(await snapshotsOf(harness)).not.toHaveLength(0);
  });
});
