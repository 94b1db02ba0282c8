import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { COMPLETE } from '../config/environment-source.ts';
import { type Ended, runScript } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'restorable-silence-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function silence(...args: readonly string[]): Promise<Ended> {
  const env = { ...COMPLETE, KV_REST_API_URL: '', KV_REST_API_TOKEN: '', STATE_PATH: join(folder, 'state.sqlite'), USER: 'dana' };
  return runScript('silence.ts', { args, env });
}

const FINE = ['--check', 'backup-age', '--for', '2h', '--why', 'disk resize'] as const;
const FOR = '--for: how long, as 90m, 2h or 3d; a silence has an end';

describe('npm run silence', () => {
  test.for<[string, readonly string[], string, string]>([
    ['an empty cluster', ['--cluster', '', ...FINE], '--cluster: is empty; name one, or leave it out', 'a silence asked for by dana: '],
    ['a blank project', ['--project', ' ', ...FINE], '--project: is empty; name one, or leave it out', 'a silence asked for by dana: '],
    ['a misspelt option', ['--clustre', 'orders', ...FINE], "Unknown option '--clustre'", 'a silence asked for by dana: '],
    ['no length', ['--cluster', 'orders', '--why', 'disk'], FOR, 'a silence asked for by dana: '],
    ['an end that nobody knows', ['--end', 's1', '--by', 'eve'], 'none with the id s1', 'to end silence s1, asked for by eve: '],
  ])('refuses %s, changes nothing, and leaves a line of the audit', async ([, args, problem, audit]) => {
    const { code, stdout, stderr } = await silence(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(problem);
    expect(stderr).toContain(`audit: refused: ${audit}`);
    expect((await silence('--list')).stdout).toBe('no silence holds\n');
  });

  test('makes one, lists it and ends it', async () => {
    const made = await silence('--cluster', 'orders', ...FINE);
    const id = /^silenced until \S+: (\S+)$/m.exec(made.stdout)?.[1] ?? '';
    expect((await silence('--list')).stdout).toContain(`${id}  until`);
    expect((await silence('--list')).stdout).toContain('{"cluster":"orders","check":"backup-age"}  dana: disk resize');
    expect((await silence('--end', id)).stdout).toContain('ended');
    expect((await silence('--list')).stdout).toBe('no silence holds\n');
  });
});
