import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { writePacked } from '../../lib/record/blobs/packed-blobs.ts';
import { openSqliteStore } from '../../lib/record/sqlite/sqlite.ts';
import type { readCluster } from '../../lib/wire/read-cluster-page.ts';
import { past, record } from '../record/samples.ts';
import { fullLook, headOf, watched } from '../support/cluster-page.ts';
import { NOW } from '../support/facts.ts';

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-cluster-'));
let read: typeof readCluster;

const POINT = '2026-11-20T11:00:00Z';
const TESTS_READ = 400;
const OWN = { projectId: 'p1', projectName: 'shop', clusterId: 'c1', name: 'orders' };

/** A state file with "orders" as checks left it, where anybody may look. */
beforeAll(async () => {
  const environment = {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_cluster_test',
    ATLAS_BASE_URL: 'http://127.0.0.1:9',
    ALERTS: 'off',
    STATE_PATH: join(folder, 'state.sqlite'),
    STATUS_ACCESS: 'public',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.setSystemTime(NOW + HOUR / 2);
  const { memory, judgement } = watched(fullLook());
  const store = openSqliteStore(environment.STATE_PATH);
  const [{ names: memoryBlobs }, { names: viewBlobs }] = await writePacked(store, 'r', [memory, judgement.view]);
  const tests = [
    record('passed', NOW - DAY, {
      kind: 'restore-test',
      subject: 'orders (project shop)',
      verdict: 'passed',
      details: { point: `snapshot s of ${POINT}` },
    }),
    record('failed', NOW - DAY, {
      kind: 'restore-test',
      subject: 'orders (project shop)',
      verdict: 'failed',
      details: { point: 'moment 2026-11-19T11:00:00Z' },
    }),
    record('other', NOW - DAY, {
      kind: 'restore-test',
      subject: 'events (project shop)',
      verdict: 'passed',
      details: { point: 'moment 2026-11-18T11:00:00Z' },
    }),
    ...Array.from({ length: TESTS_READ - 2 }, (_, index) => record(`old-${index}`, NOW - (2 + index) * DAY, { kind: 'restore-test' })),
  ];
  const history = [
    past('ended', NOW - 2 * HOUR, { openedAt: NOW - 3 * HOUR, resource: OWN }),
    past('other', NOW - 2 * HOUR, { openedAt: NOW - 3 * HOUR }),
  ];
  const adopt = [...memoryBlobs, ...viewBlobs];
  const swap = { expected: 0, writer: 'test', adopt, drop: [], history, records: tests, release: null, now: NOW };
  await store.swap({ ...swap, head: headOf({ memoryBlobs, viewBlobs }) });
  await store.close();
  ({ readCluster: read } = await import('../../lib/wire/read-cluster-page.ts'));
}, 60_000);

afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

describe('reading the page of a cluster', () => {
  test('finds its row, its memory, its past incidents and what the log says was proven', async () => {
    const page = await read({ projectId: 'p1', clusterId: 'c1' });
    expect(page?.row.cluster.name).toBe('orders');
    expect(page?.backups.points.length).toBeGreaterThan(40);
    expect(page?.incidents.past.map(({ id }) => id)).toEqual(['ended']);
    expect(page?.backups.ribbon.marks.filter(({ kind }) => kind === 'proven').map(({ from }) => from)).toEqual([Date.parse(POINT)]);
  });

  test('tells back to when it read restore tests, since the log has one more than it reads', async () => {
    const page = await read({ projectId: 'p1', clusterId: 'c1' });
    expect(page?.backups.calendar?.provenFrom).toBe(NOW - (TESTS_READ - 2) * DAY);
  });

  test('shows no mail address and no host where anybody may look', async () => {
    const page = await read({ projectId: 'p1', clusterId: 'c1' });
    expect(page?.changes[0]?.by).toBe('a…@example.com, (address)');
    expect(JSON.stringify(page)).not.toMatch(/alice@|203\.0\.113/);
  });

  test.for([
    ['of another project', { projectId: 'p2', clusterId: 'c1' }],
    ['that nobody has seen', { projectId: 'p1', clusterId: 'c9' }],
    ['of the wrong kind', { projectId: '__proto__', clusterId: 'constructor' }],
    ['that are empty', { projectId: '', clusterId: '' }],
    ['of 10,000 characters', { projectId: 'p'.repeat(10_000), clusterId: '\u202E'.repeat(10_000) }],
  ] as const)('says of ids %s that there is no such cluster', async ([, asked]) => {
    expect(await read(asked)).toBeNull();
  });
});
