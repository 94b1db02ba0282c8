import { spawnSync } from 'node:child_process';
import { join, matchesGlob } from 'node:path';
import { expect, test } from 'vitest';
import { ALONE } from '../support/test-groups.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
/** Whatever a file leaves behind for the next one in the same process. */
const CHANGES = [
  String.raw`vi\.(stub|mock|doMock|useFakeTimers|spyOn)`,
  String.raw`process\.env(\[[^]]*\]|\.[A-Z_]+)? \??\??= `,
  String.raw`Object\.assign\(process\.env`,
];

test('a test file that changes what its process has once does not share that process with other files', () => {
  const { stdout } = spawnSync('git', ['grep', '-lE', CHANGES.join('|'), '--', 'test/*.test.ts', ':!test/project/test-groups.test.ts'], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  });
  const files = stdout.split('\n').filter((line) => line !== '');
  expect(files).toContain('test/app/records-api.test.ts');
  expect(files.filter((file) => !ALONE.some((pattern) => matchesGlob(file, pattern)))).toEqual([]);
});
