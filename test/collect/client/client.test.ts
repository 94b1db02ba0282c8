import { describe, expect, test } from 'vitest';
import { reasonOf } from '../../../lib/collect/as-fact.ts';
import type { AtlasFault } from '../../emulators/atlas-http.ts';
import { clientOf, errorOf, startHarness } from '../harness.ts';
import { SNAPSHOTS, snapshotRequests, startWithOrders } from '../orders.ts';

const FORBIDDEN = {
  error: 403,
  errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST',
  reason: 'Forbidden',
  parameters: ['203.0.113.9'],
  detail: 'IP address 203.0.113.9 is not allowed to access this resource.',
};

type Case = { readonly name: string; readonly fault: AtlasFault; readonly message: string; readonly attempts: number };

const FAULTS: readonly Case[] = [
  {
    name: 'a 403 that names an address',
    fault: { kind: 'status', status: 403, body: FORBIDDEN },
    message:
      'listClusterSnapshots orders: 403 IP_ADDRESS_NOT_ON_ACCESS_LIST (IP address 203.0.113.9 is not allowed to access this resource.)',
    attempts: 1,
  },
  {
    name: 'a 500',
    fault: { kind: 'status', status: 500, body: { errorCode: 'UNEXPECTED_ERROR' } },
    message: 'listClusterSnapshots orders: 500 UNEXPECTED_ERROR',
    attempts: 3,
  },
  { name: 'a 502 of HTML', fault: { kind: 'html' }, message: 'listClusterSnapshots orders: 502', attempts: 3 },
  {
    name: 'a 200 of HTML',
    fault: { kind: 'html', status: 200 },
    message: 'listClusterSnapshots orders: 200 (answered something that is not a JSON object)',
    attempts: 2,
  },
  {
    name: 'JSON cut in half',
    fault: { kind: 'truncate' },
    message: 'listClusterSnapshots orders: 200 (answered something that is not a JSON object)',
    attempts: 2,
  },
  {
    name: 'a reset connection',
    fault: { kind: 'reset' },
    message: 'listClusterSnapshots orders: connection failed (ECONNRESET)',
    attempts: 3,
  },
  { name: 'a request that hangs', fault: { kind: 'hang' }, message: 'listClusterSnapshots orders: no answer within 100 ms', attempts: 3 },
  {
    name: 'null in place of the results',
    fault: { kind: 'edit', edit: (answer) => ({ ...answer, body: { links: [], results: null } }) },
    message: 'listClusterSnapshots orders: answered without a list of results',
    attempts: 2,
  },
  {
    name: 'an empty object',
    fault: { kind: 'edit', edit: (answer) => ({ ...answer, body: {} }) },
    message: 'listClusterSnapshots orders: answered without a list of results',
    attempts: 2,
  },
  {
    name: 'a JSON array',
    fault: { kind: 'edit', edit: (answer) => ({ ...answer, body: [] }) },
    message: 'listClusterSnapshots orders: 200 (answered something that is not a JSON object)',
    attempts: 2,
  },
  {
    name: 'a redirect',
    fault: { kind: 'status', status: 302, headers: { location: 'http://127.0.0.1:1/' } },
    message: 'listClusterSnapshots orders: 302 (answered with a redirect, which is refused)',
    attempts: 1,
  },
  {
    name: 'a 404',
    fault: { kind: 'status', status: 404, body: { errorCode: 'CLUSTER_NOT_FOUND' } },
    message: 'listClusterSnapshots orders: 404 CLUSTER_NOT_FOUND',
    attempts: 1,
  },
  {
    name: 'a 200 page of nothing but a code',
    fault: { kind: 'status', status: 418, body: 'I am a teapot' },
    message: 'listClusterSnapshots orders: 418',
    attempts: 1,
  },
];

describe('an answer that cannot be used', () => {
  test.for(FAULTS)('$name ends in one sentence after $attempts attempts', async ({ fault, message, attempts }) => {
    const harness = await startWithOrders({ requestTimeoutMs: fault.kind === 'hang' ? 100 : 5_000 });
    harness.atlas.fault(SNAPSHOTS, fault);
    expect((await errorOf(harness.read())).message).toBe(message);
    expect(snapshotRequests(harness)).toBe(attempts);
  });

  test.for(FAULTS.filter(({ attempts }) => attempts > 1))(
    '$name that happens only once is repaired by the next attempt',
    async ({ fault }) => {
      const harness = await startWithOrders({ requestTimeoutMs: fault.kind === 'hang' ? 100 : 5_000 });
      harness.atlas.fault(SNAPSHOTS, fault, 1);
      expect(await harness.read()).toHaveLength(51);
      expect(snapshotRequests(harness)).toBe(2);
    },
  );

  test('a 403 of the access list names the address and the list that it belongs on', async () => {
    const harness = await startWithOrders();
    harness.atlas.fault(SNAPSHOTS, { kind: 'status', status: 403, body: FORBIDDEN });
    const error = await errorOf(harness.read());
    expect(error.callerAddress).toBe('203.0.113.9');
    expect(reasonOf(error)).toContain(
      "it came from 203.0.113.9: add it to the API access list of the service account or API key (not the project's cluster list)",
    );
  });

  test('another 403 names the role to give', async () => {
    const harness = await startWithOrders();
    harness.atlas.fault(SNAPSHOTS, { kind: 'status', status: 403, body: { errorCode: 'USER_UNAUTHORIZED' } });
    expect(reasonOf(await errorOf(harness.read()))).toBe(
      'listClusterSnapshots orders: 403 USER_UNAUTHORIZED; give the service account or API key the role Project Read Only in this project',
    );
  });

  test('an error from our own code is shown by the name of its class alone', () => {
    expect(reasonOf(new TypeError('token abc'))).toBe('reading failed inside Restorewatch (TypeError)');
  });

  test('a cluster whose name would change the path is never requested', async () => {
    const harness = await startHarness();
    const read = harness.client.list('listClusterSnapshots', { groupId: 'a', clusterName: '..' }, {}, { deadline: harness.deadline });
    await expect(read).rejects.toThrow('listClusterSnapshots: path parameter clusterName is unusable');
  });
});

describe('the deadline', () => {
  test('after it no request is sent', async () => {
    const harness = await startWithOrders();
    harness.time.now = harness.deadline;
    const error = await errorOf(harness.read());
    expect(error.kind).toBe('deadline');
    expect(reasonOf(error)).toBe('not read in this run: its time was up');
    expect(harness.atlas.requests).toEqual([]);
  });

  test('cuts off a request that hangs', async () => {
    const harness = await startWithOrders();
    harness.atlas.fault(SNAPSHOTS, { kind: 'hang' });
    const client = clientOf(harness.atlas, harness.time);
    const params = { groupId: harness.atlas.projects[0]?.id ?? '', clusterName: 'orders' };
    const error = await errorOf(client.list('listClusterSnapshots', params, {}, { deadline: harness.time.now + 150 }));
    expect(error.kind).toBe('deadline');
  });

  test('prevents retries that it would cut off', async () => {
    const harness = await startWithOrders();
    harness.atlas.fault(SNAPSHOTS, { kind: 'status', status: 503 });
    const params = { groupId: harness.atlas.projects[0]?.id ?? '', clusterName: 'orders' };
    const error = await errorOf(harness.client.list('listClusterSnapshots', params, {}, { deadline: harness.time.now + 200 }));
    expect(error.status).toBe(503);
    expect(snapshotRequests(harness)).toBe(1);
  });
});
