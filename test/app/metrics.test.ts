import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { GET } from '../../app/api/metrics/route.ts';
import { PASSWORD_HASHES } from '../support/password-hashes.ts';

const TOKEN = 'metrics-token-of-the-metrics-test';
const CRON_SECRET = 'cron-secret-of-the-metrics-test-0123456789';
const PASSWORD = 'the right password';
const URL = 'http://127.0.0.1/api/metrics';
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'restorewatch-metrics-'));
  vi.resetModules();
  const environment = {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_metrics_test',
    ATLAS_BASE_URL: 'http://127.0.0.1:9',
    ALERTS: 'off',
    STATE_PATH: join(folder, 'state.sqlite'),
    STATUS_USERS: `vera:${PASSWORD_HASHES[PASSWORD]}:viewer`,
    METRICS_TOKEN: TOKEN,
    CRON_SECRET,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

it('the token’s bearer reads them, as OpenMetrics where that is asked for', async () => {
  const headers = { authorization: `Bearer ${TOKEN}`, accept: 'application/openmetrics-text; version=1.0.0' };
  const answer = await GET(new Request(URL, { headers }));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  expect(await answer.text()).toMatch(/^restorewatch_stale 1\n[\s\S]*# EOF\n$/m);
});

it('a viewer of the page reads them, as plain text', async () => {
  const authorization = `Basic ${Buffer.from(`vera:${PASSWORD}`).toString('base64')}`;
  const answer = await GET(new Request(URL, { headers: { authorization } }));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
});

test.for([
  ['nothing', {}],
  ['an empty token', { authorization: 'Bearer ' }],
  ['the token without its last letter', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
  ['the token and one letter more', { authorization: `Bearer ${TOKEN}x` }],
  ['the secret of the cron routes', { authorization: `Bearer ${CRON_SECRET}` }],
] as const)('%s is refused', async ([, headers]) => {
  expect((await GET(new Request(URL, { headers: headers as Record<string, string> }))).status).toBe(401);
});

describe('of a wrong token', () => {
  const NOT_OPEN = ['users', 'closed'] as const;
  const STRANGE = 'Bearer a-token-that-nobody-issued';
  const lines = (): readonly string[] => vi.mocked(console.error).mock.calls.map(([line]) => String(line));

  beforeEach(() => {
    for (const name of ['counted-lines', 'refused-sign-ins']) Reflect.deleteProperty(globalThis, Symbol.for(`restorewatch.${name}`));
  });

  const ROUTES = {
    metrics: () => import('../../app/api/metrics/route.ts'),
    'cron/check': () => import('../../app/api/cron/check/route.ts'),
    'cron/drill': () => import('../../app/api/cron/drill/route.ts'),
  } as const;

  async function called(path: keyof typeof ROUTES, authorization: string): Promise<number> {
    const route = await ROUTES[path]();
    return (await route.GET(new Request(`http://127.0.0.1/api/${path}`, { headers: { authorization } }))).status;
  }

  test.for(NOT_OPEN)('the log counts the refusals, and names neither the token nor a password (access: %s)', async (access) => {
    if (access === 'closed') vi.stubEnv('STATUS_USERS', '');
    for (let time = 1; time <= 3; time += 1) expect(await called('metrics', STRANGE)).toBe(401);
    expect(lines()).toEqual(['restorewatch: audit: refused: GET /api/metrics: a wrong bearer (from an unknown address)']);
  });

  test('the audit trail has the counts of each route, after the next call of a cron', async () => {
    for (const path of ['metrics', 'metrics', 'cron/check'] as const) expect(await called(path, STRANGE)).toBe(401);
    expect(await called('cron/check', '')).toBe(401);
    expect(await called('cron/drill', `Bearer ${CRON_SECRET}`)).toBe(200);
    const { openPorts } = await import('../../lib/wire/wire.ts');
    const [newest] = await (await openPorts()).store.trail({ before: null, limit: 1 });
    expect(newest).toMatchObject({
      what: 'sign-in-refused',
      by: null,
      details: {
        count: '4',
        'GET /api/metrics: a wrong bearer': '2',
        'GET /api/cron/check: a wrong bearer': '1',
        'GET /api/cron/check: no bearer': '1',
      },
    });
    expect(lines().join()).toContain('audit: 4 sign-ins and tokens refused since');
    expect([JSON.stringify(newest), lines().join()].join()).not.toContain('nobody-issued');
  });

  test('nothing is refused where everybody may look', async () => {
    vi.stubEnv('STATUS_USERS', '');
    vi.stubEnv('STATUS_ACCESS', 'public');
    expect(await called('metrics', STRANGE)).toBe(200);
    expect(lines()).toEqual([]);
  });
});

describe('a scrape while the store cannot be read', () => {
  const basic = `Basic ${Buffer.from(`vera:${PASSWORD}`).toString('base64')}`;

  // A folder is no state file. The environment is read once for a process, so these tests load the route anew.
  beforeEach(() => vi.stubEnv('STATE_PATH', folder));
  const scrape = async (headers: Readonly<Record<string, string>>): Promise<Response> => {
    const route = await import('../../app/api/metrics/route.ts');
    return route.GET(new Request(URL, { headers }));
  };

  test.for([
    ['the token’s bearer', `Bearer ${TOKEN}`],
    ['a viewer', basic],
  ] as const)('is a 503 for %s that says why, without a path or a stack, and no sample', async ([, authorization]) => {
    const answer = await scrape({ authorization });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([503, 'no-store']);
    expect(await answer.text()).toBe('{"error":"the store cannot be read, so that no metric would be true; the log has the cause"}');
  });

  it('is refused to strangers as ever', async () => {
    expect((await scrape({})).status).toBe(401);
  });
});

it('the token opens no other route', async () => {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const { GET: check } = await import('../../app/api/cron/check/route.ts');
  const { GET: status } = await import('../../app/api/status/route.ts');
  expect((await check(new Request('http://127.0.0.1/api/cron/check', { headers }))).status).toBe(401);
  expect((await status(new Request('http://127.0.0.1/api/status', { headers }))).status).toBe(401);
});
