import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { NextRequest } from 'next/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { SignedInLine } from '../../app/signed-in-line.tsx';
import { PASSWORD_HASHES } from '../support/password-hashes.ts';

let proxy: (request: NextRequest) => Promise<Response>;
let alice = '';

beforeAll(async () => {
  const environment = {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_test',
    STATE_PATH: ':memory:',
    ALERTS: 'off',
    STATUS_USERS: `alice:${PASSWORD_HASHES['the right password']}`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation(() => {});
  alice = `Basic ${Buffer.from('alice:the right password').toString('base64')}`;
  ({ proxy } = await import('../../proxy.ts'));
}, 60_000);
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const get = (path: string, headers: Readonly<Record<string, string>>): Promise<Response> =>
  proxy(new NextRequest(`http://127.0.0.1${path}`, { headers }));

describe('signing out', () => {
  test('refuses the right password too, for the realm that it was given for, and says what happened', async () => {
    const [page, out] = [await get('/', {}), await get('/sign-out', { authorization: alice })];
    expect([out.status, out.headers.get('www-authenticate')]).toEqual([401, page.headers.get('www-authenticate')]);
    expect(out.headers.get('cache-control')).toBe('no-store');
    expect(await out.text()).toContain('<h1>You are signed out</h1>');
    expect((await get('/', { authorization: alice })).status).toBe(200);
  });

  test.for([
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', 401],
    ['none', 401],
  ] as const)('a request that is %s is answered with %i: another site signs nobody out', async ([site, status]) =>
    expect((await get('/sign-out', { authorization: alice, 'sec-fetch-site': site })).status).toBe(status),
  );

  test.for([
    ['responder', 'alice , responder Sign out'],
    ['viewer', 'alice , viewer, who changes nothing Sign out'],
  ] as const)('the page says who is signed in as a %s, and leads there', ([role, words]) => {
    const html = renderToStaticMarkup(createElement(SignedInLine, { user: 'alice', role }));
    expect(
      html
        .replace(/<[^>]+>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    ).toBe(words);
    expect(html).toContain('<a href="/sign-out">Sign out</a>');
  });
});
