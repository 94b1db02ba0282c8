import { chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findTool, runTool } from '../../../lib/recovery/dump/mongo-tool.ts';
import { type OwnProcess, sweepPrivateFolders } from '../../../lib/recovery/dump/private-folder.ts';
import { readBackup } from '../../../lib/recovery/dump/read-backup.ts';
import { restoreWithTool } from '../../../lib/recovery/dump/restore-with-tool.ts';
import { writeWithTool } from '../../../lib/recovery/dump/write-with-tool.ts';
import { DAY, SECOND } from '../../../lib/domain/time.ts';
import { folderForTest } from './in-memory.ts';

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
const own: OwnProcess = { pid: process.pid, folder: tmpdir(), isAlive: () => true, onExit: () => () => {} };

const DUMPS = `
fs.mkdirSync(out + '/shop', { recursive: true });
fs.writeFileSync(out + '/shop/orders.metadata.json', JSON.stringify({ indexes: [], collectionName: 'orders', type: 'collection' }));
fs.writeFileSync(out + '/shop/orders.bson', Buffer.from([5, 0, 0, 0, 0, 5, 0, 0, 0, 0]));
`;

test('a tool is found on PATH, and null where it is not', async () => {
  const { folder, program } = await standIn('mongodump');
  expect(await findTool('mongodump', `/nowhere:${folder}`)).toBe(program);
  expect(await findTool('mongorestore', `/nowhere:${folder}`)).toBeNull();
  expect(await findTool('mongodump', '')).toBeNull();
});

describe('the address', () => {
  test("reaches the tool by a file of the owner's alone, which is gone afterwards; no argument and no variable has it", async () => {
    const { program, noted } = await standIn('mongodump');
    await runTool({ program, uri: URI, own, args: ['--gzip'], env: { PATH: '' }, onLine: () => {} });
    const called = await noted();
    expect(called.text).toBe(`uri: ${JSON.stringify(URI)}\n`);
    expect(called.mode).toBe(0o600);
    expect(called.command).not.toContain('s3cret-pass');
    expect(JSON.stringify(called.env)).not.toContain('s3cret-pass');
    await expect(readFile(called.config)).rejects.toThrow('ENOENT');
  });

  test('is gone too when the tool fails, whose last words are the error', async () => {
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

  test('is gone too when it is interrupted', async () => {
    const controller = new AbortController();
    const { program, noted } = await standIn('mongodump', "console.error('begun');setInterval(() => {}, 1000);");
    const running = runTool({ program, uri: URI, own, args: [], env: {}, signal: controller.signal, onLine: () => controller.abort() });
    await expect(running).rejects.toThrow('interrupted');
    await expect(readFile((await noted()).config)).rejects.toThrow('ENOENT');
  });
});

describe('where our process ends at once', () => {
  test('the address is gone and the tool killed, and a run that has ended leaves nothing to do', async () => {
    const acts: (() => void)[] = [];
    const onExit: OwnProcess['onExit'] = (act) => {
      acts.push(act);
      return () => void acts.splice(acts.indexOf(act), 1);
    };
    // Deaf to what asks politely.
    const script = "process.on('SIGTERM', () => {});console.error('begun');setInterval(() => {}, 1000);";
    const { program, noted } = await standIn('mongodump', script);
    const onLine = (): void => acts[0]?.();
    const running = runTool({ program, uri: URI, own: { ...own, onExit }, args: [], env: {}, onLine });
    await expect(running).rejects.toThrow('ended with a signal');
    await expect(readFile((await noted()).config)).rejects.toThrow('ENOENT');
    expect(acts).toEqual([]);
  });

  test('the folder is gone before the run itself could delete it', async () => {
    const [folder, acts]: [string, (() => void)[]] = [await folderForTest(), []];
    const { program } = await standIn('mongodump', "console.error('begun');setInterval(() => {}, 1000);");
    const onExit: OwnProcess['onExit'] = (act) => (acts.push(act), () => {});
    let left: Promise<readonly string[]> = Promise.resolve(['nothing was looked at']);
    const onLine = (): void => {
      acts[0]?.();
      left = readdir(folder);
    };
    await expect(runTool({ program, uri: URI, own: { ...own, folder, onExit }, args: [], env: {}, onLine })).rejects.toThrow(
      'ended with a signal',
    );
    expect(await left).toEqual([]);
  });

  test.for([
    ['a dead process', 'restorable-tool-4242-abc', 0, false],
    ['a live process', 'restorable-tool-1-abc', 0, true],
    ['a live process, of a day and a second ago', 'restorable-tool-1-abc', DAY + SECOND, false],
    ['a live process, of a second less than a day ago', 'restorable-tool-1-abc', DAY - SECOND, true],
    ['this process', `restorable-tool-${process.pid}-abc`, 2 * DAY, true],
    ['somebody else', 'restorable-backup-abc', 2 * DAY, true],
  ] as const)('what %s left is swept: %s', async ([, name, age, stays]) => {
    const [folder, now] = [await folderForTest(), Date.now()];
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'config.yaml'), 'uri: secret');
    await utimes(join(folder, name), (now - age) / 1_000, (now - age) / 1_000);
    await sweepPrivateFolders({ ...own, folder, isAlive: (pid) => pid === 1 }, now);
    expect(await readdir(folder)).toEqual(stays ? [name] : []);
  });
});

