import { chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { restoreWithTool } from '../../../../lib/recovery/dump/restore/restore-with-tool.ts';
import { findTool, writeWithTool } from '../../../../lib/recovery/dump/tool/mongo-tool.ts';
import { type OwnProcess, sweepPrivateFolders } from '../../../../lib/recovery/dump/tool/own-process.ts';
import { runTool } from '../../../../lib/recovery/dump/tool/run-tool.ts';
import { readBackup } from '../../../../lib/recovery/dump/read/read-backup.ts';
import { DAY, SECOND } from '../../../../lib/domain/time.ts';
import { isRunning } from '../../../support/running.ts';
import { folderForTest } from '../in-memory.ts';

const URI = 'mongodb://owner:s3cret-pass@127.0.0.1:1/?x="y"';

/** A program in the tool's place: the real ones are not to be had everywhere. It notes how it was called, then does what `script` says. */
async function standIn(
  name: string,
  script = '',
): Promise<{ readonly program: string; readonly folder: string; readonly noted: () => Promise<Noted> }> {
  const folder = await folderForTest();
  const program = join(folder, name);
  const note = join(folder, 'called.json');
  await writeFile(
    program,
    `#!${process.execPath}
const fs = require('node:fs');
const config = process.argv.find((arg) => arg.startsWith('--config=')).slice('--config='.length);
const { mode } = fs.statSync(config);
const command = fs.existsSync('/proc/self/cmdline') ? fs.readFileSync('/proc/self/cmdline', 'utf8') : process.argv.join(' ');
const called = { args: process.argv.slice(2), config, text: fs.readFileSync(config, 'utf8'), mode: mode & 0o777, env: process.env, command };
fs.writeFileSync(${JSON.stringify(note)}, JSON.stringify(called));
const out = (process.argv.find((arg) => arg.startsWith('--out=')) || '').slice('--out='.length);
${script}
`,
  );
  await chmod(program, 0o755);
  return { program, folder, noted: async () => JSON.parse(await readFile(note, 'utf8')) };
}

type Noted = {
  readonly args: readonly string[];
  readonly config: string;
  readonly text: string;
  readonly mode: number;
  readonly env: Readonly<Record<string, string>>;
  readonly command: string;
};

/** A process that is alive itself, and that nothing ends. */
const own: OwnProcess = {
  pid: process.pid,
  identity: `boot space ${process.pid} 7`,
  folder: tmpdir(),
  isAlive: () => true,
  hasEnded: () => null,
  onExit: () => () => {},
  guard: async () => [],
};

/** As when the process exits. */
function exit(acts: readonly (() => void)[]): void {
  for (const act of acts.slice()) act();
}

const DUMPS = `
fs.mkdirSync(out + '/shop', { recursive: true });
fs.writeFileSync(out + '/shop/orders.metadata.json', JSON.stringify({ indexes: [], collectionName: 'orders', type: 'collection' }));
fs.writeFileSync(out + '/shop/orders.bson', Buffer.from([5, 0, 0, 0, 0, 5, 0, 0, 0, 0]));
`;

test('findTool gives the path of a tool on PATH, and null where there is none', async () => {
  const { folder, program } = await standIn('mongodump');
  expect(await findTool('mongodump', `/nowhere:${folder}`)).toBe(program);
  expect(await findTool('mongorestore', `/nowhere:${folder}`)).toBeNull();
  expect(await findTool('mongodump', '')).toBeNull();
});

test('findTool takes no folder for a tool', async () => {
  const folder = await folderForTest();
  await mkdir(join(folder, 'mongorestore'));
  expect(await findTool('mongorestore', folder)).toBeNull();
});

describe('the address that a MongoDB tool is given', () => {
  test('stands in a file that only its owner can read and that is deleted afterwards, in no argument and no variable', async () => {
    const { program, noted } = await standIn('mongodump');
    await runTool({ program, uri: URI, own, args: ['--gzip'], env: { PATH: '' }, onLine: () => {} });
    const called = await noted();
    expect(called.text).toBe(`uri: ${JSON.stringify(URI)}\n`);
    expect(called.mode).toBe(0o600);
    expect(called.command).not.toContain('s3cret-pass');
    expect(JSON.stringify(called.env)).not.toContain('s3cret-pass');
    await expect(readFile(called.config)).rejects.toThrow('ENOENT');
  });

  test('is deleted too when the tool fails, and the error repeats the tool’s last lines', async () => {
    const { program, noted } = await standIn(
      'mongodump',
      "console.error('one');console.error('Failed: no reachable servers');process.exit(1);",
    );
    const lines: string[] = [];
    const failing = runTool({ program, uri: URI, own, args: [], env: {}, onLine: (line) => lines.push(line) });
    await expect(failing).rejects.toThrow(/ended with 1: one \/ Failed: no reachable servers/);
    expect(lines).toEqual(['one', 'Failed: no reachable servers']);
    await expect(readFile((await noted()).config)).rejects.toThrow('ENOENT');
  });

  test('is deleted too when the tool is interrupted', async () => {
    const controller = new AbortController();
    const { program, noted } = await standIn('mongodump', "console.error('begun');setInterval(() => {}, 1000);");
    const running = runTool({ program, uri: URI, own, args: [], env: {}, signal: controller.signal, onLine: () => controller.abort() });
    await expect(running).rejects.toThrow('interrupted');
    await expect(readFile((await noted()).config)).rejects.toThrow('ENOENT');
  });
});

test('the lines of a MongoDB tool repeat no value of a duplicate key, neither on the screen nor in the error', async () => {
  const words = 'E11000 duplicate key error collection: shop.users index: email_1 dup key: { email: "ada@example.com" }';
  const { program } = await standIn('mongorestore', `console.error(${JSON.stringify(words)});process.exit(1);`);
  const lines: string[] = [];
  const failing = runTool({ program, uri: URI, own, args: [], env: {}, onLine: (line) => lines.push(line) });
  await expect(failing).rejects.toThrow(/index: email_1$/);
  expect(lines).toEqual(['E11000 duplicate key error collection: shop.users index: email_1']);
});

describe('when our process exits at once', () => {
  test('the address is deleted and the tool killed', async () => {
    const acts: (() => void)[] = [];
    const onExit: OwnProcess['onExit'] = (act) => {
      acts.push(act);
      return () => void acts.splice(acts.indexOf(act), 1);
    };
    // Deaf to what asks politely.
    const script = "process.on('SIGTERM', () => {});console.error('begun');setInterval(() => {}, 1000);";
    const { program, noted } = await standIn('mongodump', script);
    const onLine = (): void => exit(acts);
    const running = runTool({ program, uri: URI, own: { ...own, onExit }, args: [], env: {}, onLine });
    await expect(running).rejects.toThrow('ended with a signal');
    await expect(readFile((await noted()).config)).rejects.toThrow('ENOENT');
    expect(acts).toEqual([]);
  });

  test('the folder is deleted before the run itself could do it', async () => {
    const [folder, acts]: [string, (() => void)[]] = [await folderForTest(), []];
    const { program } = await standIn('mongodump', "console.error('begun');setInterval(() => {}, 1000);");
    const onExit: OwnProcess['onExit'] = (act) => (acts.push(act), () => {});
    let left: Promise<readonly string[]> = Promise.resolve(['nothing was looked at']);
    const onLine = (): void => {
      exit(acts);
      left = readdir(folder);
    };
    await expect(runTool({ program, uri: URI, own: { ...own, folder, onExit }, args: [], env: {}, onLine })).rejects.toThrow(
      'ended with a signal',
    );
    expect(await left).toEqual([]);
  });

  test.for([
    ['a dead process', 'restorewatch-tool-4242-abc', 0, false],
    ['a live process', 'restorewatch-tool-1-abc', 0, true],
    ['a live process, of a day and a second ago', 'restorewatch-tool-1-abc', DAY + SECOND, false],
    ['a live process, of a second less than a day ago', 'restorewatch-tool-1-abc', DAY - SECOND, true],
    ['this process', `restorewatch-tool-${process.pid}-abc`, 2 * DAY, true],
    ['somebody else', 'restorewatch-backup-abc', 2 * DAY, true],
  ] as const)('a tool’s folder that %s left is swept: %s', async ([, name, age, stays]) => {
    const [folder, now] = [await folderForTest(), Date.now()];
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'config.yaml'), 'uri: secret');
    await utimes(join(folder, name), (now - age) / 1_000, (now - age) / 1_000);
    await sweepPrivateFolders({ ...own, folder, isAlive: (pid) => pid === 1 }, now);
    expect(await readdir(folder)).toEqual(stays ? [name] : []);
  });

  test.for([
    ['a process that has ended, though its number is in use again', 'boot space 1 7', true, 0, false],
    ['a process that has ended, though its number is ours now', `boot space ${process.pid} 6`, true, 0, false],
    ['a live process, of two days ago', 'boot space 1 7', false, 2 * DAY, true],
    ['another machine’s process, of today', 'other space 1 7', null, 0, true],
    ['another machine’s process, of two days ago', 'other space 1 7', null, 2 * DAY, false],
    ['this process', own.identity ?? '', false, 2 * DAY, true],
  ] as const)('a tool’s folder that says whose it is, left by %s, is swept by that', async ([, identity, hasEnded, age, stays]) => {
    const [folder, now] = [await folderForTest(), Date.now()];
    const path = join(folder, `restorewatch-tool-${identity.split(' ')[2]}-abc`);
    await mkdir(path);
    await writeFile(join(path, 'config.yaml'), 'uri: secret');
    await writeFile(join(path, 'owner'), identity);
    await utimes(path, (now - age) / 1_000, (now - age) / 1_000);
    const swept = await sweepPrivateFolders({ ...own, folder, hasEnded: () => hasEnded }, now);
    expect([swept, await readdir(folder)]).toEqual(stays ? [[], [path.slice(folder.length + 1)]] : [[path], []]);
  });
});

