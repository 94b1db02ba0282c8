import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { COMPLETE } from '../config/environment-source.ts';
import { type Ended, runScript } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'restorable-route-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function route(args: readonly string[], changes: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const env = { ...COMPLETE, KV_REST_API_URL: '', KV_REST_API_TOKEN: '', STATE_PATH: join(folder, 'state.sqlite'), ...changes };
  return runScript('route.ts', { args, env });
}

describe('npm run route', () => {
  test('explains by configuration, environment and recorded state who would be told', async () => {
    const { code, stdout, stderr } = await route(['--cluster', 'orders', '--check', 'rpo', '--priority', 'P0']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('no run has seen a cluster orders');
    expect(stdout).toMatch(/orders, rpo, P0[^]*pagerduty: env PAGERDUTY_ROUTING_KEY[^]*sms: {7}\+1500…10, \+4915…78/);
    expect(stdout).not.toMatch(/R0uting|\+15005550010/);
  });

  test.for<[string, readonly string[], string]>([
    ['a check that there is not', ['--check', 'backups'], 'there is no check backups'],
    ['a priority that there is not', ['--priority', 'P9'], 'there is no priority P9'],
    ['a tag without a value', ['--tag', 'tier'], 'write it as key=value'],
    ['an option that there is not', ['--team', 'x'], "'--team'"],
  ])('%s is an error with the usage', async ([, args, words]) => {
    const { code, stdout, stderr } = await route(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).toContain('usage: npm run route');
  });

  test('a wrong environment is told with every problem and no secret', async () => {
    const { code, stderr } = await route(['--cluster', 'orders'], { PAGERDUTY_ROUTING_KEY: 'cut-short' });
    expect(code).toBe(1);
    expect(stderr).toContain('PAGERDUTY_ROUTING_KEY');
    expect(stderr).not.toContain('cut-short');
  });
});
