import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { asOwner, sweepUnfinished } from '../../../scripts/backup/killed-backups.ts';
import { ownProcess } from '../../../scripts/process/this-process.ts';
import { childEnvironment } from '../../support/child-environment.ts';
import { type Mongo, mongo } from '../../support/mongo.ts';
import { isRunning } from '../../support/running.ts';
import { describeWith } from '../../support/services.ts';
import { restorewatch } from '../run.ts';
import { stallAfter } from '../stalling-proxy.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** A file, so that nothing can be in it or be recorded in it. */
const NOWHERE = join(ROOT, 'package.json');

async function folderForTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'restorewatch-killed-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A tool that says its number, and goes on until it is killed. */
async function endlessTool(): Promise<string> {
  const program = join(await folderForTest(), 'mongodump');
  await writeFile(
    program,
    `#!${process.execPath}\nprocess.on('SIGTERM', () => {});\nconsole.log(process.pid);\nsetInterval(() => {}, 1000);\n`,
  );
  await chmod(program, 0o755);
  return program;
}

const RUNS_A_TOOL = `
import { runTool } from ${JSON.stringify(join(ROOT, 'lib/recovery/dump/tool/run-tool.ts'))};
import { ownProcess } from ${JSON.stringify(join(ROOT, 'scripts/process/this-process.ts'))};
await runTool({ program: process.argv[1], uri: 'mongodb://ann:s3cret-word@h/', args: [], env: {}, own: ownProcess, onLine: console.log });`;