describe('a MongoDB tool that is asked to stop', () => {
  /** The tool and a program that it starts, both of which do not stop when asked to. */
  const STUBBORN = `
process.on('SIGTERM', () => {});
const { spawn } = require('node:child_process');
const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); console.log('begun'); setInterval(() => {}, 1000)"]);
child.stdout.on('data', () => console.error(process.pid + ' ' + child.pid));
setInterval(() => {}, 1000);`;

  test('is killed with all that it started when it has not stopped in time', async () => {
    const controller = new AbortController();
    const { program } = await standIn('mongodump', STUBBORN);
    let pids: readonly number[] = [];
    const onLine = (line: string): void => {
      pids = line.split(' ').map(Number);
      controller.abort();
    };
    const running = runTool({ program, uri: URI, own, args: [], env: {}, signal: controller.signal, grace: 50, onLine });
    await expect(running).rejects.toThrow('interrupted');
    expect(pids).toHaveLength(2);
    await expect.poll(() => pids.filter(isRunning)).toEqual([]);
  });

  test('is killed with all that it started when our process exits', async () => {
    const acts: (() => void)[] = [];
    const onExit: OwnProcess['onExit'] = (act) => (acts.push(act), () => {});
    const { program } = await standIn('mongodump', STUBBORN);
    let pids: readonly number[] = [];
    const onLine = (line: string): void => {
      pids = line.split(' ').map(Number);
      exit(acts);
    };
    await expect(runTool({ program, uri: URI, own: { ...own, onExit }, args: [], env: {}, onLine })).rejects.toThrow('a signal');
    expect(pids).toHaveLength(2);
    await expect.poll(() => pids.filter(isRunning)).toEqual([]);
  });
});

