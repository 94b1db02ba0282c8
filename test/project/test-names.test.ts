import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test.for([
  ['a numbered placeholder, which vitest prints as it is: it knows $2 for the third value', String.raw`'[^']*%[0-9]+\$`],
  ['a former word for notified', String.raw`^ *(test|describe)[a-zA-Z.]*\('[^']*\b(untold|unheard)\b`],
] as const)('no name of a test has %s', ([, pattern]) => {
  const { stdout } = spawnSync('git', ['grep', '-nE', pattern, '--', 'test/*.test.ts', ':!test/project/test-names.test.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
});
