import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { childEnvironment } from '../../support/child-environment.ts';

const SECRET = 'cron-secret-of-thirty-two-characters';
const MODULE = join(import.meta.dirname, '..', '..', '..', 'scripts', 'process', 'uncaught.ts');

/** Runs the statement in a process of its own that tells what nobody caught. */
async function ended(statement: string): Promise<{ readonly code: unknown; readonly stderr: string }> {
  const program = `const { tellUncaught } = await import(${JSON.stringify(MODULE)}); tellUncaught('restorewatch'); ${statement}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { env: childEnvironment({ CRON_SECRET: SECRET }) });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { code, stderr };
}

test.for([
  ['thrown in a timer', (error: string) => `setTimeout(() => { throw ${error} });`],
  ['a promise that nobody waits for is rejected with', (error: string) => `void Promise.reject(${error}); setTimeout(() => {}, 5000);`],
] as const)(
  'an error that is %s ends the process with 1, and is told on one line with its stack and without secrets',
  async ([, statement]) => {
    const { code, stderr } = await ended(statement(`new TypeError('refused ${SECRET}\\n\\u001b[2J', { cause: '${SECRET}' })`));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^restorewatch: TypeError: refused \[redacted\] \[2J at .*; caused by \[redacted\]\n$/);
  },
);

test('a command whose output nobody reads to the end goes on, and says nothing of it', async () => {
  const program = join(import.meta.dirname, '..', '..', '..', 'scripts', 'restorewatch.ts');
  const child = spawn(process.execPath, [program, 'backup', '--help'], { env: childEnvironment({}) });
  child.stdout.destroy();
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect([code, stderr]).toEqual([0, '']);
});

test.skipIf(!existsSync('/dev/full'))('a command whose answer meets a full disk says so and ends with 1', async () => {
  const program = join(import.meta.dirname, '..', '..', '..', 'scripts', 'restorewatch.ts');
  const words = ['-c', '"$0" "$1" backup --help > /dev/full', process.execPath, program];
  const child = spawn('sh', words, { env: childEnvironment({}) });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^restorewatch: the answer could not be written to standard output: ENOSPC/)]);
});

test.for(['stdout', 'stderr'])(
  'a process whose %s cannot be written any more is not ended by that, and writes no error about it',
  async (stream) => {
    const { code, stderr } = await ended(
      `(await import(${JSON.stringify(MODULE)})).outliveReaders(); process.${stream}.emit('error', new Error('write EPIPE')); setTimeout(() => process.exit(7), 10);`,
    );
    expect([code, stderr]).toEqual([7, '']);
  },
);
