import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendPrivately, makePrivateFolder, writePrivately } from '../../../scripts/process/private-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'restorewatch-private-'));
beforeAll(() => {
  const before = process.umask(0o022);
  return () => void process.umask(before);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.for([
  ['is written anew', writePrivately, 'new\n'],
  ['is added to', appendPrivately, 'old\nnew\n'],
] as const)('evidence that %s is for its owner alone, also where its file was open to others', async ([what, write, text]) => {
  const [fresh, open] = [join(folder, `${what}, fresh`), join(folder, `${what}, open`)];
  await writeFile(open, 'old\n', { mode: 0o644 });
  for (const path of [fresh, open]) await write(path, 'new\n');
  expect(await readFile(open, 'utf8')).toBe(text);
  expect(await readFile(fresh, 'utf8')).toBe('new\n');
  for (const path of [fresh, open]) expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a pipe that is written to keeps its mode, as a device does: it is not ours to take from others', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', ['-m', '644', pipe]);
  const [text] = await Promise.all([readFile(pipe, 'utf8'), appendPrivately(pipe, 'new\n')]);
  expect(text).toBe('new\n');
  expect((await stat(pipe)).mode & 0o777).toBe(0o644);
});

test('a folder is made with those above it that are missing, each for its owner alone, and one that is there stays as it is', async () => {
  const path = join(folder, 'made', 'below');
  await makePrivateFolder(path);
  await makePrivateFolder(path);
  for (const one of [path, join(folder, 'made')]) expect((await stat(one)).mode & 0o777).toBe(0o700);
});

test('a folder in the place of a file, or below one, is refused with what stands in the way', async () => {
  const file = join(folder, 'a file');
  await writeFile(file, '');
  for (const path of [file, join(file, 'below'), join(file, 'below', 'that')])
    await expect(makePrivateFolder(path)).rejects.toThrow(`${file} is no folder`);
});

test.runIf(process.platform === 'linux')('a folder below /proc, where Node’s own mkdir never ends, is refused', async () => {
  for (const path of ['/proc/restorewatch', '/proc/restorewatch/below'])
    await expect(makePrivateFolder(path)).rejects.toThrow('/proc/restorewatch cannot be made');
});

/** What the demo and `npm run docs` write holds nothing of anybody's. */
const OPEN = /^scripts\/(demo|docs)/;

test('no file or folder of the product is written with the mode that the machine happens to give', () => {
  const root = join(import.meta.dirname, '..', '..', '..');
  const files = ['lib', 'scripts', 'app'].flatMap((name) =>
    readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((file) => `${name}/${file}`),
  );
  const calls = files
    .filter((name) => /\.tsx?$/.test(name) && !OPEN.test(name))
    .flatMap((name) =>
      readFileSync(join(root, name), 'utf8')
        .split('\n')
        .filter((line) => /\b(writeFile|writeFileSync|appendFile|appendFileSync|createWriteStream|mkdir|mkdirSync)\(/.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
  expect(calls.length).toBeGreaterThan(5);
  // file.writeFile writes to a handle that was opened with a mode; the dump's own writeFile opens by `openOnDisk`, which has one.
  const withoutMode = calls.filter(
    (call) =>
      !/mode[:,} ]|file\.writeFile\(|async function writeFile\(|return \{ path, \.\.\.\(await writeFile\(|open: openOnDisk/.test(call),
  );
  expect(withoutMode).toEqual([]);
});
