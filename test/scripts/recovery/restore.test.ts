import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { emptyHead, type Head } from '../../../lib/domain/incidents/head.ts';
import { erasureDetails } from '../../../lib/domain/recovery/erasure.ts';
import type { RestoreByHand } from '../../../lib/domain/recovery/restore-test.ts';
import type { LogRecord } from '../../../lib/domain/recovery/log-record.ts';
import type { RecordedView } from '../../../lib/domain/findings/recorded-view.ts';
import { EMPTY_MEMORY } from '../../../lib/domain/memory/memory.ts';
import { writePacked } from '../../../lib/record/blobs/packed-blobs.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import { beginDrill } from '../../../lib/recovery/state/drills-in-head.ts';
import { type AtlasEmulator, startAtlasEmulator } from '../../emulators/atlas.ts';
import type { ClusterOptions, EmulatedCluster } from '../../emulators/atlas-model.ts';
import { childEnvironment } from '../../support/child-environment.ts';
import { shortPauses } from '../../support/short-pauses.ts';
import { type Ended, restorewatch } from '../run.ts';
import { clusterRow } from '../../support/rows.ts';

vi.mock('node:timers/promises', (original) => shortPauses(original));

type Desk = {
  readonly atlas: AtlasEmulator;
  readonly env: Readonly<Record<string, string>>;
  readonly snapshot: string;
  /** By how much Atlas's clock is ahead, in milliseconds: a restore takes minutes. */
  readonly clock: { late: number };
  readonly records: () => Promise<readonly LogRecord[]>;
};

/** An Atlas with `orders` and `sandbox`, and a store of its own. */
async function desk(target: ClusterOptions = {}): Promise<Desk> {
  const clock = { late: 0 };
  const atlas = await startAtlasEmulator({ now: () => Date.now() + clock.late });
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-restore-'));
  onTestFinished(async () => {
    rmSync(folder, { recursive: true, force: true });
    await atlas.close();
  });
  const project = atlas.addProject('shop');
  const orders = project.addCluster('orders');
  project.addCluster('sandbox', { tags: { restorewatch: 'sandbox' }, history: false, ...target });
  const { clientId, clientSecret } = atlas.recovery.credentials;
  const env = {
    ATLAS_CLIENT_ID: 'watch',
    ATLAS_CLIENT_SECRET: 'watch-secret',
    ALERTS: 'off',
    STATE_PATH: join(folder, 'state.sqlite'),
    ATLAS_BASE_URL: atlas.url,
    ATLAS_RESTORE_CLIENT_ID: clientId,
    ATLAS_RESTORE_CLIENT_SECRET: clientSecret,
  };
  return { atlas, env, snapshot: newestOf(orders), clock, records: () => recordsIn(env.STATE_PATH) };
}

function newestOf(orders: EmulatedCluster): string {
  orders.sync(Date.now());
  return orders.snapshots.findLast(({ completedAt }) => completedAt <= Date.now())?.id ?? '';
}

/** Oldest first. */
async function recordsIn(path: string): Promise<readonly LogRecord[]> {
  const store = openSqliteStore(path);
  const { records } = await store.records({ limit: 10, before: null });
  await store.close();
  return records.toReversed();
}

/** What is kept in the store of how long restores by hand took. */
async function timesIn(path: string): Promise<readonly RestoreByHand[]> {
  const store = openSqliteStore(path);
  const { head } = await store.readHead();
  await store.close();
  return head?.recovery?.byHand ?? [];
}

function argsOf({ snapshot }: Desk, ...more: readonly string[]): readonly string[] {
  return ['--cluster', 'orders', '--project', 'shop', '--to', snapshot, '--target', 'sandbox', '--by', 'Ada', ...more];
}

function restore(at: Desk, input: string, terminal = true, ...more: readonly string[]): Promise<Ended> {
  return restorewatch(['restore', ...argsOf(at, ...more)], { env: at.env, input, terminal });
}

