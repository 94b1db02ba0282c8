import type { Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { incidentCode } from '../../lib/deliver/message/incident-code.ts';
import { afterMidnight } from './after-midnight.ts';
import { keep, look, overflowing } from './browser.ts';
import { blind, ended, oneP0, severalOfOne, storm } from './night-states.ts';
import { CREDENTIALS, type RecordedProduct } from './recorded-product.ts';
import { record } from './recorded-state.ts';

const PHONE = { width: 390, height: 844 };

/** What somebody sees who is woken and takes up a phone. */
export function atNight(browser: () => Browser, recordedProduct: () => RecordedProduct): void {
  describe('on a phone just after midnight', () => {
    test.for([
      ['one P0', oneP0, 'Acknowledge'],
      ['a storm of twelve', storm, 'Acknowledge all 12'],
      ['thirty clusters that cannot be read', blind, 'Acknowledge'],
    ] as const)('%s: the headline, the whole card and its button are on the first screen', async ([name, recorded, button]) => {
      const { path, product } = recordedProduct();
      await record(path, recorded(afterMidnight()));
      const { page, complaints, close } = await look(browser(), product.url, { httpCredentials: CREDENTIALS, viewport: PHONE });
      await page.goto('/');
      const card = page.getByRole('region', { name: 'Incidents' }).getByRole('listitem').first();
      for (const part of [page.locator('.headline'), card, card.getByRole('button', { name: button })]) {
        const box = await part.boundingBox();
        expect((box?.y ?? Number.POSITIVE_INFINITY) + (box?.height ?? 0)).toBeLessThanOrEqual(PHONE.height);
      }
      expect(await card.innerText()).toMatch(/Since[\s\S]*Who[\s\S]*nobody has/);
      await keep(page, `at-night-${name.replaceAll(' ', '-')}`);
      expect(complaints).toEqual([]);
      await close();
    });

    test('three incidents of one cluster: what can be restored, who has them and the first of them are on the first screen, and the page is at most 2.7 screens', async () => {
      const { path, product } = recordedProduct();
      await record(path, severalOfOne(afterMidnight()));
      const { page, complaints, close } = await look(browser(), product.url, { httpCredentials: CREDENTIALS, viewport: PHONE });
      await page.goto('/');
      const card = page.locator('.incident').first();
      const parts = card.getByRole('listitem');
      const first = parts.first().getByRole('button', { name: 'Acknowledge: orders, backup-age' });
      for (const part of [card.getByRole('heading').first(), card.getByRole('button', { name: 'Acknowledge all 3' }), first]) {
        const box = await part.boundingBox();
        expect((box?.y ?? Number.POSITIVE_INFINITY) + (box?.height ?? 0)).toBeLessThanOrEqual(PHONE.height);
      }
      expect((await card.innerText()).match(/Restore time|nobody has|Loss now/g)).toEqual(['Loss now', 'Restore time', 'nobody has']);
      expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(2.7 * PHONE.height);
      expect(complaints).toEqual([]);
      await close();
    });

    test.for(['pitr-break-orders', 'rpo-orders'])('the link of a message about %s, one of three, leads to it', async (id) => {
      const { path, product } = recordedProduct();
      await record(path, severalOfOne(afterMidnight()));
      const { page, close } = await look(browser(), product.url, { httpCredentials: CREDENTIALS, viewport: PHONE });
      await page.goto(`/i/${incidentCode(id)}`);
      await page.waitForURL(`**/#${id}`);
      const box = await page.locator(`[id="${id}"]:target`).boundingBox();
      expect(box?.y ?? -1).toBeGreaterThan(0);
      expect((box?.y ?? 0) + 40).toBeLessThan(PHONE.height);
      expect(await page.locator(`[id="${id}"]:target`).innerText()).toContain(id.replace('-orders', ''));
      await close();
    });

    test('all incidents of one cluster are acknowledged by one button', async () => {
      const { path, product } = recordedProduct();
      await record(path, severalOfOne(afterMidnight()));
      const { page, complaints, close } = await look(browser(), product.url, { httpCredentials: CREDENTIALS, viewport: PHONE });
      await page.goto('/');
      await page.getByRole('button', { name: 'Acknowledge all 3: orders' }).click();
      const card = page.locator('.incident').first();
      await card.getByText(/alice has it/).waitFor();
      expect((await card.innerText()).match(/alice has/g)).toHaveLength(1);
      expect(await card.getByRole('button').count()).toBe(0);
      expect(complaints).toEqual([]);
      await close();
    });

    test.for([
      ['a storm of twelve', storm],
      ['thirty clusters that cannot be read', blind],
      ['nothing any more', ended],
    ] as const)(
      '%s: the whole page, with the way to all clusters, is at most 1.6 screens, at 320 px two, and nothing sticks out',
      async ([, recorded]) => {
        const { path, product } = recordedProduct();
        await record(path, recorded(afterMidnight()));
        const { page, close } = await look(browser(), product.url, { httpCredentials: CREDENTIALS, viewport: PHONE });
        await page.goto('/');
        const height = (): Promise<number> => page.evaluate(() => document.documentElement.scrollHeight);
        expect(await height()).toBeLessThanOrEqual(1.6 * PHONE.height);
        await page.setViewportSize({ width: 320, height: PHONE.height });
        expect(await height()).toBeLessThanOrEqual(2 * PHONE.height);
        expect(await overflowing(page)).toEqual([]);
        await close();
      },
    );

    test('the moment of the check stands in the reader’s own time zone too, and without a script in UTC alone', async () => {
      const { path, product } = recordedProduct();
      await record(path, oneP0(afterMidnight()));
      const [withScript, without] = await Promise.all(
        [true, false].map((javaScriptEnabled) =>
          look(browser(), product.url, { httpCredentials: CREDENTIALS, timezoneId: 'Asia/Kathmandu', javaScriptEnabled }),
        ),
      );
      await withScript?.page.goto('/');
      await withScript?.page.getByText(/Checked \d+ \w{3} \d\d:\d\dZ \(\w{3} \d\d:\d\d Asia\/Kat[a-z]*mandu\)/).waitFor();
      await without?.page.goto('/');
      expect(await without?.page.locator('.headline').innerText()).not.toContain('Asia');
      await Promise.all([withScript?.close(), without?.close()]);
    });
  });
}