test('a MongoDB tool is started behind the words that guard it', async () => {
  const { program, noted } = await standIn('mongodump');
  await runTool({
    program,
    uri: URI,
    own: { ...own, guard: async () => ['/usr/bin/env', '--'] },
    args: ['--gzip'],
    env: {},
    onLine: () => {},
  });
  expect((await noted()).args.slice(1)).toEqual(['--gzip']);
});

describe('mongodump', () => {
  test('is given --oplog and --gzip, and what it wrote is counted', async () => {
    const { program, noted } = await standIn('mongodump', `${DUMPS}fs.writeFileSync(out + '/oplog.bson', Buffer.from([5, 0, 0, 0, 0]));`);
    const folder = await folderForTest();
    const run = { program, uri: URI, own, env: {}, onLine: () => {}, serverVersion: '8.0.1' };
    const contents = await writeWithTool(folder, { ...run, gzip: true, oplog: true });
    expect((await noted()).args.slice(1)).toEqual([`--out=${folder}`, '--gzip', '--oplog']);
    expect(contents).toMatchObject({ tool: 'mongodump', consistency: 'oplog', collections: [{ namespace: 'shop.orders', documents: 2 }] });
    expect(contents.files.map(({ path }) => path)).toEqual(['oplog.bson', 'shop/orders.bson', 'shop/orders.metadata.json']);
    expect((await readBackup(folder)).oplog).toBe(join(folder, 'oplog.bson'));
  });

  test('fails the backup where it wrote no oplog though asked for one', async () => {
    const { program } = await standIn('mongodump', DUMPS);
    const run = { program, uri: URI, own, env: {}, onLine: () => {}, serverVersion: '8.0.1', gzip: false, oplog: true };
    await expect(writeWithTool(await folderForTest(), run)).rejects.toThrow('oplog.bson is missing');
  });

  test('fails the backup where it wrote half a document', async () => {
    const { program } = await standIn('mongodump', `${DUMPS}fs.appendFileSync(out + '/shop/orders.bson', Buffer.from([5, 0, 0]));`);
    const run = { program, uri: URI, own, env: {}, onLine: () => {}, serverVersion: '8.0.1', gzip: false, oplog: false };
    await expect(writeWithTool(await folderForTest(), run)).rejects.toThrow(/orders\.bson: damaged at byte 10/);
  });
});

