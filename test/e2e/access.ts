import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashPassword } from '../../lib/password.ts';
import { keep, look } from './browser.ts';
import { QUIET, startProduct, type Product } from './product.ts';
import { mixture, record } from './recorded-state.ts';

const PASSWORD = 'pw-of-the-browser-tests: ü';

function basic(text: string): Readonly<Record<string, string>> {
  return { Authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

/** Who may see what, with no channel configured at all. */
export function access(browser: () => Browser, folder: string): void {
  describe('that asks who is there', () => {
    const path = join(folder, 'access.sqlite');
    let product: Product;

    beforeAll(async () => {
      await record(path, mixture(Date.now()));
      product = await startProduct({ ...QUIET, STATE_PATH: path, STATUS_USERS: `alice:${await hashPassword(PASSWORD)}` });
    });

    afterAll(() => product.stop());

    const PAGES = ['/', '/?page=2', '/api/status', '/nothing-here'];
    const STRANGERS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      ['nobody', {}],
      ['a wrong password', basic('alice:wrong')],
      ['another name', basic(`bob:${PASSWORD}`)],
      ['a bearer token', { Authorization: `Bearer ${PASSWORD}` }],
      ['a header that goes around the proxy', { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' }],
    ];

    test.for(STRANGERS.flatMap(([who, headers]) => PAGES.map((page) => [page, who, headers] as const)))(
      '%s answers 401 to %s, and tells nothing',
      async ([page, , headers]) => {
        const answer = await fetch(`${product.url}${page}`, { headers });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm="Restorable"/);
        expect(await answer.text()).not.toMatch(/orders|backup|cluster/);
      },
    );

    test.for([
      ['GET', '/', 200],
      ['GET', '/api/status', 200],
      ['GET', '/nothing-here', 404],
      ['HEAD', '/', 200],
      ['POST', '/', 405],
      ['DELETE', '/', 405],
    ] as const)('to alice %s %s answers %i', async ([method, page, status]) => {
      expect((await fetch(`${product.url}${page}`, { method, headers: basic(`alice:${PASSWORD}`) })).status).toBe(status);
    });

    test('health is open to everybody, and says nothing else', async () => {
      const answer = await fetch(`${product.url}/api/health`);
      expect([answer.status, await answer.json()]).toEqual([200, { healthy: true }]);
    });

    test('a browser signs in, and reads that nobody can be told', async () => {
      const { page, close } = await look(browser(), product.url, { httpCredentials: { username: 'alice', password: PASSWORD } });
      expect((await page.goto('/'))?.status()).toBe(200);
      expect(await page.locator('main [role=alert]').allTextContents()).toEqual([expect.stringMatching(/^Nobody can be told: no channel/)]);
      expect(product.log()).toMatch(/WARNING: .*channel/);
      await keep(page, 'no-channel');
      await close();
    });

    test('a browser without the password sees no more than that it has to sign in', async () => {
      const { page, close } = await look(browser(), product.url, { httpCredentials: { username: 'alice', password: 'wrong' } });
      expect((await page.goto('/'))?.status()).toBe(401);
      expect(await page.locator('body').textContent()).toBe('Sign in to see this page.');
      await close();
    });
  });
}
