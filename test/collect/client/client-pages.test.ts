import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../harness.ts';
import { SNAPSHOTS, snapshotRequests, startWithOrders } from '../orders.ts';

describe('pages', () => {
  test('every page is read, each id once, and no deeper than the listing goes', async () => {
    const harness = await startWithOrders();
    const cluster = harness.atlas.projects[0]?.clusters[0];
    for (let count = 0; count < 1_200; count += 1) cluster?.add(cluster.snapshot(harness.time.now - 3_600_000 - count * 1_000));
    const entries = await harness.read();
    expect(entries).toHaveLength(1_251);
    expect(snapshotRequests(harness)).toBe(3);
  });

  type Links = { readonly name: string; readonly href: (self: string) => string | number; readonly message: string };
  const HREFS: readonly Links[] = [
    { name: 'itself', href: (self) => self, message: 'listClusterSnapshots orders: page 1 names itself as the next' },
    {
      name: 'an earlier one',
      href: (self) => self.replace('pageNum=1', 'pageNum=0'),
      message: 'listClusterSnapshots orders: page 1 names 0 as the next',
    },
    { name: 'no number', href: () => 'http://127.0.0.1/next', message: 'listClusterSnapshots orders: names a next page without a number' },
    { name: 'no address', href: () => 7, message: 'listClusterSnapshots orders: names a next page without a number' },
  ];
  test.for(HREFS)('a page that names $name as the next is an error, not an endless loop', async ({ href, message }) => {
    const harness = await startWithOrders();
    harness.atlas.fault(SNAPSHOTS, {
      kind: 'edit',
      edit: (answer) => ({
        ...answer,
        body: { links: [{ rel: 'next', href: href('http://x/?itemsPerPage=500&pageNum=1') }], results: [] },
      }),
    });
    expect((await errorOf(harness.read())).message).toBe(message);
    expect(snapshotRequests(harness)).toBe(1);
  });

  test('a listing without end is an error after 2,000 pages', async () => {
    const harness = await startWithOrders();
    let number = 1;
    const edit = (): { status: number; headers: Record<string, string>; body: unknown } => {
      number += 1;
      return { status: 200, headers: {}, body: { results: [], links: [{ rel: 'next', href: `http://x/?pageNum=${number}` }] } };
    };
    harness.atlas.fault(SNAPSHOTS, { kind: 'edit', edit });
    expect((await errorOf(harness.read())).message).toBe('listClusterSnapshots orders: has more than 2000 pages');
    expect(snapshotRequests(harness)).toBe(2_000);
  });

  test('the host of a next link is never followed', async () => {
    const stranger = createServer();
    let asked = 0;
    stranger.on('request', () => (asked += 1)).listen(0, '127.0.0.1');
    await new Promise((resolve) => stranger.once('listening', resolve));
    // A server on a TCP port has an AddressInfo.
    const { port } = stranger.address() as AddressInfo;
    const harness = await startWithOrders();
    const next = {
      kind: 'edit',
      edit: () => ({
        status: 200,
        headers: {},
        body: { results: [], links: [{ rel: 'next', href: `http://127.0.0.1:${port}/?pageNum=2` }] },
      }),
    } as const;
    harness.atlas.fault(SNAPSHOTS, next, 1);
    await harness.read();
    stranger.close();
    expect(asked).toBe(0);
    expect(snapshotRequests(harness)).toBe(2);
  });

  test('a full page without links is an error: more may follow unseen', async () => {
    const harness = await startWithOrders();
    const results = Array.from({ length: 500 }, (_, index) => ({ id: String(index) }));
    harness.atlas.fault(SNAPSHOTS, { kind: 'edit', edit: (answer) => ({ ...answer, body: { results } }) });
    expect((await errorOf(harness.read())).message).toBe('listClusterSnapshots orders: answered a full page without links');
  });
});
