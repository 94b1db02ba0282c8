import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR } from '../../lib/domain/time.ts';
import { environmentOf } from '../../scripts/demo/app.ts';
import { startEmulators, type Emulators } from '../../scripts/demo/emulators.ts';
import { keep, look, lookAnew } from './browser.ts';
import { startProduct, type Product } from './product.ts';

/** The whole product, from an organisation in Atlas to the page and the phone. */
export function watching(browser: () => Browser): void {
  describe('that watches an organisation', () => {
    let emulators: Emulators;
    let product: Product;

    beforeAll(async () => {
      emulators = await startEmulators({ restore: false });
      product = await startProduct(environmentOf(emulators));
    });

    afterAll(async () => {
      await product.stop();
      await emulators.close();
    });

    test('is not green before the first check, and says that nothing is known', async () => {
      const { page, complaints, close } = await look(browser(), product.url);
      await page.goto('/');
      await page.getByRole('heading', { level: 1, name: 'no check has run' }).waitFor();
      expect(await page.locator('main [role=alert]').allTextContents()).toEqual([expect.stringContaining('No check has run yet')]);
      expect(await page.locator('.headline').getAttribute('data-tone')).toBe('unknown');
      await keep(page, 'before-the-first-check');
      expect(complaints).toEqual([]);
      await close();
    });

    test('is at risk without a reload when snapshots stop while PITR reaches on, pages PagerDuty, and turns green when they are back', async () => {
      const { page, complaints, close } = await lookAnew(browser(), product.url);
      await page.clock.install();
      // A browser keeps the page for 10 s (app/short-cache.ts). They have passed by the page's clock, and not by the browser's own.
      const session = await page.context().newCDPSession(page);
      await session.send('Network.enable');
      await session.send('Network.setCacheDisabled', { cacheDisabled: true });
      const row = page.locator('.cluster-list li').filter({ hasText: /^orders / });
      const headline = page.getByRole('heading', { level: 1 });
      /** Lets the time pass after which the page reads itself again, until it says so. */
      const says = (words: string) =>
        expect
          .poll(() => page.clock.fastForward(16_000).then(() => headline.textContent()), { timeout: 10_000, interval: 250 })
          .toContain(words);

      await product.cron('check');
      await page.goto('/');
      await headline.getByText('9 as promised').waitFor();
      expect(await headline.textContent()).toMatch(/^9 as promised, 1 exempt; none proven by a restore *$/);
      expect(await page.locator('.headline').getAttribute('data-tone')).toBe('kept');
      await keep(page, 'watching-healthy');

      emulators.atlas.stopSnapshots(emulators.cluster('orders'), 30 * HOUR);
      await product.cron('check');
      await says('1 at risk, 8 as promised, 1 exempt');
      expect(await page.locator('.headline').getAttribute('data-tone')).toBe('atRisk');
      expect(await row.textContent()).toMatch(/At riskas above$/);
      expect(await page.locator('.incident').filter({ hasText: 'P0 backup-age' }).textContent()).toMatch(
        /orders \(\w+\): restorable to (?:\d+ \w{3} )?\d\d:\d\dZ by PITR.*no snapshot for .*PagerDuty: delivered/,
      );
      expect(emulators.pagerduty.alerts).toMatchObject([
        { state: 'open', payload: { severity: 'critical', summary: expect.stringContaining('orders') } },
      ]);
      await keep(page, 'watching-failing');

      emulators.atlas.mend(emulators.cluster('orders'));
      await product.cron('check');
      await says('9 as promised');
      expect(await row.textContent()).toMatch(/As promised(?:\d+ \w{3} )?\d\d:\d\dZ by PITR/);
      // The emulated Atlas had announced the snapshots that it no longer lists: a note of its own.
      await page.getByText('2 ended in the last 24 hours').waitFor();
      expect(emulators.pagerduty.alerts).toMatchObject([{ state: 'resolved' }]);
      expect(complaints).toEqual([]);
      await close();
    });

    test('shows clusters as unknown, with the reason, where Atlas refuses to be read', async () => {
      const { page, close } = await lookAnew(browser(), product.url);
      emulators.atlas.fault(/backup\/snapshots/, {
        kind: 'status',
        status: 403,
        body: { error: 403, errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST' },
      });
      await product.cron('check');
      emulators.atlas.heal();
      await page.goto('/');
      await page.getByRole('heading', { name: /[789] unknown, 1 exempt; none proven by a restore$/ }).waitFor();
      expect(await page.locator('.headline').getAttribute('data-tone')).toBe('unknown');
      const row = page.locator('.cluster-list li').filter({ hasText: /^orders / });
      expect(await row.textContent()).toMatch(/Unknown.*as above$/);
      const above = page.getByRole('region', { name: /Projects and organisation|Incidents/ });
      expect((await above.allTextContents()).join().split('IP_ADDRESS_NOT_ON_ACCESS_LIST').length - 1).toBeGreaterThan(0);
      await keep(page, 'watching-unknown');
      await close();
    });
  });
}
