import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emptyHead } from '../../../lib/domain/incidents/head.ts';
import { MINUTE } from '../../../lib/domain/time.ts';
import { activeDrills, beginDrill, changeDrill } from '../../../lib/recovery/state/drills-in-head.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import { startAtlasEmulator } from '../../emulators/atlas.ts';
import type { EmulatedOutage } from '../../emulators/atlas-restore-outage.ts';
import { childEnvironment } from '../../support/child-environment.ts';
import { restorewatch } from '../run.ts';

type Desk = { readonly folder: string; readonly env: Readonly<Record<string, string>>; readonly out: string };

function desk(more: Readonly<Record<string, string>> = {}): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-drill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const env = {
    ATLAS_CLIENT_ID: 'watch',
    ATLAS_CLIENT_SECRET: 'watch-secret',
    ALERTS: 'off',
    STATE_PATH: join(folder, 'state.sqlite'),
    ...more,
  };
  return { folder, env, out: join(folder, 'drills') };
}

function drill({ env, out }: Desk, ...args: readonly string[]) {
  return restorewatch(['drill', ...args, '--out', out, '--yes'], { env });
}

test('restorewatch drill takes a tabletop from its checklist to its report, a lesson and a follow-up', async () => {
  const at = desk();
  const first = await drill(at, '--scenario', 'breach', '--by', 'Ada');
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('[ ] 1. Isolate affected systems') });
  await reported(at, 4);
  const last = await drill(at, '--scenario', 'breach', '--step', '5', '--by', 'Bob', '--note', 'the board');
  expect(last).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('report:') });
  const [json, markdown] = readdirSync(at.out).toSorted();
  const report: unknown = JSON.parse(readFileSync(join(at.out, json ?? ''), 'utf8'));
  expect(report).toMatchObject({ scenario: 'breach', verdict: 'passed', lessons: [], followUps: [] });
  expect(await drill(at, '--lesson', 'name a deputy', '--by', 'Ada')).toMatchObject({ code: 0 });
  const opened = await drill(at, '--follow-up', 'a deputy', '--due', '2026-12-01', '--by', 'Ada');
  const id = /opened: (\S+)/.exec(opened.stdout)?.[1] ?? '';
  const words = readFileSync(join(at.out, markdown ?? ''), 'utf8');
  expect(words).toContain('- name a deputy (Ada,');
  expect(words).toContain('- a deputy (Ada,');
  expect((await drill(at, '--list')).stdout).toContain(`${id}: a deputy (by 2026-12-01)`);
  expect(await drill(at, '--close', id)).toMatchObject({ code: 0, stdout: `closed: ${id}\n` });
}, 60_000);

/** The first steps, as others reported them. */
async function reported({ env }: Desk, steps: number): Promise<void> {
  const store = openSqliteStore(env['STATE_PATH'] ?? '');
  const { head, revision } = await store.readHead();
  const [open] = head ? activeDrills(head) : [];
  if (!head || !open) throw new Error('no drill is under way');
  const done = Array.from({ length: steps }, (_, index) => ({ step: index + 1, by: 'Ada', at: Date.now(), note: `answer ${index + 1}` }));
  const next = changeDrill(head, open.id, (known) => ({ ...known, steps: done }));
  await store.swap({ expected: revision, writer: 'test', head: next, adopt: [], drop: [], history: [], release: null, now: Date.now() });
  await store.close();
}

test.for([
  ['unknown scenario', ['--scenario', 'bleach'], 2, 'Did you mean breach?'],
  ['no target in config', ['--scenario', 'corruption'], 1, 'names no sandbox at all'],
  ['a step that is no number', ['--scenario', 'breach', '--step', 'two'], 2, 'It is a whole number from 1 to 99'],
  ['a step of no tabletop', ['--scenario', 'breach', '--step', '1', '--note', 'x'], 1, 'no tabletop is under way'],
  ['a day that is none', ['--follow-up', 'x', '--due', 'soon'], 2, 'a day, as 2026-12-01'],
  ['two things asked for', ['--advance', '--lesson', 'x'], 2, 'one at a time of --scenario'],
  ['an unknown option', ['--scenaro', 'breach'], 2, '(Did you mean --scenario?)'],
] as const)('restorewatch drill, %s: an error that says what to do, and the exit code', async ([, args, expected, words]) => {
  const ended = await drill(desk(), ...args);
  expect(ended).toMatchObject({ code: expected, stderr: expect.stringContaining(words) });
  expect(ended.stderr).not.toContain('    at ');
});

test('restorewatch drill on Ctrl-C during a region outage ends the outage before the drill', async () => {
  const outage: EmulatedOutage = { id: 'o1', startedAt: Date.now() - 10 * MINUTE, filters: [], endAskedAt: null };
  // The region is back as soon as that is asked for: otherwise the drill looks again after 5 s.
  const atlas = await startAtlasEmulator({ now: () => Date.now() + (outage.endAskedAt === null ? 0 : 20 * MINUTE) });
  onTestFinished(() => atlas.close());
  const regions = ['US_EAST_1', 'US_WEST_2'].map((region) => ({ provider: 'AWS', region }));
  const project = atlas.addProject('shop');
  const cluster = project.addCluster('sandbox', { tags: { restorewatch: 'sandbox' }, regions });
  atlas.recovery.outages.set(cluster, outage);
  const { clientId, clientSecret } = atlas.recovery.credentials;
  const at = desk({ ATLAS_BASE_URL: atlas.url, ATLAS_RESTORE_CLIENT_ID: clientId, ATLAS_RESTORE_CLIENT_SECRET: clientSecret });
  await leftObserving(at, { projectId: project.id, projectName: 'shop', clusterId: cluster.id, name: 'sandbox' });

  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../../scripts/restorewatch.ts'), 'drill', '--advance', '--out', at.out],
    {
      env: childEnvironment(at.env),
    },
  );
  let said = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString();
    if (text.toString().includes('Atlas simulates')) child.kill('SIGINT');
  });
  expect(await ended).toBe(1);
  expect(said).toContain('interrupted: interrupted by hand');
  expect(atlas.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  expect(outage.endAskedAt).not.toBeNull();
  expect(said).not.toContain(clientSecret);
});

/** As a process leaves it that was killed while it watched. */
async function leftObserving(
  { env }: Desk,
  target: { projectId: string; projectName: string; clusterId: string; name: string },
): Promise<void> {
  const store = openSqliteStore(env['STATE_PATH'] ?? '');
  const now = Date.now();
  const named = { id: 'drill-left', scenario: 'region-outage', plan: null, by: 'Ada', now } as const;
  const head = beginDrill(emptyHead(now), { ...named, targetName: { project: 'shop', cluster: 'sandbox', uri: null } });
  const watching = changeDrill(head, 'drill-left', (known) => ({
    ...known,
    target,
    phase: 'observe',
    region: { provider: 'AWS', region: 'US_EAST_1' },
    marks: { outageAsked: now - 10 * MINUTE },
  }));
  await store.swap({ expected: 0, writer: 'test', head: watching, adopt: [], drop: [], history: [], release: null, now });
  await store.close();
}

test('restorewatch drill --checklist shows what a tabletop asks, and begins none', async () => {
  const at = desk();
  const { code, stdout } = await restorewatch(['drill', '--checklist'], { env: at.env });
  expect([code, stdout]).toEqual([0, expect.stringContaining('[ ] 1. Isolate affected systems')]);
  expect((await restorewatch(['drill', '--list'], { env: at.env })).stdout).toBe('nothing is recorded yet\n');
});
