import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '..');
const empty = mkdtempSync(join(tmpdir(), 'restorable-path-'));
afterAll(() => rmSync(empty, { recursive: true, force: true }));

/** The KV tests on a machine where no program is installed. */
function runWithoutPrograms(environment: Readonly<Record<string, string>>): { readonly status: number | null; readonly output: string } {
  const run = spawnSync(process.execPath, [join(REPOSITORY, 'node_modules/vitest/vitest.mjs'), 'run', 'test/state/kv.test.ts'], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    env: { NODE_ENV: 'test', PATH: empty, NO_COLOR: '1', ...environment },
  });
  return { status: run.status, output: run.stdout + run.stderr };
}

describe('a service that is missing', () => {
  test('skips its tests and is listed by name, with how many, at the end', () => {
    const { status, output } = runWithoutPrograms({});
    expect(output.trimEnd().split('\n').at(-1)).toMatch(
      /^skipped: redis-server is not installed: kv store over a real Redis \(\d+ tests\)$/,
    );
    expect(status).toBe(0);
  });

  test('fails the run where REQUIRE_SERVICES=1 asks for it', () => {
    const { status, output } = runWithoutPrograms({ REQUIRE_SERVICES: '1' });
    expect(output).toContain('redis-server is not installed, and REQUIRE_SERVICES=1 asks for it');
    expect(status).toBe(1);
  });
});
