import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    expect(existsSync(lock)).toBe(false);
  });

  test('goes on after one that failed, whose error is thrown', async () => {
    await expect(oneAtATime(lock, () => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed');
    await oneAtATime(lock, async () => {});
    expect(existsSync(lock)).toBe(false);
  });

  test('is not held up by a process that has ended without saying so', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(lock, String(pid));
    let done = false;
    await oneAtATime(lock, async () => void (done = true));
    expect(done).toBe(true);
  });

  test('waits where the process of the one before it still runs', async () => {
    writeFileSync(lock, String(process.ppid));
    let done = false;
    const waiting = oneAtATime(lock, async () => void (done = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    rmSync(lock);
    await waiting;
    expect(done).toBe(true);
  });

  test('fails where the place of its lock cannot be written', () =>
    expect(oneAtATime(join(lock, 'nowhere', 'lock'), async () => {})).rejects.toThrow(/ENOENT/));
});