test('a tool is not run where temporary files cannot be written, and the error names the place and what to do', async () => {
  const { program } = await standIn('mongodump');
  const running = runTool({ program, uri: URI, own: { ...own, folder: program }, args: [], env: {}, onLine: () => {} });
  await expect(running).rejects.toThrow(
    `${program}/restorewatch-tool-${process.pid}- cannot be written: a part of the path is no folder; choose another one by TMPDIR`,
  );
});

describe('mongorestore', () => {
  async function argsFor(files: readonly string[]): Promise<readonly string[]> {
    const folder = await folderForTest();
    await mkdir(join(folder, 'shop'));
    for (const file of files) await writeFile(join(folder, file), '');
    const { program, noted } = await standIn('mongorestore');
    await restoreWithTool(await readBackup(folder), { program, uri: URI, own, env: {}, onLine: () => {} });
    return (await noted()).args.slice(1).map((arg) => arg.replace(folder, 'DIR'));
  }

  const WITHOUT_SERVERS = ['admin.*', 'config.*', 'local.*'].map((names) => `--nsExclude=${names}`);

  test.for([
    ['of plain files', ['shop/a.bson'], WITHOUT_SERVERS],
    [
      'with users of before 2.6',
      ['shop/a.bson', 'shop/system.users.bson', 'shop/my.system.users.bson', 'shop/system.js.bson', 'shop/system.a%2Ab.bson'],
      [...WITHOUT_SERVERS, String.raw`--nsExclude=shop.system.a\*b`, '--nsExclude=shop.system.users'],
    ],
    ['of packed files', ['shop/a.bson.gz'], ['--gzip', ...WITHOUT_SERVERS]],
    ['with an oplog', ['shop/a.bson', 'oplog.bson'], ['--oplogReplay']],
  ] as const)('restores a backup %s', async ([, files, args]) => {
    expect(await argsFor(files)).toEqual(['--stopOnError', '--bypassDocumentValidation', ...args, '--dir=DIR']);
  });
});