/** Runs it in a process of its own without asking, and acts on what it says. */
async function watched(at: Desk, hear: (words: string, kill: (signal: NodeJS.Signals) => void) => void): Promise<Ended> {
  const env = childEnvironment(at.env);
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../../scripts/restorewatch.ts'), 'restore', ...argsOf(at, '--yes')],
    {
      env,
    },
  );
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
    hear(text, (signal) => void child.kill(signal));
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...said };
}

test('restorewatch restore shows what it would do, takes the typed name, restores, and records beginning and end', async () => {
  const at = await desk();
  at.atlas.recovery.restoreTakes = 100;
  const { code, stdout, stderr } = await restore(at, 'sandbox\n', true, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'restore', verdict: 'passed', endedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
  expect([code, stderr]).toEqual([0, expect.stringMatching(/target {3}sandbox \(project shop\); ALL ITS DATA IS REPLACED/)]);
  expect(stderr).toContain("Type the target's name (sandbox)");
  expect(at.atlas.recovery.jobs).toHaveLength(1);
  const [begin, end] = await at.records();
  expect(begin).toMatchObject({ kind: 'restore', verdict: 'noted', by: 'Ada' });
  expect(end).toMatchObject({ kind: 'restore', verdict: 'passed', by: 'Ada', corrects: begin?.id });
  expect(await timesIn(at.env['STATE_PATH'] ?? '')).toEqual([
    { clusterId: expect.any(String), endedAt: end?.endedAt, restore: end?.measured['restore'] },
  ]);
}, 60_000);

test.for([
  ['a wrong name', 'orders\n', /the name that was typed is not the target/],
  ['an empty line', '\n', /the name that was typed is not the target/],
  ['a terminal that is closed', '', /not begun: nothing was typed/],
] as const)('restorewatch restore, %s: begins nothing and ends with exit code 1 and the reason', async ([, input, words]) => {
  const at = await desk();
  const { code, stderr } = await restore(at, input);
  expect([code, stderr]).toEqual([1, expect.stringMatching(words)]);
  expect(at.atlas.recovery.jobs).toEqual([]);
});

test('restorewatch restore refuses a target without the tag before it asks for the name, and records the refusal', async () => {
  const at = await desk({ tags: {} });
  const { code, stderr } = await restore(at, 'sandbox\n');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/refused: .*does not carry the tag/)]);
  expect(stderr).not.toContain('Type the target');
  expect(at.atlas.recovery.jobs).toEqual([]);
  expect(await at.records()).toEqual([expect.objectContaining({ kind: 'restore', verdict: 'refused', by: 'Ada' })]);
});

/** That data of `orders` was erased an hour ago. */
async function erased(at: Desk): Promise<void> {
  const store = openSqliteStore(at.env['STATE_PATH'] ?? '');
  const clusters = [{ project: 'shop', projectId: 'p1', cluster: 'orders', clusterId: 'c1' }];
  const now = Date.now();
  const erasure = { reference: 'PRIV-1', erasedAt: now, by: 'dana', clusters, namespaces: ['shop.users'], leaves: '' };
  const about = { id: 'erasure-PRIV-1', kind: 'erasure', subject: 'PRIV-1', by: 'dana', summary: '', verdict: 'noted' } as const;
  const record = { ...about, startedAt: now, endedAt: now, measured: {}, evidence: [], details: erasureDetails(erasure) };
  const swap = { expected: 0, writer: 'test', adopt: [], drop: [], history: [], release: null, now, head: emptyHead(now) };
  await store.swap({ ...swap, records: [record] });
  await store.close();
}

test('restorewatch restore names what it brought back, and is not finished until each is confirmed as erased again', async () => {
  const at = await desk();
  await erased(at);
  at.atlas.recovery.restoreTakes = 100;
  const { code, stdout } = await restore(at, 'sandbox\n', true, '--json');
  const { id, again } = JSON.parse(stdout);
  expect([code, again]).toEqual([0, ['PRIV-1']]);
  const ask = (...args: readonly string[]): Promise<Ended> => restorewatch(['erasures', ...args], { env: at.env });
  const after = await ask('--after-restore', id, '--json');
  expect([after.code, JSON.parse(after.stdout)]).toEqual([1, { restore: id, again: [expect.objectContaining({ reference: 'PRIV-1' })] }]);
  const list = await ask('list');
  expect([list.code, list.stdout]).toEqual([
    1,
    expect.stringContaining(`not finished: ${id}, the restore of orders (project shop): erase again PRIV-1`),
  ]);
  expect(await ask('confirm', '--reference', 'PRIV-1', '--restore', id, '--by', 'Ada')).toMatchObject({ code: 0 });
  expect([(await ask('--after-restore', id)).code, (await ask('list')).code]).toEqual([0, 0]);
  expect((await ask('--after-restore', 'nothing')).code).not.toBe(0);
}, 60_000);

