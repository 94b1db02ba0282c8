import { describe, expect, test } from 'vitest';
import { errorOf, startHarness } from '../harness.ts';
import { SNAPSHOTS, snapshotRequests, startWithOrders } from '../orders.ts';

describe('rate limits', () => {
  const LIMITED = { error: 429, errorCode: 'RATE_LIMITED_TOKEN_BUCKET' };

  test.for([
    { name: 'Retry-After', headers: { 'retry-after': '7' }, body: LIMITED, least: 7_000, most: 9_000 },
    {
      name: "the body's second parameter",
      headers: {},
      body: { ...LIMITED, parameters: ['/x', 5, 300, 100, 60] },
      least: 5_000,
      most: 7_000,
    },
    { name: 'nothing: a second', headers: {}, body: LIMITED, least: 1_000, most: 2_000 },
    {
      name: 'a date, which Atlas does not send: a second',
      headers: { 'retry-after': 'Mon, 10 Aug 2026' },
      body: LIMITED,
      least: 1_000,
      most: 2_000,
    },
  ])('after a 429 the wait is taken from $name', async ({ headers, body, least, most }) => {
    const harness = await startWithOrders();
    harness.atlas.fault(SNAPSHOTS, { kind: 'status', status: 429, headers, body }, 1);
    expect(await harness.read()).toHaveLength(51);
    const waited = harness.time.waits.reduce((sum, wait) => sum + wait, 0);
    expect(waited).toBeGreaterThanOrEqual(least);
    expect(waited).toBeLessThanOrEqual(most);
  });

  test('a Retry-After past the deadline is not waited for, and delays no other request', async () => {
    const harness = await startWithOrders();
    const project = harness.atlas.projects[0];
    project?.addCluster('billing');
    harness.atlas.fault(SNAPSHOTS, { kind: 'status', status: 429, headers: { 'retry-after': '3600' }, body: LIMITED });
    expect((await errorOf(harness.read())).message).toBe(
      "listClusterSnapshots orders: 429 RATE_LIMITED_TOKEN_BUCKET (asked to wait 3600 s, past this run's time)",
    );
    const params = { groupId: project?.id ?? '', clusterName: 'billing' };
    expect(await harness.client.list('listClusterSnapshots', params, {}, { deadline: harness.deadline })).toHaveLength(51);
    expect(harness.time.waits).toEqual([]);
  });

  test('429 on every attempt ends before the deadline', async () => {
    const harness = await startWithOrders();
    harness.atlas.fault(SNAPSHOTS, { kind: 'status', status: 429, headers: { 'retry-after': '2' }, body: LIMITED });
    expect((await errorOf(harness.read())).status).toBe(429);
    expect(snapshotRequests(harness)).toBe(6);
    expect(harness.time.now).toBeLessThan(harness.deadline);
  });

  test('an empty token bucket slows down its project and no other, and everything is read', async () => {
    const harness = await startHarness();
    const [busy, free] = [harness.atlas.addProject('busy'), harness.atlas.addProject('free')];
    harness.atlas.limits['events'] = { capacity: 5, refill: 100 };
    const read = (groupId: string): Promise<unknown> => harness.client.list('listEvents', { groupId }, {}, { deadline: harness.deadline });
    await Promise.all(Array.from({ length: 12 }, () => read(busy.id)));
    expect(harness.time.waits.length).toBeGreaterThan(0);
    harness.time.waits.length = 0;
    await read(free.id);
    expect(harness.time.waits).toEqual([]);
  });
});

describe('concurrency', () => {
  test('24 requests are under way at once, and at most 6 of one project', async () => {
    const harness = await startHarness();
    const projects = Array.from({ length: 6 }, (_, index) => harness.atlas.addProject(`p${index}`));
    const read = (groupId: string): Promise<unknown> =>
      harness.client.list('listClusters', { groupId }, {}, { deadline: harness.deadline });
    await read(projects[0]?.id ?? ''); // The access token's own request waits for nobody.
    harness.atlas.holdUntil = 6;
    await Promise.all(Array.from({ length: 10 }, () => read(projects[0]?.id ?? '')));
    expect(harness.atlas.highWater).toBe(6);
    harness.atlas.holdUntil = 24;
    await Promise.all(projects.flatMap(({ id }) => Array.from({ length: 8 }, () => read(id))));
    expect(harness.atlas.highWater).toBe(24);
  });
});
