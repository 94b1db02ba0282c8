import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { whereMongo } from '../../support/mongo.ts';

const REPOSITORY = join(import.meta.dirname, '../../..');

/** The tests of connections on a machine where no MongoDB is named. */
function runWithoutMongo(environment: Readonly<Record<string, string>>): { readonly status: number | null; readonly output: string } {
  const run = spawnSync(
    process.execPath,
    [join(REPOSITORY, 'node_modules/vitest/vitest.mjs'), 'run', 'test/recovery/validate/check-assertions.test.ts'],
    { cwd: REPOSITORY, encoding: 'utf8', env: { NODE_ENV: 'test', NO_COLOR: '1', ...environment } },
  );
  return { status: run.status, output: run.stdout + run.stderr };
}

const installed = whereMongo('MONGO_TEST_URI')?.endsWith('.js') === true;

describe.skipIf(installed)('a MongoDB that is missing, without mongodb-memory-server', () => {
  test('skips its tests and is listed by name, with how many', () => {
    const { status, output } = runWithoutMongo({});
    expect(output).toMatch(
      /^skipped: mongodb is not there \(set MONGO_TEST_URI, or install mongodb-memory-server\): an assertion \(\d+ tests\)$/m,
    );
    expect(status).toBe(0);
  });

  test('fails the run where REQUIRE_SERVICES=1 asks for it', () => {
    const { status, output } = runWithoutMongo({ REQUIRE_SERVICES: '1' });
    expect(output).toContain(
      'mongodb is not there (set MONGO_TEST_URI, or install mongodb-memory-server), and REQUIRE_SERVICES=1 asks for it',
    );
    expect(status).toBe(1);
  });
});
