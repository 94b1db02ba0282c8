import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { describe } from 'vitest';
import { absence, type Service } from './absence.ts';
import { whereMongo } from './mongo.ts';

type Program = 'redis-server' | 'chromium' | 'setpriv' | 'prometheus' | 'promtool' | 'systemd-analyze' | 'curl';

/**
 * What each goes by on Debian, Fedora, Alpine and macOS. The headless shell is Chromium without a user interface of its own, and takes a third less of the
 * processor's time for the tests of the page.
 */
const PROGRAMS: Readonly<Record<Program, readonly string[]>> = {
  'redis-server': ['redis-server', 'valkey-server'],
  chromium: ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'],
  setpriv: ['setpriv'],
  prometheus: ['prometheus'],
  promtool: ['promtool'],
  'systemd-analyze': ['systemd-analyze'],
  curl: ['curl'],
};

/** Material shared by several builds of the product. It lies beside the repository, if it is there at all; SHARED_FOLDER names another place. */
const SHARED = process.env['SHARED_FOLDER'] ?? resolve(import.meta.dirname, '../../../shared');

/**
 * Where the service is: a program's path, a database's address, or the shared folder; null where it is missing. With REQUIRE_SERVICES=1 a
 * missing one throws, so that its test file fails; the shared folder cannot be installed, so it stays optional.
 */
export function service(name: Service): string | null {
  const found = placeOf(name);
  if (found === null && name !== 'shared' && process.env['REQUIRE_SERVICES'] === '1')
    throw new Error(`${absence(name)}, and REQUIRE_SERVICES=1 asks for it`);
  return found;
}

/**
 * As `describe`, but skipped, and listed by name at the end, where the service is missing. `body` gets its path or address, and may read there only
 * inside of tests and hooks: vitest calls it also where the service is missing.
 */
export function describeWith(name: Service, title: string, body: (path: string) => void): void {
  const path = service(name);
  describe.skipIf(path === null)(title, { meta: { needs: name } }, () => body(path ?? name));
}

function placeOf(name: Service): string | null {
  if (name === 'shared') return existsSync(SHARED) ? SHARED : null;
  if (name === 'mongodb') return whereMongo('MONGO_TEST_URI');
  if (name === 'mongodb-with-users') return whereMongo('MONGO_TEST_AUTH_URI');
  if (name === 'prometheus_client') return pythonWith(name);
  const program = programNamed(PROGRAMS[name]);
  return name === 'setpriv' && program !== null && !knowsParents(program) ? null : program;
}

/** BusyBox has a setpriv that cannot end a program with its parent. */
function knowsParents(setpriv: string): boolean {
  return spawnSync(setpriv, ['--pdeathsig', 'KILL', '--', 'true']).status === 0;
}

function programNamed(names: readonly string[]): string | null {
  return programsNamed(names)[0] ?? null;
}

function programsNamed(names: readonly string[]): readonly string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).filter(runs);
}

/** The distribution's Python has the distribution's modules, and need not be the first one. */
function pythonWith(module: string): string | null {
  return programsNamed(['python3']).find((python) => spawnSync(python, ['-c', `import ${module}`]).status === 0) ?? null;
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
