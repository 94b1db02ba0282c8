import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR } from '../../lib/domain/time.ts';
import { environmentOf } from '../../scripts/demo/app.ts';
import { startWorld, type World } from '../../scripts/demo/world.ts';
import { keep, look } from './browser.ts';
import { startProduct, type Product } from './product.ts';

/** The whole product, from an organisation in Atlas to the page and the phone. */
export function watching(browser: () => Browser): void {
  describe('that watches an organisation', () => {
    let world: World;
    let product: Product;

    beforeAll(async () => {
      world = await startWorld({ restore: false });
      product = await startProduct(environmentOf(world));
    });

    afterAll(async () => {
      await product.stop();
      await world.close();
    });

    test('says before the first check that nothing is known, and is not green', async () => {
      const { page, complaints, close } = await look(browser(), product.url);
      await page.goto('/');
      await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toContain('no check has run');
      expect(await page.locator('main [role=alert]').allTextContents()).toEqual([expect.stringContaining('No check has run yet')]);
      expect(await page.locator('.headline').getAttribute('data-tone')).toBe('unknown');
      await keep(page, 'before-the-first-check');
      expect(complaints).toEqual([]);
      await close();
    });

    test('turns red by itself when snapshots stop, while PagerDuty rings, and green again when they are mended', async () => {
      const { page, complaints, close } = await look(browser(), product.url);
      await page.clock.install();
      const row = page.getByRole('row', { name: /^orders / });
      const headline = page.getByRole('heading', { level: 1 });
      /** Lets the time pass after which the page reads itself again, until it says so. */
      const says = (words: string) =>
        expect
          .poll(() => page.clock.fastForward(16_000).then(() => headline.textContent()), { timeout: 10_000, interval: 250 })
          .toContain(words);

      await product.cron('check');
      await page.goto('/');
      await headline.getByText('9 restorable, 0 not, 0 unknown, 1 exempt').waitFor();
      expect(await page.locator('.headline').getAttribute('data-tone')).toBe('ok');
      await keep(page, 'watching-healthy');

      world.atlas.stopSnapshots(world.cluster('orders'), 30 * HOUR);
      await product.cron('check');
      await says('8 restorable, 1 not, 0 unknown, 1 exempt');
      expect(await page.locator('.headline').getAttribute('data-tone')).toBe('failing');
      expect(await row.textContent()).toMatch(/Failing.*1 d 6 h old.*P0 backup-age.*since/);
      expect(await page.getByRole('listitem').filter({ hasText: 'P0 critical' }).textContent()).toMatch(
        /orders.*PagerDuty trigger: accepted/,
      );
      expect(world.pagerduty.alerts).toMatchObject([
        { state: 'open', payload: { severity: 'critical', summary: expect.stringContaining('orders') } },
      ]);
      await keep(page, 'watching-failing');

      world.atlas.mend(world.cluster('orders'));
      await product.cron('check');
      await says('9 restorable, 0 not');
      expect(await row.textContent()).toMatch(/OK.*nothing$/);
      // The emulated Atlas had announced the snapshots that it no longer lists: a note of its own.
      await page.getByText('2 ended in the last 24 hours').waitFor();
      expect(world.pagerduty.alerts).toMatchObject([{ state: 'resolved' }]);
      expect(complaints).toEqual([]);
      await close();
    });

    test('shows unknown, and why, where Atlas refuses to be read, and takes nothing of it for well', async () => {
      const { page, close } = await look(browser(), product.url);
      world.atlas.fault(/backup\/snapshots/, {
        kind: 'status',
        status: 403,
        body: { error: 403, errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST' },
      });
      await product.cron('check');
      world.atlas.heal();
      await page.goto('/');
      await page.getByRole('heading', { name: /^\d restorable, 0 not, [789] unknown, 1 exempt$/ }).waitFor();
      expect(await page.locator('.headline').getAttribute('data-tone')).toBe('unknown');
      expect(await page.getByRole('row', { name: /^orders / }).textContent()).toMatch(/Unknown.*IP_ADDRESS_NOT_ON_ACCESS_LIST/);
      await keep(page, 'watching-unknown');
      await close();
    });
  });
}