describe('mongodump', () => {
  test('is asked for the oplog and for packed files, and what it wrote is counted', async () => {
    const { program, noted } = await standIn('mongodump', `${DUMPS}fs.writeFileSync(out + '/oplog.bson', Buffer.from([5, 0, 0, 0, 0]));`);
    const folder = await folderForTest();
    const run = { program, uri: URI, own, env: {}, onLine: () => {}, serverVersion: '8.0.1' };
    const contents = await writeWithTool(folder, { ...run, gzip: true, oplog: true });
    expect((await noted()).args.slice(1)).toEqual([`--out=${folder}`, '--gzip', '--oplog']);
    expect(contents).toMatchObject({ tool: 'mongodump', consistency: 'oplog', collections: [{ namespace: 'shop.orders', documents: 2 }] });
    expect(contents.files.map(({ path }) => path)).toEqual(['oplog.bson', 'shop/orders.bson', 'shop/orders.metadata.json']);
    expect((await readBackup(folder)).oplog).toBe(join(folder, 'oplog.bson'));
  });

  test('that wrote no oplog though asked for one has failed', async () => {
    const { program } = await standIn('mongodump', DUMPS);
    const run = { program, uri: URI, own, env: {}, onLine: () => {}, serverVersion: '8.0.1', gzip: false, oplog: true };
    await expect(writeWithTool(await folderForTest(), run)).rejects.toThrow('oplog.bson is missing');
  });

  test('that wrote half a document has failed', async () => {
    const { program } = await standIn('mongodump', `${DUMPS}fs.appendFileSync(out + '/shop/orders.bson', Buffer.from([5, 0, 0]));`);
    const run = { program, uri: URI, own, env: {}, onLine: () => {}, serverVersion: '8.0.1', gzip: false, oplog: false };
    await expect(writeWithTool(await folderForTest(), run)).rejects.toThrow(/orders\.bson: damaged at byte 10/);
  });
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

  test.for([
    ['of plain files', ['shop/a.bson'], ['--nsExclude=admin.*', '--nsExclude=config.*']],
    ['of packed files', ['shop/a.bson.gz'], ['--gzip', '--nsExclude=admin.*', '--nsExclude=config.*']],
    ['with an oplog', ['shop/a.bson', 'oplog.bson'], ['--oplogReplay']],
  ] as const)('restores a backup %s', async ([, files, args]) => {
    expect(await argsFor(files)).toEqual(['--stopOnError', '--bypassDocumentValidation', ...args, '--dir=DIR']);
  });
});
