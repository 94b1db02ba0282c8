import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lastQuarter } from '../../lib/domain/calendar-periods.ts';
import { publicKeyOf } from '../../lib/record/evidence/dsse.ts';
import { verifyEvidence } from '../../lib/record/evidence/verify-evidence.ts';
import { openSqliteStore } from '../../lib/record/sqlite/sqlite.ts';
import { recordMany } from '../app/lists/many-entries.ts';
import { recordLists } from '../app/lists/recorded-lists.ts';
import { afterMidnight } from './after-midnight.ts';
import { contrasts, keep, look, overflowing, unfold, type Eyes } from './browser.ts';
import { CREDENTIALS, type RecordedProduct } from './recorded-product.ts';

/** Enough for people: WCAG 2.2, 1.4.3. */
const ENOUGH_CONTRAST = 4.5;
const WIDTHS = [320, 390, 1_280] as const;
const PHONE = { width: 390, height: 844 } as const;

/** The lists, full of names that are too long or are written from right to left. */
export function listPages(browser: () => Browser, recordedProduct: () => RecordedProduct): void {
  describe('that lists what was recorded', () => {
    let eyes: Eyes;
    beforeAll(async () => {
      const store = openSqliteStore(recordedProduct().path);
      await recordLists(store, afterMidnight());
      await store.close();
      eyes = await look(browser(), recordedProduct().product.url, { httpCredentials: CREDENTIALS });
    });
    afterAll(() => eyes.close());

    test.for([
      '/incidents',
      '/incidents?from=nonsense&state=open',
      '/incidents?from=2020-01-01&check=rpo',
      '/runs',
      '/deliveries',
      '/deliveries?cursor=past',
      '/checklist',
      '/erasures',
      '/evidence',
      '/audit?who=dana',
      '/records',
      '/records/t2',
      '/runbooks',
    ])('%s can be read on a phone and at a desk, by day and by night, without scrolling sideways', { timeout: 60_000 }, async (address) => {
      const { page, complaints } = eyes;
      const before = complaints.length;
      const answer = await page.goto(address);
      expect(answer?.status()).toBe(200);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 844 });
        await unfold(page, true);
        expect(await overflowing(page), `${width}`).toEqual([]);
      }
      // What differs between day and night is colours alone.
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect((await contrasts(page)).filter(({ ratio }) => !(ratio >= ENOUGH_CONTRAST))).toEqual([]);
        await keep(page, `list${address.replaceAll(/[^a-z0-9]+/g, '-')}-${colorScheme}`);
      }
      expect(complaints.slice(before)).toEqual([]);
    });

    describe('of a whole quarter and more', () => {
      beforeAll(async () => {
        const store = openSqliteStore(recordedProduct().path);
        await recordMany(store, afterMidnight());
        await store.close();
      });

      test.for(['/runs', '/records', '/audit', '/deliveries'])(
        '%s is five and a half screens of a phone at most, and the rest is behind “Older”',
        async (address) => {
          const { page, close } = await look(browser(), recordedProduct().product.url, { httpCredentials: CREDENTIALS });
          await page.setViewportSize(PHONE);
          const height = (): Promise<number> => page.evaluate(() => document.documentElement.scrollHeight);
          await page.goto(`${address}?from=2020-01-01`);
          await keep(page, `list${address.replaceAll(/[^a-z0-9]+/g, '-')}-quarter`);
          expect(await height()).toBeLessThanOrEqual(5.5 * PHONE.height);
          expect(await overflowing(page)).toEqual([]);
          await page.getByRole('link', { name: 'Older' }).click();
          await page.waitForURL(/from=2020-01-01&.*(before|cursor)=/);
          expect(await height()).toBeLessThanOrEqual(5.5 * PHONE.height);
          await close();
        },
      );
    });

    test('for an auditor finds last quarter with one click, and keeps it in the address', async () => {
      const options = { httpCredentials: CREDENTIALS, javaScriptEnabled: false };
      const { page, close } = await look(browser(), recordedProduct().product.url, options);
      const { from, to } = lastQuarter(afterMidnight());
      for (const address of ['/runs', '/records', '/audit', '/deliveries', '/incidents', '/evidence']) {
        await page.goto(address);
        await page.getByRole('link', { name: 'last quarter' }).click();
        await page.waitForURL(`**${address}?from=${from}&to=${to}`);
        expect(await page.locator('input[name=from]').inputValue()).toBe(from);
      }
      await close();
    });

    test('hands an auditor the evidence of last quarter, signed, which verifies with the public key of the page', async () => {
      const { page, close } = await look(browser(), recordedProduct().product.url, { httpCredentials: CREDENTIALS, acceptDownloads: true });
      const { from, to } = lastQuarter(afterMidnight());
      await page.goto('/evidence');
      await keep(page, 'evidence-with-key');
      const [archive] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /ZIP/ }).click()]);
      expect(archive.suggestedFilename()).toBe(`restorewatch-evidence-${from}-${to}.zip`);
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'JSON alone' }).click()]);
      const pem = await (await page.request.get('/api/evidence/key')).text();
      const verdict = verifyEvidence(readFileSync(await file.path(), 'utf8'), { publicKey: publicKeyOf(pem) });
      expect(verdict).toMatchObject({ intact: true, about: { from: `${from}T00:00:00Z` } });
      await page.goto('/audit?what=export');
      expect(await page.locator('tbody').innerText()).toMatch(/alice[^]*Took records or evidence out[^]*evidence, json/);
      await close();
    });

    test('prints incidents with their whole lives, and without forms and navigation', async () => {
      const { page, close } = await look(browser(), recordedProduct().product.url, { httpCredentials: CREDENTIALS });
      await page.setViewportSize({ width: 794, height: 1_123 });
      await page.goto('/incidents?from=2020-01-01&check=rpo');
      await page.emulateMedia({ media: 'print' });
      expect(await page.getByText('note: the disk was full').isVisible()).toBe(true);
      expect(await page.getByRole('button', { name: 'Show', exact: true }).isVisible()).toBe(false);
      expect(await page.getByRole('link', { name: 'Clusters' }).isVisible()).toBe(false);
      expect(await overflowing(page)).toEqual([]);
      await keep(page, 'list-print');
      await close();
    });

    test('filters, pages and goes back without a script, and keeps all of it in the address', async () => {
      const options = { httpCredentials: CREDENTIALS, javaScriptEnabled: false };
      const { page, close } = await look(browser(), recordedProduct().product.url, options);
      await page.goto('/incidents');
      await page.getByLabel('Open from (UTC)').fill('2020-01-01');
      await page.getByLabel('State').selectOption('ended');
      await page.getByRole('button', { name: 'Show', exact: true }).click();
      await page.waitForURL(/state=ended/);
      await page.getByRole('link', { name: 'Older' }).click();
      await page.waitForURL(/from=2020-01-01&state=ended&cursor=/);
      expect(await page.getByLabel('State').inputValue()).toBe('ended');
      await page.getByRole('link', { name: 'Newest' }).click();
      await page.getByRole('link', { name: 'Show everything' }).click();
      await page.waitForURL(/\/incidents$/);
      await close();
    });
  });
}
