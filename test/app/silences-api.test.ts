import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AtlasEmulator, startAtlasEmulator } from '../emulators/atlas.ts';
import { PASSWORD_HASHES } from '../support/password-hashes.ts';

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-silences-'));
const before = { ...process.env };
let atlas: AtlasEmulator;
let post: (fields: Readonly<Record<string, string>>, form?: boolean) => Promise<Response>;

/** The route over a state file of its own, in which a check of an emulated Atlas is recorded. */
beforeAll(async () => {
  atlas = await startAtlasEmulator();
  atlas.addProject('shop').addCluster('orders');
  const { clientId, clientSecret } = atlas.credentials;
  Object.assign(process.env, {
    ATLAS_BASE_URL: atlas.url,
    ATLAS_CLIENT_ID: clientId,
    ATLAS_CLIENT_SECRET: clientSecret,
    STATE_PATH: join(folder, 'state.sqlite'),
    STATUS_USERS: `alice:${PASSWORD_HASHES['correct horse']}`,
    ALERTS: 'off',
  });
  vi.spyOn(console, 'error').mockImplementation(() => {});
  await (await import('../../lib/wire/wire.ts')).runCheck();
  const { POST } = await import('../../app/api/silences/route.ts');
  const authorization = `Basic ${Buffer.from('alice:correct horse').toString('base64')}`;
  post = (fields, form = false) => {
    const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
    const body = form ? new URLSearchParams(fields).toString() : JSON.stringify(fields);
    return POST(new Request('http://127.0.0.1/api/silences', { method: 'POST', headers: { authorization, 'content-type': type }, body }));
  };
});
afterAll(async () => {
  vi.restoreAllMocks();
  process.env = before;
  await atlas.close();
  rmSync(folder, { recursive: true, force: true });
});

const MADE = { made: expect.any(Object) };
const REFUSED = { problems: ['cluster: no check has seen one called "ordres"; the nearest name is orders'] };

describe('POST /api/silences', () => {
  const asked = { for: '2h', why: 'disk resize' };
  const nightly = { cron: '0 22 * * 6', timeZone: 'UTC', minutes: '60', why: 'patch night' };

  test.for([
    ['a silence', { ...asked, cluster: 'orders' }, 201, MADE],
    ['a maintenance window', { ...nightly, project: 'shop' }, 201, MADE],
    ['a silence of a cluster that does not exist', { ...asked, cluster: 'ordres' }, 400, REFUSED],
    ['a maintenance window of a cluster that does not exist', { ...nightly, cluster: 'ordres' }, 400, REFUSED],
  ] as const)('%s is answered by what exists', async ([, fields, status, body]) => {
    const answer = await post(fields);
    expect([answer.status, await answer.json()]).toEqual([status, body]);
  });

  test.for([
    ['a reason of 500 kB', { ...asked, cluster: 'orders', why: 'y'.repeat(500_000) }, 'why: at most 4000 characters; this has 500000'],
    ['a name of 500 kB', { ...asked, cluster: 'o'.repeat(500_000) }, 'cluster: at most 4000 characters; this has 500000'],
    [
      'a reason that is too long for a silence',
      { ...asked, cluster: 'orders', why: 'y'.repeat(301) },
      'why: at most 300 characters; this has 301',
    ],
    ['a body of over 512 KB', { ...asked, cluster: 'o'.repeat(600_000) }, expect.stringMatching(/^body: .* longer than 512 KB$/)],
  ] as const)('%s is refused in words', async ([, fields, problem]) => {
    const answer = await post(fields);
    expect([answer.status, await answer.json()]).toEqual([400, { problems: [problem] }]);
  });

  test("the page's form names the nearest cluster, too", async () => {
    const answer = await post({ ...asked, cluster: 'ordres', project: '', check: '', priority: '' }, true);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('the nearest name is orders')]);
  });
});
