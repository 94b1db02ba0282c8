import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import { childEnvironment } from '../../support/child-environment.ts';
import { placeProblem } from '../../../lib/record/sqlite/state-place.ts';

const root = mkdtempSync(join(tmpdir(), 'restorewatch-place-'));
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const at = (name: string): string => join(root, name);
const MODULE = join(import.meta.dirname, '../../../lib/record/sqlite/state-place.ts');

mkdirSync(at('folder'));
writeFileSync(at('notes.txt'), 'somebody’s notes of the year, which are longer than a header');
writeFileSync(at('short.txt'), 'x');
writeFileSync(at('header-cut.sqlite'), 'SQLite format 3');
execFileSync('mkfifo', [at('pipe')]);
symlinkSync(at('folder'), at('link-to-folder'));

const REFUSED: readonly (readonly [kind: string, path: string, problem: string])[] = [
  ['a folder', at('folder'), `it is a folder; set STATE_PATH to a file in it, as ${at('folder')}/state.sqlite`],
  ['a link to a folder', at('link-to-folder'), `it is a folder; set STATE_PATH to a file in it, as ${at('link-to-folder')}/state.sqlite`],
  [
    'a folder that is still to be made',
    `${at('new')}/`,
    `it is named as a folder; set STATE_PATH to a file in it, as ${at('new')}/state.sqlite`,
  ],
  ['a text', at('notes.txt'), 'the file there is no SQLite database, and was left as it is; set STATE_PATH to another file'],
  ['a file of one byte', at('short.txt'), 'the file there is no SQLite database, and was left as it is; set STATE_PATH to another file'],
  [
    'a header that is cut',
    at('header-cut.sqlite'),
    'the file there is no SQLite database, and was left as it is; set STATE_PATH to another file',
  ],
  [
    'what lies in a file',
    at('notes.txt/a/state.sqlite'),
    `${at('notes.txt')} is no folder, so nothing can lie in it; set STATE_PATH to a file in a folder`,
  ],
  ['a pipe', at('pipe'), 'it is a device, pipe or socket and no file; set STATE_PATH to a file'],
  ['a device', '/dev/null', 'it is a device, pipe or socket and no file; set STATE_PATH to a file'],
];

describe('a state file', () => {
  test.for(REFUSED)('that is %s is refused with what to do, and nothing is opened, written or made', async ([, path, problem]) => {
    const before = ['notes.txt', 'short.txt', 'header-cut.sqlite'].map((name) => readFileSync(at(name), 'utf8'));
    expect(placeProblem(path)).toBe(problem);
    await expect(openSqliteStore(path).readHead()).rejects.toThrow(`open the state file ${path}: ${problem}`);
    expect(['notes.txt', 'short.txt', 'header-cut.sqlite'].map((name) => readFileSync(at(name), 'utf8'))).toEqual(before);
    expect(existsSync(at('new'))).toBe(false);
  });

  test.runIf(process.platform === 'linux').for([
    ['/proc/nothing/deep/state.sqlite', '/proc'],
    ['/proc/state.sqlite', '/proc'],
    ['/proc/version', '/proc/version'],
    ['/sys/kernel/nothing/state.sqlite', '/sys/kernel'],
  ] as const)('at %s is refused at once, where making a folder would never end', async ([path, where]) => {
    const words = `${where} shows the state of the system and keeps no files; set STATE_PATH to a file on a disk`;
    await expect(openSqliteStore(path).readHead()).rejects.toThrow(`open the state file ${path}: ${words}`);
  });

  test('that is empty, is a database, or lies in folders that are missing is taken, and so is none at all', async () => {
    writeFileSync(at('empty.sqlite'), '');
    const database = new DatabaseSync(at('full.sqlite'));
    database.exec('CREATE TABLE some (a TEXT)');
    database.close();
    for (const path of [at('empty.sqlite'), at('full.sqlite'), at('a/b/state.sqlite'), ':memory:', 'state.sqlite'])
      expect([path, placeProblem(path)]).toEqual([path, null]);
    expect(existsSync(at('a'))).toBe(false);
  });
});

describe('to a user without the right to write', () => {
  /**
   * Asked in a process of its own: the administrator may write anywhere, so there he becomes nobody, once everything is loaded; before that, nobody
   * might not get at a clone that lies in a folder of the administrator's.
   */
  function asNobody(path: string): string {
    const script = `
      const { placeProblem } = await import(${JSON.stringify(MODULE)});
      if (process.getuid() === 0) { process.setgroups([]); process.setgid(65534); process.setuid(65534); }
      console.log(placeProblem(${JSON.stringify(path)}));`;
    return execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: childEnvironment(), encoding: 'utf8' }).trim();
  }

  mkdirSync(at('closed'));
  writeFileSync(at('closed/state.sqlite'), '');
  chmodSync(at('closed/state.sqlite'), 0o444);
  chmodSync(at('closed'), 0o555);
  afterAll(() => chmodSync(at('closed'), 0o755));

  test.for([
    ['a new file in a closed folder', 'closed/new.sqlite', 'closed'],
    ['a new folder in a closed folder', 'closed/deep/new.sqlite', 'closed'],
    ['a file that may only be read', 'closed/state.sqlite', 'closed/state.sqlite'],
  ] as const)('%s is refused with what may not be written', ([, path, closed]) => {
    expect(asNobody(at(path))).toBe(
      `this user may not write to ${at(closed)}; make it writable, or set STATE_PATH to a file in a folder that is`,
    );
  });
});
