import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { COMPLETE } from '../../config/environment/environment-source.ts';
import { type Ended, restorewatch } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-route-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function route(args: readonly string[], changes: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const env = { ...COMPLETE, KV_REST_API_URL: '', KV_REST_API_TOKEN: '', STATE_PATH: join(folder, 'state.sqlite'), ...changes };
  return restorewatch(['route', ...args], { env });
}

describe('restorewatch route', () => {
  test('explains from configuration, environment and recorded state who would be notified', async () => {
    const { code, stdout, stderr } = await route(['--cluster', 'orders', '--check', 'rpo', '--priority', 'P0']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('no run has seen a cluster orders');
    expect(stdout).toMatch(/orders, rpo, P0[^]*pagerduty: env PAGERDUTY_ROUTING_KEY[^]*sms: {7}\+1…0010, \+4…5678/);
    expect(stdout).not.toMatch(/R0uting|\+15005550010/);
  });

  test.for<[string, readonly string[], string]>([
    ['a check that there is not', ['--check', 'backups'], 'Did you mean backup-age?'],
    ['a priority that there is not', ['--priority', 'P9'], 'Did you mean P0?'],
    ['a tag without a value', ['--tag', 'tier'], 'Write it as key=value'],
    ['an option that there is not', ['--team', 'x'], "'--team'"],
  ])('%s is an error that says where the usage is, and explains nothing', async ([, args, words]) => {
    const { code, stdout, stderr } = await route(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).toContain('restorewatch route --help');
  });

  test('shows a wrong environment with every problem and no secret', async () => {
    const { code, stderr } = await route(['--cluster', 'orders'], { PAGERDUTY_ROUTING_KEY: 'cut-short' });
    expect(code).toBe(1);
    expect(stderr).toContain('PAGERDUTY_ROUTING_KEY');
    expect(stderr).not.toContain('cut-short');
  });
});
