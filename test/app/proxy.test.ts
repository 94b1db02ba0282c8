import { NextRequest } from 'next/server';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Verdict } from '../../lib/people/sign-in/sign-in.ts';
import { PASSWORD_HASHES } from '../support/password-hashes.ts';

/** What whoever signs in is told; the state of the process, which the proxy and the routes share. */
let verdict: Verdict = 'right';
const asked: { readonly name: string; readonly address: string }[] = [];
const signIn = async (attempt: { readonly name: string; readonly address: string }): Promise<Verdict> => (asked.push(attempt), verdict);
const lines: string[] = [];

let proxy: (request: NextRequest) => Promise<Response>;
let status: (request: Request) => Promise<Response>;

beforeAll(async () => {
  Reflect.set(globalThis, Symbol.for('restorewatch.sign-in'), { signIn });
  const environment = {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_proxy_test',
    STATE_PATH: ':memory:',
    ALERTS: 'off',
    STATUS_USERS: `alice:${PASSWORD_HASHES['the right password']}`,
    TRUSTED_PROXIES: '10.0.0.0/8',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation((line: unknown) => void lines.push(String(line)));
  ({ proxy } = await import('../../proxy.ts'));
  ({ GET: status } = await import('../../app/api/status/route.ts'));
  (await import('../../lib/people/sign-in/client-address.ts')).believePeerHeaders();
}, 60_000);
beforeEach(() => void (lines.splice(0), asked.splice(0)));
afterAll(() => {
  Reflect.deleteProperty(globalThis, Symbol.for('restorewatch.sign-in'));
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const ALICE = { authorization: `Basic ${Buffer.from('alice:whatever').toString('base64')}` };
const get = (headers: Readonly<Record<string, string>>): NextRequest => new NextRequest('http://127.0.0.1/', { headers });

test.for([
  ['right', 200, null, null],
  ['wrong', 401, 'Basic realm="Restorewatch", charset="UTF-8"', null],
  ['busy', 503, null, '5'],
] as const)('a sign-in that is %s is answered with %i by the page and by its JSON alike', async ([told, expected, challenge, retry]) => {
  verdict = told;
  for (const answer of [await proxy(get(ALICE)), ...(told === 'right' ? [] : [await status(get(ALICE))])]) {
    expect(answer.status).toBe(expected);
    expect([answer.headers.get('www-authenticate'), answer.headers.get('retry-after')]).toEqual([challenge, retry]);
  }
});

test.for([
  ['the address of its socket', { 'x-restorewatch-peer': '192.0.2.7', 'x-forwarded-for': '1.1.1.1' }, '192.0.2.7'],
  ['the address that a trusted proxy names', { 'x-restorewatch-peer': '10.0.0.1', 'x-forwarded-for': '192.0.2.8' }, '192.0.2.8'],
] as const)('a sign-in counts for %s, and a refusal is logged with it', async ([, headers, address]) => {
  verdict = 'wrong';
  Reflect.deleteProperty(globalThis, Symbol.for('restorewatch.counted-lines'));
  await proxy(get({ ...ALICE, ...headers }));
  expect(asked).toMatchObject([{ name: 'alice', address }]);
  expect(lines).toEqual([`restorewatch: audit: refused: sign-in: wrong password for alice (from ${address})`]);
});

test('a browser that has not been asked for a password yet is no refused sign-in', async () => {
  expect((await proxy(get({ 'x-restorewatch-peer': '192.0.2.7' }))).status).toBe(401);
  expect([asked, lines]).toEqual([[], []]);
});