/** As the last check left it. */
async function recorded(at: Desk, head: Head, view: RecordedView | null = null): Promise<void> {
  const store = openSqliteStore(at.env['STATE_PATH'] ?? '');
  const viewBlobs = view === null ? [] : (await writePacked(store, view.runId, [EMPTY_MEMORY, view]))[1].names;
  const swap = { expected: 0, writer: 'test', adopt: viewBlobs, drop: [], history: [], release: null, now: Date.now() };
  await store.swap({ ...swap, head: { ...head, viewBlobs } });
  await store.close();
}

test('restorewatch restore refuses a target that a drill is to use', async () => {
  const at = await desk();
  const now = Date.now();
  const targetName = { project: 'shop', cluster: 'sandbox', uri: null };
  await recorded(at, beginDrill(emptyHead(now), { id: 'drill-1', scenario: 'corruption', plan: null, by: 'Bob', targetName, now }));
  const { code, stderr } = await restore(at, 'sandbox\n');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/drill-1.* is using the target/)]);
});

test('restorewatch restore refuses a target that the last check watched, though it carries the tag', async () => {
  const at = await desk();
  const clusters = [clusterRow('sandbox', { projectId: 'p', clusterId: 'c' })];
  await recorded(at, emptyHead(Date.now()), { runId: 'run-1', clusters, wider: [] });
  const { code, stderr } = await restore(at, 'sandbox\n');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/refused: the target sandbox .* is watched/)]);
  expect(at.atlas.recovery.jobs).toEqual([]);
});

test.for([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  'restorewatch restore, %s while it follows: the restore goes on, and the records say so',
  { timeout: 30_000 },
  async ([signal, expected]) => {
    const at = await desk();
    const { code, stdout, stderr } = await watched(at, (words, kill) => {
      if (words.includes('has begun')) kill(signal);
    });
    expect([code, stdout]).toEqual([expected, expect.stringContaining('nobody waited for its end')]);
    expect(stderr).toContain('the restore goes on in Atlas');
    expect((await at.records()).map(({ verdict }) => verdict)).toEqual(['noted', 'interrupted']);
  },
);

test('restorewatch restore that is killed has left the record of the beginning', async () => {
  const at = await desk();
  await watched(at, (words, kill) => {
    if (words.includes('has begun')) kill('SIGKILL');
  });
  expect((await at.records()).map(({ verdict }) => verdict)).toEqual(['noted']);
}, 30_000);

test('restorewatch restore asks for the project of a cluster that config does not name', async () => {
  const at = await desk();
  const args = ['--cluster', 'orders', '--to', at.snapshot, '--target', 'sandbox'];
  const { code, stderr } = await restorewatch(['restore', ...args, '--yes'], { env: at.env });
  expect([code, stderr]).toEqual([1, expect.stringContaining('say which project orders is in: --project NAME')]);
});

test('restorewatch backup --atlas asks for the project of a cluster that config does not name', async () => {
  const at = await desk();
  const { code, stderr } = await restorewatch(['backup', '--atlas', '--cluster', 'orders'], { env: at.env });
  expect([code, stderr]).toEqual([1, expect.stringContaining('say which project orders is in: --project NAME')]);
});

test('restorewatch restore without a terminal reads nothing and begins nothing unless --yes is given', async () => {
  const at = await desk();
  expect(await restore(at, 'sandbox\n', false)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('needs --yes') });
  expect(at.atlas.requests).toEqual([]);
});
