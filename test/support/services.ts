import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { describe } from 'vitest';
import { absence, type Service } from './absence.ts';
import { whereMongo } from './mongo.ts';

type Program = 'redis-server' | 'chromium';

/** What each goes by on Debian, Fedora, Alpine and macOS. */
const PROGRAMS: Readonly<Record<Program, readonly string[]>> = {
  'redis-server': ['redis-server', 'valkey-server'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
};

/** The material shared by several builds of the product; it lies beside the repository where it is there at all. */
const SHARED = resolve(import.meta.dirname, '../../../shared');

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

/** As `describe`, but skipped, and listed by name at the end, where the service is missing. `body` gets its path or address. */
export function describeWith(name: Service, title: string, body: (path: string) => void): void {
  const path = service(name);
  describe.skipIf(path === null)(title, { meta: { needs: name } }, () => body(path ?? name));
}

function placeOf(name: Service): string | null {
  if (name === 'shared') return existsSync(SHARED) ? SHARED : null;
  if (name === 'mongodb') return whereMongo('MONGO_TEST_URI');
  if (name === 'mongodb-with-users') return whereMongo('MONGO_TEST_AUTH_URI');
  return programNamed(PROGRAMS[name]);
}

function programNamed(names: readonly string[]): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(runs) ?? null;
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
