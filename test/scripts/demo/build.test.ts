import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { oneAtATime } from '../../../scripts/demo/build.ts';

describe('what is done one at a time', () => {
  let lock: string;
  beforeEach(() => {
    lock = join(mkdtempSync(join(tmpdir(), 'restorewatch-lock-')), 'lock');
  });

  test('waits for the one before it', async () => {
    const seen: string[] = [];
    const first = Promise.withResolvers<void>();
    const both = [
      oneAtATime(lock, async () => {
        seen.push('first begins');
        await first.promise;
        seen.push('first ends');
      }),
      oneAtATime(lock, async () => void seen.push('second')),
    ];
    first.resolve();
    await Promise.all(both);
    expect(seen).toEqual(['first begins', 'first ends', 'second']);
  });

  test('goes on after one that failed, whose error is thrown', async () => {
    await expect(oneAtATime(lock, () => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed');
    let done = false;
    await oneAtATime(lock, async () => void (done = true));
    expect(done).toBe(true);
  });

  test('waits for another process, and no longer than that lives', async () => {
    const module = pathToFileURL(join(import.meta.dirname, '../../../scripts/demo/build.ts')).href;
    const holds = `import { oneAtATime } from ${JSON.stringify(module)};
      await oneAtATime(${JSON.stringify(lock)}, () => { console.log('has it'); setInterval(() => {}, 1_000); return new Promise(() => {}); });`;
    const other = spawn(process.execPath, ['--input-type=module', '--eval', holds], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(other.stdout, 'data');
    let done = false;
    const waiting = oneAtATime(lock, async () => void (done = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    other.kill('SIGKILL');
    await waiting;
    expect(done).toBe(true);
  });

  test('fails where the place of its lock cannot be written', () =>
    expect(oneAtATime(join(lock, 'nowhere', 'lock'), async () => {})).rejects.toThrow(/unable to open/));
});
