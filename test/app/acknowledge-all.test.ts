import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { HOUR } from '../../lib/domain/time.ts';
import { storm } from '../e2e/night-states.ts';
import { record } from '../e2e/recorded-state.ts';
import { PASSWORD_HASHES } from '../support/password-hashes.ts';

/** Next knows a request only while it serves one. */
vi.mock('next/server', async (original) => ({ ...(await original<object>()), after: (act: () => Promise<void>) => void act() }));

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-acknowledge-all-'));
const path = join(folder, 'state.sqlite');
const headers = { authorization: `Basic ${Buffer.from('alice:correct horse').toString('base64')}` };
const idOf = (number: string): string => `backup-age-svc-${number}-auth`;
const lines: string[] = [];

beforeAll(async () => {
  const environment = {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_test',
    ATLAS_BASE_URL: 'http://127.0.0.1:9',
    ALERTS: 'off',
    STATE_PATH: path,
    STATUS_USERS: `alice:${PASSWORD_HASHES['correct horse']}`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation((line: unknown) => void lines.push(String(line)));
}, 60_000);
beforeEach(async () => {
  lines.splice(0);
  const { head, view } = storm(Date.now());
  const [taken, over, ...open] = head.incidents;
  if (taken === undefined || over === undefined) throw new Error('the storm has no incidents');
  const acknowledgement = { by: 'dana', via: 'slack', at: Date.now() - HOUR, until: Date.now() + HOUR } as const;
  const incidents = [
    { ...taken, state: 'acknowledged' as const, acknowledgement },
    { ...over, state: 'resolved' as const, resolvedAt: Date.now(), resolution: 'recovered' },
    ...open,
  ];
  await record(path, { head: { ...head, incidents }, view });
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function post(body: string, more: Readonly<Record<string, string>> = {}): Promise<Response> {
  const { POST } = await import('../../app/api/incidents/acknowledge/route.ts');
  const type = { 'content-type': body.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded' };
  return POST(new Request('http://127.0.0.1/', { method: 'POST', headers: { ...headers, ...type, ...more }, body }));
}

const form = (ids: readonly string[]): string => new URLSearchParams(ids.map((id) => ['id', id])).toString();
const browser = { accept: 'text/html', 'sec-fetch-site': 'same-origin' };

describe('POST /api/incidents/acknowledge', () => {
  test('acknowledges what is open, says what was acknowledged before or had ended, and changes nothing a second time', async () => {
    const ids = [idOf('01'), idOf('02'), idOf('03'), idOf('04'), 'none'];
    const first = await post(JSON.stringify({ ids }));
    expect([first.status, await first.json()]).toEqual([
      200,
      { acknowledged: [idOf('03'), idOf('04')], already: [idOf('01')], ended: [idOf('02')], unknown: ['none'] },
    ]);
    const second = await post(JSON.stringify({ ids }));
    expect(await second.json()).toMatchObject({ acknowledged: [], already: [idOf('01'), idOf('03'), idOf('04')] });
  });

  test('leaves a line in the audit for each, with who and from where, and none for what did not change', async () => {
    await post(form([idOf('01'), idOf('03'), idOf('04')]));
    expect(
      lines.filter((line) => line.includes('acknowledged by alice via page')).map((line) => /backup-age-svc-\d\d/.exec(line)?.[0]),
    ).toEqual(['backup-age-svc-03', 'backup-age-svc-04']);
  });

  test('leads a browser back to the page, and first tells it what had changed meanwhile', async () => {
    const all = await post(form([idOf('03'), idOf('04')]), browser);
    expect([all.status, all.headers.get('location')]).toEqual([303, '/']);
    const some = await post(form([idOf('01'), idOf('02'), idOf('05')]), browser);
    expect([some.status, await some.text()]).toEqual([
      200,
      '1 incident acknowledged now.\n1 incident acknowledged before.\n1 incident ended meanwhile.\n\nGo back to the page to see how things are now.\n',
    ]);
  });

  test('is 404 where nothing of it is on record', async () => expect((await post(form(['none']))).status).toBe(404));

  test('takes 500 incidents and no more', async () => {
    const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `no-${index}`);
    expect((await post(form(ids(500)))).status).toBe(404);
    const more = await post(form(ids(501)));
    expect([more.status, await more.json()]).toEqual([400, { problems: [expect.stringMatching(/at most 500 incidents; these are 501$/)] }]);
  });

  test.for<[string, string]>([
    ['nothing', ''],
    ['another field', 'id=a&all=yes'],
    ['an empty id', 'id='],
    ['an endless id', `id=${'x'.repeat(256)}`],
    ['an id that is no text', '{"ids":["a",1]}'],
    ['ids that are no list', '{"ids":"a"}'],
    ['another field in JSON', '{"ids":["a"],"all":true}'],
    ['JSON that is cut off', '{"ids":["a"'],
  ])('refuses %s in words', async ([, body]) => {
    const answer = await post(body);
    expect([answer.status, await answer.json()]).toEqual([400, { problems: [expect.stringMatching(/^body: a form with a field id/)] }]);
  });

  test('refuses another site', async () => expect((await post(form([idOf('03')]), { 'sec-fetch-site': 'cross-site' })).status).toBe(403));
});
