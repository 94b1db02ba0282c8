import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../lib/config/environment/password.ts';
import { keep, look, lookAnew } from './browser.ts';
import { QUIET, startProduct, type Product } from './product.ts';
import { rawRequest } from './raw-request.ts';
import { mixture, record } from './recorded-state.ts';

const PASSWORD = 'pw-of-the-browser-tests: ü';

function basic(text: string): Readonly<Record<string, string>> {
  return { Authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

/** Who may see what, with no channel configured at all. */
export function access(browser: () => Browser, folder: string): void {
  describe('that asks for a password', () => {
    const path = join(folder, 'access.sqlite');
    let product: Product;

    beforeAll(async () => {
      await record(path, mixture(Date.now()));
      product = await startProduct({
        ...QUIET,
        HOST: '127.0.0.1',
        STATE_PATH: path,
        STATUS_USERS: `alice:${await hashPassword(PASSWORD)}`,
      });
    });

    afterAll(() => product.stop());

    const PAGES = ['/', '/?page=2', '/api/status', '/api/checklist', '/nothing-here'];
    const STRANGERS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      ['nobody', {}],
      ['a wrong password', basic('alice:wrong')],
      ['another name', basic(`bob:${PASSWORD}`)],
      ['a bearer token', { Authorization: `Bearer ${PASSWORD}` }],
      ['a header that goes around the proxy', { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' }],
    ];

    test.for(STRANGERS.flatMap(([who, headers]) => PAGES.map((page) => [page, who, headers] as const)))(
      '%s answers 401 to %s and discloses nothing',
      async ([page, , headers]) => {
        const answer = await fetch(`${product.url}${page}`, { headers });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm="Restorewatch"/);
        expect(await answer.text()).not.toMatch(/orders|backup|cluster/);
      },
    );

    test.for([
      ['GET', '/', 200],
      ['GET', '/api/status', 200],
      ['GET', '/api/checklist', 200],
      ['GET', '/nothing-here', 404],
      ['HEAD', '/', 200],
      ['POST', '/', 405],
      ['DELETE', '/', 405],
    ] as const)('%s %s, signed in, answers %i', async ([method, page, status]) => {
      expect((await fetch(`${product.url}${page}`, { method, headers: basic(`alice:${PASSWORD}`) })).status).toBe(status);
    });

    test.for([
      ['GET', '/api/nothing'],
      ['GET', '/api'],
      ['HEAD', '/api/status/more'],
      ['POST', '/api/nothing'],
      ['POST', '/api'],
      ['GET', '/api/cron/nothing'],
      ['GET', '/api/%5B%5B...path%5D%5D'],
    ] as const)('%s %s, by a stranger, is a JSON 404 with the headers of every answer under /api', async ([method, path]) => {
      const answer = await fetch(`${product.url}${path}`, { method });
      const { headers } = answer;
      const named = ['content-type', 'content-security-policy', 'x-content-type-options', 'x-frame-options', 'cache-control'] as const;
      expect([answer.status, ...named.map((name) => headers.get(name))]).toEqual([
        404,
        'application/json',
        "default-src 'none'; frame-ancestors 'none'",
        'nosniff',
        'DENY',
        'no-store',
      ]);
      const error = 'there is no such address; GET /api/openapi.json lists those that there are';
      expect(await answer.text()).toBe(method === 'HEAD' ? '' : JSON.stringify({ error }));
    });

    test.for(['/nothing-here', '/%61pi/nothing', '/_next/nothing', '/_next/image?url=%2Ficon.svg&w=64&q=75', '/records/none'])(
      '%s, signed in, is the page of what is not there, and breaks nothing of its content security policy',
      async (path) => {
        const { page, complaints, close } = await look(browser(), product.url, {
          httpCredentials: { username: 'alice', password: PASSWORD },
        });
        const answer = await page.goto(path);
        expect(answer?.status()).toBe(404);
        expect(answer?.headers()['content-security-policy']).toMatch(/script-src 'nonce-[0-9a-f]{32}'/);
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('There is no such page');
        expect(complaints.filter((one) => !one.includes('status of 404'))).toEqual([]);
        await close();
      },
    );

    const LONG = {
      'GET a path of 20,000 characters': `GET /${'x'.repeat(20_000)}`,
      'GET a record of 12,000 characters': `GET /records/${'x'.repeat(12_000)}`,
    };
    test.for([
      ['TRACE /', 405],
      ['PROPFIND /api/status', 405],
      ['PUT /api/health', 405],
      ['DELETE /api/cron/check', 405],
      ['CONNECT elsewhere.example.com:443', 405],
      ['GET *', 400],
      ['GET http://elsewhere.example.com/', 400],
      ['GET /runbooks/rpo%zz', 400],
      ['GET /records/%00', 400],
      ['GET /%c0%af', 400],
      ['GET a path of 20,000 characters', 431],
      ['GET a record of 12,000 characters', 404],
      ['GET /api/records?before=%zz%00', 400],
      ['GET /i/%25%30%30', 404],
    ] as const)('%s, signed in, is %i and no failure', async ([line, status]) => {
      const [name, value] = Object.entries(basic(`alice:${PASSWORD}`))[0] ?? [];
      const asked = new Map<string, string>(Object.entries(LONG)).get(line) ?? line;
      const answer = await rawRequest(product.url, `${asked} HTTP/1.1`, `${name}: ${value}`, 'Connection: close');
      expect(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])).toBe(status);
    });

    test.for(['/', '/records', '/api/status', '/api/health'])('an upgrade of %s is refused and its socket closed at once', async (path) => {
      const answer = await rawRequest(product.url, `GET ${path} HTTP/1.1`, 'Connection: Upgrade', 'Upgrade: websocket');
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    });

    test('the product says where it listens, and on loopback alone where HOST says so', () =>
      expect(product.log()).toMatch(/^Restorewatch listens on port \d+ of 127\.0\.0\.1$/m));

    test('/api/health is open to everybody and says nothing but whether it is healthy', async () => {
      const answer = await fetch(`${product.url}/api/health`);
      expect([answer.status, await answer.json()]).toEqual([200, { healthy: true }]);
    });

    test('a browser that signs in shows that no channel is configured', async () => {
      const { page, close } = await look(browser(), product.url, { httpCredentials: { username: 'alice', password: PASSWORD } });
      expect((await page.goto('/'))?.status()).toBe(200);
      expect(await page.locator('main [role=alert]').allTextContents()).toEqual([expect.stringMatching(/^Nobody can be told: no channel/)]);
      expect(product.log()).toMatch(/WARNING: .*channel/);
      await keep(page, 'no-channel');
      await close();
    });

    test('a browser that signs out forgets the password, and says so to whoever cancels its question', async () => {
      const { page, close } = await lookAnew(browser(), product.url);
      const session = await page.context().newCDPSession(page);
      let answers: readonly ('ProvideCredentials' | 'CancelAuth')[] = ['ProvideCredentials', 'CancelAuth', 'CancelAuth'];
      const sent: Promise<unknown>[] = [];
      session.on('Fetch.requestPaused', ({ requestId }) => sent.push(session.send('Fetch.continueRequest', { requestId })));
      session.on('Fetch.authRequired', ({ requestId }) => {
        const [response = 'CancelAuth', ...rest] = answers;
        answers = rest;
        const given = response === 'ProvideCredentials' ? { username: 'alice', password: PASSWORD } : {};
        sent.push(session.send('Fetch.continueWithAuth', { requestId, authChallengeResponse: { response, ...given } }));
      });
      await session.send('Fetch.enable', { handleAuthRequests: true });
      expect((await page.goto('/'))?.status()).toBe(200);
      await page.getByRole('link', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
      expect((await page.goto('/'))?.status()).toBe(401);
      expect(answers).toEqual([]);
      // Each one is over before the browser is closed; one that nobody waits for any more, as an icon of the page that was left, fails.
      await session.send('Fetch.disable');
      await Promise.allSettled(sent);
      await close();
    });

    test('a browser without the password shows only that it has to sign in', async () => {
      const { page, close } = await look(browser(), product.url, { httpCredentials: { username: 'alice', password: 'wrong' } });
      expect((await page.goto('/'))?.status()).toBe(401);
      expect(await page.locator('body').textContent()).toBe('Sign in to see this page.');
      await close();
    });
  });
}
