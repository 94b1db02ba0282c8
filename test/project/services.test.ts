import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '../..');
/** A vitest of its own starts in a few seconds; far longer where the machine is busy. */
const LIMIT = { timeout: 120_000 };
const empty = mkdtempSync(join(tmpdir(), 'restorewatch-path-'));
afterAll(() => rmSync(empty, { recursive: true, force: true }));

type Ended = { readonly status: number | null; readonly output: string };

function vitest(args: readonly string[], environment: Readonly<Record<string, string>>): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(REPOSITORY, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    env: { NODE_ENV: 'test', NO_COLOR: '1', ...environment },
  });
  return { status, output: stdout + stderr };
}

/** The KV tests on a machine where no program is installed. */
function runWithoutPrograms(environment: Readonly<Record<string, string>>): Ended {
  return vitest(['run', 'test/record/kv/kv.test.ts'], { PATH: empty, ...environment });
}

describe('a service that is missing', () => {
  test('skips its tests and is listed by name, with how many, at the end', LIMIT, () => {
    const { status, output } = runWithoutPrograms({});
    expect(output.trimEnd().split('\n').at(-1)).toMatch(
      /^skipped: redis-server is not installed: kv store over a real Redis \(\d+ tests\)$/,
    );
    expect(status).toBe(0);
  });

  test('fails the run where REQUIRE_SERVICES=1 asks for it', LIMIT, () => {
    const { status, output } = runWithoutPrograms({ REQUIRE_SERVICES: '1' });
    expect(output).toContain('redis-server is not installed, and REQUIRE_SERVICES=1 asks for it');
    expect(status).toBe(1);
  });
});

describe('the shared folder', () => {
  function filesWith(pattern: string, ...where: readonly string[]): readonly string[] {
    const { stdout } = spawnSync('git', ['grep', '-lE', pattern, '--', ...where], { cwd: REPOSITORY, encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line !== '');
  }

  test('is named only where it is looked for', () => {
    const named = filesWith('\\.\\./shared', ':!test/project/services.test.ts');
    expect(named).toEqual(['.ci/run', 'test/support/absence.ts', 'test/support/services.ts']);
  });

  test('is read by no test file while vitest collects the tests', LIMIT, () => {
    const files = filesWith("(describeWith|service)\\('shared'", 'test/*.test.ts');
    expect(files.length).toBeGreaterThan(2);
    // The folder is there and empty: a file that reads in it throws, and no test runs, because none has such a name.
    const environment = { PATH: process.env['PATH'] ?? '', SHARED_FOLDER: empty };
    const { status, output } = vitest(['run', '--testNamePattern', '^no test has this name$', ...files], environment);
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  });
});
