import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BSON, type Document } from 'mongodb';
import { expect, test } from 'vitest';
import type { OwnProcess } from '../../../../lib/recovery/dump/tool/own-process.ts';
import { readBackup } from '../../../../lib/recovery/dump/read/read-backup.ts';
import { restoreWithTool } from '../../../../lib/recovery/dump/restore/restore-with-tool.ts';
import { folderForTest } from '../in-memory.ts';

const INSERT = { op: 'i', ns: 'shop.orders', o: { _id: 1 } };
const USER = { op: 'i', ns: 'admin.system.users', o: { _id: 'admin.eve' } };

type Restored = {
  readonly notes: readonly string[];
  readonly dir: string;
  readonly args: readonly string[];
  readonly files: Readonly<Record<string, Buffer>>;
  readonly folder: string;
  readonly temporary: string;
};

/** A dump with these files, given to a program in mongorestore's place that notes which files it finds, and their content. */
async function restored(files: Readonly<Record<string, Uint8Array>>): Promise<Restored> {
  const [folder, place, temporary] = [await folderForTest(), await folderForTest(), await folderForTest()];
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  const [program, note] = [join(place, 'mongorestore'), join(place, 'found.json')];
  await writeFile(
    program,
    `#!${process.execPath}
const fs = require('node:fs');
const dir = process.argv.find((arg) => arg.startsWith('--dir=')).slice('--dir='.length);
const found = fs.readdirSync(dir, { recursive: true }).filter((path) => fs.statSync(dir + '/' + path).isFile());
const files = Object.fromEntries(found.map((path) => [path, fs.readFileSync(dir + '/' + path, 'base64')]));
fs.writeFileSync(${JSON.stringify(note)}, JSON.stringify({ dir, files, args: process.argv.slice(2) }));
`,
  );
  await chmod(program, 0o755);
  const own: OwnProcess = {
    pid: process.pid,
    folder: temporary,
    isAlive: () => true,
    identity: null,
    hasEnded: () => null,
    guard: async () => [],
    onExit: () => () => {},
  };
  const notes = await restoreWithTool(await readBackup(folder), { program, uri: 'mongodb://127.0.0.1:1/', own, env: {}, onLine: () => {} });
  const noted: { readonly dir: string; readonly args: readonly string[]; readonly files: Readonly<Record<string, string>> } = JSON.parse(
    await readFile(note, 'utf8'),
  );
  const found = Object.fromEntries(Object.entries(noted.files).map(([path, base64]) => [path, Buffer.from(base64, 'base64')]));
  return { notes, dir: noted.dir, args: noted.args, files: found, folder, temporary };
}

function oplog(...entries: readonly Document[]): Buffer {
  return Buffer.concat(entries.map((entry) => BSON.serialize(entry)));
}

const EMPTY = Buffer.alloc(0);

test('mongorestore --oplogReplay is given no user, role or setting of the source, in files or in the oplog, and what is left out is told', async () => {
  const { notes, files, temporary } = await restored({
    'admin/system.users.bson': oplog({ _id: 'admin.root' }),
    'admin/system.users.metadata.json': EMPTY,
    'config/settings.bson': EMPTY,
    'local/oplog.rs.bson': oplog(USER),
    'shop/orders.bson': oplog({ _id: 0 }),
    'shop/orders.metadata.json': EMPTY,
    'shop/system.users.bson': oplog({ _id: 'old' }),
    'prelude.json': Buffer.from('{"ServerVersion":"8.0.1"}'),
    'oplog.bson': oplog(INSERT, USER, INSERT),
  });
  expect(Object.keys(files).toSorted()).toEqual(['oplog.bson', 'prelude.json', 'shop/orders.bson', 'shop/orders.metadata.json']);
  expect(files['shop/orders.bson']).toEqual(oplog({ _id: 0 }));
  expect(files['oplog.bson']).toEqual(oplog(INSERT, INSERT));
  expect(notes).toEqual([
    "4 collections of the server's own (users, roles, settings): not restored",
    "1 operation of the oplog on the server's own databases, users and roles: not replayed",
  ]);
  expect(await readdir(temporary)).toEqual([]);
});

test('a packed dump gets a packed oplog', async () => {
  const { files } = await restored({
    'admin/x.bson.gz': gzipSync(''),
    'shop/orders.bson.gz': gzipSync(''),
    'oplog.bson': gzipSync(oplog(USER, INSERT)),
  });
  expect(Object.keys(files).toSorted()).toEqual(['oplog.bson', 'shop/orders.bson.gz']);
  expect(gunzipSync(files['oplog.bson'] ?? EMPTY)).toEqual(oplog(INSERT));
});

test.for([
  ['packed', 'shop/v.metadata.json.gz', true],
  ['plain', 'shop/v.metadata.json', false],
] as const)('a %s dump of views alone is given as such', async ([, file, packed]) => {
  const metadata = Buffer.from('{"options":{"viewOn":"a","pipeline":[]},"indexes":[]}');
  const { args } = await restored({ [file]: packed ? gzipSync(metadata) : metadata });
  expect(args.includes('--gzip')).toBe(packed);
});

test('a dump with nothing of the server’s own is given as it is', async () => {
  const { notes, dir, folder } = await restored({ 'shop/orders.bson': EMPTY, 'oplog.bson': oplog(INSERT) });
  expect([dir, notes]).toEqual([folder, []]);
});

test.for([
  ['is cut off', oplog(INSERT).subarray(0, -1), /oplog\.bson: damaged at byte 0: the file is cut off/],
  // A text whose length reaches beyond its document.
  ['cannot be decoded', Buffer.from('0d000000026100ff0000006200', 'hex'), /oplog\.bson: damaged: an entry cannot be decoded/],
] as const)('a dump whose oplog %s is restored in no part', async ([, bytes, why]) => {
  const damaged = restored({ 'shop/orders.bson': EMPTY, 'oplog.bson': bytes });
  await expect(damaged).rejects.toMatchObject({ name: 'BackupError', message: expect.stringMatching(why) });
});

test('a temporary folder that cannot be written says nothing about the dump: the error is none of the backup', async () => {
  const [folder, file] = [await folderForTest(), join(await folderForTest(), 'file')];
  await writeFile(file, '');
  await mkdir(join(folder, 'shop'));
  await writeFile(join(folder, 'shop/orders.bson'), '');
  await writeFile(join(folder, 'oplog.bson'), oplog(USER));
  const own: OwnProcess = {
    pid: process.pid,
    folder: file,
    isAlive: () => true,
    identity: null,
    hasEnded: () => null,
    guard: async () => [],
    onExit: () => () => {},
  };
  const restoring = restoreWithTool(await readBackup(folder), {
    program: file,
    uri: 'mongodb://127.0.0.1:1/',
    own,
    env: {},
    onLine: () => {},
  });
  await expect(restoring).rejects.toMatchObject({ name: 'Error', message: expect.stringContaining('choose another one by TMPDIR') });
});
