import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, test, vi } from 'vitest';
import { GET } from '../../app/api/metrics/route.ts';
import { hashPassword } from '../../lib/config/environment/password.ts';

const TOKEN = 'metrics-token-of-the-metrics-test';
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
    STATUS_USERS: `vera:${await hashPassword(PASSWORD)}:viewer`,
    METRICS_TOKEN: TOKEN,
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
] as const)('%s is refused', async ([, headers]) => {
  expect((await GET(new Request(URL, { headers: headers as Record<string, string> }))).status).toBe(401);
});