/** A process of ours that runs a tool, and the tool's number, once it runs. */
async function parentOf(program: string, temporary: string) {
  const args = ['--input-type=module', '--eval', RUNS_A_TOOL, program];
  const parent = spawn(process.execPath, args, { env: childEnvironment({ TMPDIR: temporary }), stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [line]: readonly unknown[] = await once(createInterface({ input: parent.stdout }), 'line');
  return { parent, tool: Number(line) };
}

describeWith('setpriv', 'a MongoDB tool whose parent is killed', () => {
  test('is gone at once, also if it stops for nobody', async () => {
    const { parent, tool } = await parentOf(await endlessTool(), await folderForTest());
    expect(isRunning(tool)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await expect.poll(() => isRunning(tool)).toBe(false);
  }, 30_000);

  test('leaves its address in a file that the next command deletes and names', async () => {
    const temporary = await folderForTest();
    const { parent } = await parentOf(await endlessTool(), temporary);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    const [left = ''] = await readdir(temporary);
    expect(await readFile(join(temporary, left, 'config.yaml'), 'utf8')).toContain('s3cret-word');
    const { stderr } = await restorewatch(['backup'], { env: { TMPDIR: temporary } });
    expect(stderr).toContain(`deleted ${join(temporary, left)}: a command that was killed had left an address there`);
    expect(await readdir(temporary)).toEqual([]);
  }, 30_000);
});

test.for([
  ['backup'],
  ['backup', '--atlas', '--cluster', 'a', '--project', 'b'],
  ['validate', '--backup', join(NOWHERE, 'backup')],
  ['restore', '--cluster', 'a', '--to', '2026-11-22T13:42:00Z', '--target', 'b', '--yes'],
  ['restore-test', '--status'],
  ['drill', '--list'],
  ['sandbox'],
])('an address that a killed process left is gone once any command of recovery has begun: %j', async (args) => {
  const temporary = await folderForTest();
  const { pid } = spawnSync(process.execPath, ['--version']);
  await mkdir(join(temporary, `restorewatch-tool-${pid}-abc`));
  await writeFile(join(temporary, `restorewatch-tool-${pid}-abc`, 'config.yaml'), 'uri: secret');
  const { code } = await restorewatch(args, { env: { TMPDIR: temporary, STATE_PATH: join(temporary, 'no', 'state.sqlite') } });
  expect(code).toBe(1);
  expect((await readdir(temporary)).filter((name) => name.startsWith('restorewatch-tool'))).toEqual([]);
});

test('an address that a killed process left stays while somebody reads the usage of a command', async () => {
  const temporary = await folderForTest();
  await mkdir(join(temporary, 'restorewatch-tool-1-abc'));
  await restorewatch(['backup', '--help'], { env: { TMPDIR: temporary } });
  expect(await readdir(temporary)).toEqual(['restorewatch-tool-1-abc']);
});

describe.skipIf(ownProcess.identity === null)('the identity of a process', () => {
  const identity = ownProcess.identity ?? '';

  test('is its own while it lives, and of a process that ended once that is reaped or not', async () => {
    expect(ownProcess.hasEnded(identity)).toBe(false);
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
    const start = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')[19];
    const theirs = identity.replace(/ \d+ \d+$/, ` ${child.pid} ${start}`);
    expect(ownProcess.hasEnded(theirs)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(ownProcess.hasEnded(theirs)).toBe(true);
  });

  test.for([
    ['of this number that began at another time has ended', identity.replace(/\d+$/, '1'), true],
    ['of another boot, which may be another machine’s, is not known to have ended', identity.replace(/^./, 'X'), null],
    ['of another space of numbers is not known to have ended', identity.replace(/pid:\[\d+\]/, 'pid:[1]'), null],
    ['in a form that nobody knows is not known to have ended', 'a b', null],
  ] as const)('%s', ([, other, ended]) => expect(ownProcess.hasEnded(other)).toBe(ended));
});

describe('an unfinished backup', () => {
  const NAME = 'restorewatch-2026-11-22T13-42-00Z';
  const LEFT = [`${NAME}.partial`, `${NAME}.manifest.json`, `${NAME}.manifest.json.partial`, `${NAME}.manifest.json.sha256`];
  const ended = (how: boolean | null) => ({ hasEnded: () => how });

  async function left(...more: readonly string[]): Promise<string> {
    const out = await folderForTest();
    await mkdir(join(out, `${NAME}.partial`, 'shop'), { recursive: true });
    for (const name of [...LEFT.slice(1), ...more]) await writeFile(join(out, name), 'x');
    return out;
  }

  test('of a process that has ended is deleted with all that belongs to it, and named', async () => {
    const out = await left(`${NAME}.partial.owner`, 'notes.txt', `${NAME}.records.jsonl`);
    expect(await sweepUnfinished(out, ended(true))).toEqual([`${NAME}.partial`]);
    expect((await readdir(out)).toSorted()).toEqual(['notes.txt', `${NAME}.records.jsonl`].toSorted());
  });

  test.for([
    ['is being taken', [`${NAME}.partial.owner`], false],
    ['may be taken by another machine', [`${NAME}.partial.owner`], null],
    ['does not say whose it is', [], true],
    ['is somebody else’s by its name', ['theirs.partial.owner'], true],
  ] as const)('stays if it %s', async ([, more, how]) => {
    const out = await left(...more);
    expect(await sweepUnfinished(out, ended(how))).toEqual([]);
    expect((await readdir(out)).toSorted()).toEqual([...LEFT, ...more].toSorted());
  });

  test('that was finished at the last moment keeps its manifest', async () => {
    const out = await folderForTest();
    await mkdir(join(out, NAME));
    for (const name of [`${NAME}.manifest.json`, `${NAME}.manifest.json.sha256`, `${NAME}.partial.owner`])
      await writeFile(join(out, name), 'x');
    expect(await sweepUnfinished(out, ended(true))).toEqual([]);
    expect((await readdir(out)).toSorted()).toEqual([NAME, `${NAME}.manifest.json`, `${NAME}.manifest.json.sha256`]);
  });

  test('has its owner beside it while it is taken, and not after it, however that ended', async () => {
    const out = join(await folderForTest(), 'new');
    const folder = join(out, NAME);
    const during = await asOwner(folder, { identity: 'boot space 1 2' }, () => readFile(`${folder}.partial.owner`, 'utf8'));
    expect([during, await readdir(out)]).toEqual(['boot space 1 2', []]);
    await expect(asOwner(folder, { identity: 'boot space 1 2' }, () => Promise.reject(new Error('full')))).rejects.toThrow('full');
    expect(await readdir(out)).toEqual([]);
  });
});

describeWith('mongodb', 'restorewatch backup after one that was killed', (where) => {
  const database = `killed${process.pid}`;
  let server: Mongo;
  let client: MongoClient;
  beforeAll(async () => {
    server = await mongo(where);
    client = await new MongoClient(server.uri).connect();
    await client
      .db(database)
      .collection('orders')
      .insertMany(Array.from({ length: 1_000 }, () => ({ text: 'x'.repeat(1_000) })));
  });
  afterAll(async () => {
    await client.db(database).dropDatabase();
    await client.close();
    await server.stop();
  });

  test('deletes what that left, names it, and leaves its own backup alone', async () => {
    const out = await folderForTest();
    const { hostname, port } = new URL(server.uri);
    const proxy = await stallAfter(400_000, hostname, Number(port));
    onTestFinished(proxy.stop);
    const env = childEnvironment({ MONGODB_URI: `mongodb://127.0.0.1:${proxy.port}/${database}` });
    const args = [join('scripts', 'restorewatch.ts'), 'backup', '--tool', 'driver', '--out', out];
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await proxy.stalled;
    child.kill('SIGKILL');
    await once(child, 'exit');
    const [partial] = (await readdir(out)).filter((name) => name.endsWith('.partial'));
    const { code, said } = await restorewatch(['backup', '--tool', 'driver', '--out', out], {
      env: { MONGODB_URI: `${server.uri}${database}` },
    });
    expect(code, said).toBe(0);
    expect(said).toContain(`deleted ${partial} in ${out}, which a backup that was killed left`);
    expect((await readdir(out)).filter((name) => name.includes('.partial'))).toEqual([]);
    expect((await readdir(out)).filter((name) => name.endsWith('Z'))).toHaveLength(1);
  }, 60_000);
});
