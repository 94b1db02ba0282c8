import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emptyHead, type Head } from '../../lib/domain/head.ts';
import type { LogRecord } from '../../lib/domain/record.ts';
import type { RecordedView } from '../../lib/domain/view.ts';
import { writePacked } from '../../lib/state/packed-blobs.ts';
import { openSqliteStore } from '../../lib/state/sqlite.ts';
import { begun } from '../../lib/recovery/drills/state.ts';
import { type AtlasEmulator, startAtlasEmulator } from '../emulators/atlas.ts';
import type { ClusterOptions, EmulatedCluster } from '../emulators/atlas-model.ts';
import { type Ended, runScript } from './run.ts';

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
  const folder = mkdtempSync(join(tmpdir(), 'restorable-restore-'));
  onTestFinished(async () => {
    rmSync(folder, { recursive: true, force: true });
    await atlas.close();
  });
  const project = atlas.addProject('shop');
  const orders = project.addCluster('orders');
  project.addCluster('sandbox', { tags: { restorable: 'sandbox' }, history: false, ...target });
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

function argsOf({ snapshot }: Desk, ...more: readonly string[]): readonly string[] {
  return ['--cluster', 'orders', '--project', 'shop', '--to', snapshot, '--target', 'sandbox', '--by', 'Ada', ...more];
}

function restore(at: Desk, input: string): Promise<Ended> {
  return runScript('restore.ts', { args: argsOf(at), env: at.env, input });
}

/** Runs it with the name typed, and acts on what it says. */
async function watched(at: Desk, hear: (words: string, kill: (signal: NodeJS.Signals) => void) => void): Promise<Ended> {
  const env = { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production' as const, ...at.env };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../scripts/restore.ts'), ...argsOf(at)], { env });
  const said = { stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
    hear(text, (signal) => void child.kill(signal));
  });
  child.stdin.end('sandbox\n');
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...said };
}

test('shows what it would do, takes the typed name, restores, and records beginning and end', async () => {
  const at = await desk();
  const { code, stdout, stderr } = await watched(at, (words) => {
    if (words.includes('has begun')) at.clock.late = 3_600_000;
  });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/target {3}sandbox \(project shop\); ALL ITS DATA IS REPLACED/);
  expect(stdout).toContain("Type the target's name (sandbox)");
  expect(at.atlas.recovery.jobs).toHaveLength(1);
  const [begin, end] = await at.records();
  expect(begin).toMatchObject({ kind: 'restore', verdict: 'noted', by: 'Ada' });
  expect(end).toMatchObject({ kind: 'restore', verdict: 'passed', by: 'Ada', corrects: begin?.id });
}, 60_000);

test.for([
  ['a wrong name', 'orders\n', /the name that was typed is not the target/],
  ['an empty line', '\n', /the name that was typed is not the target/],
  ['standard input at its end', '', /not begun: nothing was typed/],
] as const)('%s: nothing is begun, and it ends with 1 and words', async ([, input, words]) => {
  const at = await desk();
  const { code, stderr } = await restore(at, input);
  expect([code, stderr]).toEqual([1, expect.stringMatching(words)]);
  expect(at.atlas.recovery.jobs).toEqual([]);
});

test('a target without the tag is refused before anything is asked, and the refusal is recorded', async () => {
  const at = await desk({ tags: {} });
  const { code, stdout, stderr } = await restore(at, 'sandbox\n');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/refused: .*does not carry the tag/)]);
  expect(stdout).not.toContain('Type the target');
  expect(at.atlas.recovery.jobs).toEqual([]);
  expect(await at.records()).toEqual([expect.objectContaining({ kind: 'restore', verdict: 'refused', by: 'Ada' })]);
});

/** As the last check left it. */
async function recorded(at: Desk, head: Head, view: RecordedView | null = null): Promise<void> {
  const store = openSqliteStore(at.env['STATE_PATH'] ?? '');
  const viewBlobs = view === null ? [] : (await writePacked(store, view.runId, [{}, view]))[1];
  const swap = { expected: 0, writer: 'test', adopt: viewBlobs, drop: [], history: [], release: null, now: Date.now() };
  await store.swap({ ...swap, head: { ...head, viewBlobs } });
  await store.close();
}

test('a target that a drill is to use is refused', async () => {
  const at = await desk();
  const now = Date.now();
  const targetName = { project: 'shop', cluster: 'sandbox', uri: null };
  await recorded(at, begun(emptyHead(now), { id: 'drill-1', scenario: 'corruption', plan: null, by: 'Bob', targetName, now }));
  const { code, stderr } = await restore(at, 'sandbox\n');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/drill-1.* is using the target/)]);
});

test('a target that the last check listed as watched is refused, though it carries the tag', async () => {
  const at = await desk();
  const row = { projectId: 'p', projectName: 'shop', clusterId: 'c', name: 'sandbox', kind: 'replicaSet', verdict: 'ok' } as const;
  const clusters = [{ ...row, window: null, newestRecoveryPoint: null, findings: [] }];
  await recorded(at, emptyHead(Date.now()), { runId: 'run-1', clusters, wider: [] });
  const { code, stderr } = await restore(at, 'sandbox\n');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/refused: the target sandbox .* is watched/)]);
  expect(at.atlas.recovery.jobs).toEqual([]);
});

test.for([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s while it follows: the restore goes on, and the records say so', { timeout: 30_000 }, async ([signal, expected]) => {
  const at = await desk();
  const { code, stdout, stderr } = await watched(at, (words, kill) => {
    if (words.includes('has begun')) kill(signal);
  });
  expect([code, stderr]).toEqual([expected, '']);
  expect(stdout).toContain('the restore goes on in Atlas');
  expect((await at.records()).map(({ verdict }) => verdict)).toEqual(['noted', 'interrupted']);
});

test('a process that is killed has left the record of the beginning', async () => {
  const at = await desk();
  await watched(at, (words, kill) => {
    if (words.includes('has begun')) kill('SIGKILL');
  });
  expect((await at.records()).map(({ verdict }) => verdict)).toEqual(['noted']);
}, 30_000);

test('the project of a cluster that nothing names has to be said', async () => {
  const at = await desk();
  const args = ['--cluster', 'orders', '--to', at.snapshot, '--target', 'sandbox'];
  const { code, stderr } = await runScript('restore.ts', { args, env: at.env, input: 'sandbox\n' });
  expect([code, stderr]).toEqual([1, expect.stringContaining('say which project orders is in: --project NAME')]);
});

test('a snapshot by Atlas without its project says how to name it', async () => {
  const at = await desk();
  const { code, stderr } = await runScript('backup-database.ts', { args: ['--atlas', '--cluster', 'orders'], env: at.env });
  expect([code, stderr]).toEqual([2, expect.stringContaining('say which project orders is in: --project NAME')]);
});
