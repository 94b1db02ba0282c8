import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { COMPLETE } from '../../config/environment/environment-source.ts';
import { type Ended, restorewatch } from '../run.ts';

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-maintenance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const policy = join(folder, 'policy.json');
writeFileSync(
  policy,
  JSON.stringify({ maintenance: [{ project: 'shop', cron: '* * * * *', timeZone: 'UTC', minutes: 5, why: 'always at it' }] }),
);

function silence(...args: readonly string[]): Promise<Ended> {
  const state = { KV_REST_API_URL: '', KV_REST_API_TOKEN: '', STATE_PATH: join(folder, 'state.sqlite') };
  return restorewatch(['silence', ...args], { env: { ...COMPLETE, ...state, POLICY_FILE: policy, USER: 'dana' } });
}

const NIGHTLY = ['--cron', '0 22 * * 6', '--time-zone', 'Europe/Berlin', '--minutes', '120', '--why', 'patch night'] as const;

describe('restorewatch silence, of maintenance windows', () => {
  test('lists the windows of the policy and whether they are active now', async () =>
    expect((await silence('--list')).stdout).toMatch(
      /^no silence holds\nmaintenance windows:\nrestorewatch\.config\.ts {2}\* \* \* \* \* \(UTC\), 5 min {2}NOW, until [^{}]+ {2}project shop {2}always at it\n$/,
    ));

  test('creates a window, lists it with its next start, and ends it', async () => {
    const made = await silence('--cluster', 'orders', ...NIGHTLY);
    const id =
      /^nobody is told of cluster orders at 0 22 \* \* 6 \(Europe\/Berlin\), for 120 min each time: (\S+)$/m.exec(made.stdout)?.[1] ??
      'none';
    const { stdout } = await silence('--list');
    expect(stdout).toContain(`${id}  0 22 * * 6 (Europe/Berlin), 2 h  `);
    expect(stdout).toContain('cluster orders  dana: patch night');
    expect((await silence('--end', id)).stdout).toContain('ended');
    expect((await silence('--list')).stdout).not.toContain(id);
  });

  test.for<[string, readonly string[], number, string]>([
    [
      'a length beside times',
      ['--cluster', 'orders', ...NIGHTLY, '--for', '2h'],
      2,
      '--for: a maintenance window ends after its --minutes',
    ],
    ['times that are none', ['--cluster', 'orders', '--cron', 'nightly', ...NIGHTLY.slice(2)], 2, 'cron: is no cron expression'],
    ['no length', ['--cluster', 'orders', '--cron', '0 22 * * 6', '--time-zone', 'UTC', '--why', 'patch night'], 2, 'minutes: '],
    ['nothing that it covers', NIGHTLY, 2, 'match: name a project, cluster, check or priority'],
    ['an empty cluster', ['--cluster', '', ...NIGHTLY], 2, 'It is empty'],
  ])('refuses %s, with a line of the audit', async ([, args, expected, problem]) => {
    const { code, stdout, stderr } = await silence(...args);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toContain(problem);
    expect(stderr).toMatch(/audit: .*refused/);
  });
});
