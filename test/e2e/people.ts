import type { Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { afterMidnight } from './after-midnight.ts';
import { keep, look, type Eyes } from './browser.ts';
import { storm } from './night-states.ts';
import { CREDENTIALS, type RecordedProduct } from './recorded-product.ts';
import { mixture, record } from './recorded-state.ts';

/** What a signed-in person does on the page, and what nobody else can. */
export function people(browser: () => Browser, recordedProduct: () => RecordedProduct): void {
  describe('that people act on', () => {
    async function open(address = '/'): Promise<Eyes> {
      const { path, product } = recordedProduct();
      await record(path, mixture(afterMidnight()));
      const eyes = await look(browser(), product.url, { httpCredentials: CREDENTIALS });
      await eyes.page.goto(address);
      return eyes;
    }

    test('the button Acknowledge leads back to the page, which shows who acknowledged', async () => {
      const { page, complaints, close } = await open();
      const incident = page.locator('#i1');
      await incident.getByRole('button', { name: 'Acknowledge' }).click();
      await incident.getByText(/^alice has it \(page\)/).waitFor();
      expect(new URL(page.url()).pathname).toBe('/');
      expect(await incident.getByRole('button').count()).toBe(0);
      await keep(page, 'acknowledged');
      expect(complaints).toEqual([]);
      await close();
    });

    test('the button Acknowledge all acknowledges a storm at once', async () => {
      const { path, product } = recordedProduct();
      await record(path, storm(afterMidnight()));
      const { page, complaints, close } = await look(browser(), product.url, { httpCredentials: CREDENTIALS });
      await page.goto('/');
      await page.getByRole('button', { name: 'Acknowledge all 12' }).click();
      await page.getByText('alice has all').waitFor();
      expect(await page.getByRole('button', { name: /^Acknowledge/ }).count()).toBe(0);
      expect(complaints).toEqual([]);
      await close();
    });

    test('a silence made with the form marks the incidents that it covers, and can be ended', async () => {
      const { page, complaints, close } = await open('/silences');
      await page.getByText('Silence something').click();
      await page.getByRole('textbox', { name: 'Cluster' }).fill('orders');
      await page.getByLabel(/For how long/).fill('2h');
      await page.locator('details[open]').getByLabel('Why').fill('disk resize');
      await page.getByRole('button', { name: 'Silence', exact: true }).click();
      await page.getByText(/by alice: disk resize/).waitFor();
      await page.goto('/');
      expect(await page.locator('#i1 .tag').allTextContents()).toContain('silenced');
      expect(await page.locator('main [role=alert]').allTextContents()).toEqual([expect.stringMatching(/^1 P0 silenced/)]);
      await keep(page, 'silenced');
      await page.getByRole('link', { name: 'Silences' }).last().click();
      await page.getByRole('button', { name: /^End the silence/ }).click();
      await page.getByText('None holds.').waitFor();
      expect(complaints).toEqual([]);
      await close();
    });

    test('a maintenance window made with the form is listed with its next time, and can be ended', async () => {
      const { page, complaints, close } = await open('/silences');
      await page.getByText('Make a maintenance window').click();
      const form = page.locator('details', { hasText: 'Make a maintenance window' });
      await form.getByRole('textbox', { name: 'Cluster' }).fill('orders');
      await form.getByLabel(/When it begins/).fill('0 22 * * 6');
      await form.getByLabel(/Time zone/).fill('Europe/Berlin');
      await form.getByLabel(/how many minutes/).fill('120');
      await form.getByLabel('Why').fill('patch night');
      await form.getByRole('button', { name: 'Make' }).click();
      await page.getByText(/^cluster orders: 0 22 \* \* 6 \(Europe\/Berlin\), 2 h;.* by alice: patch night$/).waitFor();
      await keep(page, 'maintenance');
      await page.getByRole('button', { name: 'End the maintenance windows of cluster orders' }).click();
      await page.getByText('None comes.').waitFor();
      expect(complaints).toEqual([]);
      await close();
    });

    test('a form that is filled in wrongly says what is wrong', async () => {
      const { page, close } = await open('/silences');
      await page.getByText('Silence something').click();
      await page.getByLabel(/For how long/).fill('soon');
      await page.locator('details[open]').getByLabel('Why').fill('disk resize');
      await page.getByRole('button', { name: 'Silence', exact: true }).click();
      await page.getByText('for: how long, as 90m, 2h or 3d').waitFor();
      await close();
    });

    test('messages that were not delivered are listed and can be sent again', async () => {
      const { page, close } = await open('/alert-path');
      const list = page.locator('section', { has: page.getByRole('heading', { name: 'Not delivered' }) });
      expect(await list.locator('li').count()).toBeGreaterThan(0);
      await list.getByRole('button', { name: /^Send again: Slack, / }).click();
      await page.waitForURL('/');
      expect(recordedProduct().product.log()).toContain('audit: sending again asked for by alice: k3 is due');
      await close();
    });

    test.for([
      ['/api/incidents/i1/acknowledge', ''],
      ['/api/silences', 'cluster=orders&for=2h&why=because'],
      ['/api/silences/s1/end', ''],
      ['/api/deliveries/resend', 'key=k3'],
    ] as const)('POST %s is refused to strangers and to other sites', async ([address, body]) => {
      const { path, product } = recordedProduct();
      await record(path, mixture(afterMidnight()));
      const type = 'application/x-www-form-urlencoded';
      const authorization = `Basic ${Buffer.from(`${CREDENTIALS.username}:${CREDENTIALS.password}`).toString('base64')}`;
      const post = async (headers: Record<string, string>): Promise<number> =>
        (await fetch(`${product.url}${address}`, { method: 'POST', body, headers: { 'content-type': type, ...headers } })).status;
      expect(await post({})).toBe(401);
      expect(await post({ authorization, 'sec-fetch-site': 'cross-site' })).toBe(403);
      expect(await post({ authorization, origin: 'https://evil.example.com' })).toBe(403);
    });

    test('a program can do the same with JSON, and each answer says what happened', async () => {
      const { path, product } = recordedProduct();
      await record(path, mixture(afterMidnight()));
      const authorization = `Basic ${Buffer.from(`${CREDENTIALS.username}:${CREDENTIALS.password}`).toString('base64')}`;
      const post = async (address: string, body: unknown = {}): Promise<readonly [number, unknown]> => {
        const answer = await fetch(`${product.url}${address}`, {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { authorization, 'content-type': 'application/json' },
        });
        return [answer.status, await answer.json()];
      };
      expect(await post('/api/incidents/i1/acknowledge')).toEqual([200, { outcome: 'acknowledged' }]);
      expect(await post('/api/incidents/i1/acknowledge')).toEqual([200, { outcome: 'unchanged' }]);
      expect(await post('/api/incidents/i4/acknowledge')).toEqual([409, { outcome: 'resolved' }]);
      expect(await post('/api/incidents/none/acknowledge')).toEqual([404, { outcome: 'unknown' }]);
      expect(await post('/api/silences', { for: '2h', why: 'because' })).toEqual([400, { problems: [expect.stringMatching(/^match:/)] }]);
      expect(await post('/api/silences', { clustre: 'orders', check: 'rpo', for: '2h', why: 'because' })).toEqual([
        400,
        { problems: [expect.stringMatching(/^clustre:/)] },
      ]);
      expect(await post('/api/deliveries/resend', { id: 'x' })).toEqual([400, { problems: [expect.stringMatching(/^id:/)] }]);
      expect(await post('/api/records', { note: 'x' })).toEqual([400, { problems: [expect.stringMatching(/^note:/)] }]);
      expect((await post('/api/silences', { cluster: 'orders', for: '2h', why: 'because' }))[0]).toBe(201);
      expect(await post('/api/silences/none/end')).toEqual([404, { error: 'no such silence' }]);
      expect(await post('/api/deliveries/resend', { key: 'none' })).toEqual([404, { outcome: 'unknown' }]);
    });
  });
}
