import type { Browser, Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { afterMidnight } from './after-midnight.ts';
import { contrasts, keep, look, type Eyes } from './browser.ts';
import { oneP0 } from './night-states.ts';
import { CREDENTIALS, type RecordedProduct } from './recorded-product.ts';
import { many, record, type Recorded } from './recorded-state.ts';

const PHONE = { width: 390, height: 844 };
type Options = Parameters<typeof look>[2];

/** What somebody does from page to page: at night, at a desk, and for an auditor. */
export function journeys(browser: () => Browser, recordedProduct: () => RecordedProduct): void {
  describe('somebody who', () => {
    async function open(recorded: Recorded, address = '/', options: Options = {}): Promise<Eyes> {
      const { path, product } = recordedProduct();
      await record(path, recorded);
      const eyes = await look(browser(), product.url, { httpCredentials: CREDENTIALS, ...options });
      await eyes.page.goto(address);
      return eyes;
    }

    test('is woken sees on a phone, without scrolling: what is at risk, to when it can be restored, how long that took, who has it, and what to do', async () => {
      const { page, complaints, close } = await open(oneP0(afterMidnight()), '/', { viewport: PHONE });
      await keep(page, 'journey-first-screen');
      const card = page.locator('.incident').first();
      const seen = [
        page.getByRole('heading', { level: 1 }),
        card.getByRole('heading', { name: /orders/ }),
        card.getByText(/restorable (to|until)|cannot be restored/i).first(),
        card.getByText(/1[1-4] min/).first(),
        card.getByText(/h ago/).first(),
        card.getByRole('button', { name: /^Acknowledge/ }),
        ...['Runbook', 'Cluster', 'Atlas'].map((name) => card.getByRole('link', { name, exact: true })),
      ];
      for (const one of seen) expect(await bottomOf(one), String(one)).toBeLessThanOrEqual(PHONE.height);
      expect(complaints).toEqual([]);
      await close();
    });

    test('follows the links of an incident comes to its runbook with live values, and to its cluster with pictures that have words', async () => {
      const { page, complaints, close } = await open(oneP0(afterMidnight()));
      await page.locator('.incident').first().getByRole('link', { name: 'Runbook', exact: true }).click();
      await page.waitForURL(/\/runbooks\/[a-z-]+\?/);
      expect(await page.locator('main').innerText()).toContain('orders');
      await page.goBack();
      await page.locator('.incident').first().getByRole('link', { name: 'Cluster', exact: true }).click();
      await page.waitForURL('**/clusters/p1/id-orders');
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('orders');
      await keep(page, 'journey-cluster');
      expect(await figuresWithoutWords(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
    });

    test('looks for clusters filters, sorts and pages, without a script, and has it all in the address', async () => {
      const { page, close } = await open(many(afterMidnight()), '/clusters', { javaScriptEnabled: false });
      const names = (): Promise<readonly string[]> =>
        page
          .getByRole('row')
          .getByText(/^cluster-\d{3}/)
          .allInnerTexts();
      await page.getByLabel('Sorted by').selectOption('name');
      await page.getByRole('button', { name: 'Show clusters' }).click();
      await page.waitForURL(/sort=name/);
      expect(await names()).toEqual((await names()).toSorted());
      await page.getByRole('link', { name: /^Page 2/ }).click();
      await page.waitForURL(/sort=name&page=2/);
      expect(await names()).not.toContain('cluster-000');
      await page.getByLabel('Name, project or id').fill('cluster-22');
      await page.getByRole('button', { name: 'Show clusters' }).click();
      await page.getByText('10 of 230 clusters').waitFor();
      expect(await names()).toHaveLength(10);
      expect(new URL(page.url()).searchParams.get('q')).toBe('cluster-22');
      await page.getByRole('link', { name: 'Show all' }).click();
      await page.waitForURL(/\/clusters$/);
      await close();
    });

    test('asks for clusters in nonsense is told what was not understood, and which page is the last', async () => {
      const { page, complaints, close } = await open(many(afterMidnight()), '/clusters?sort=sideways&kind=%3Cb%3E&page=99999');
      expect(await page.getByRole('alert').allInnerTexts()).not.toEqual([]);
      await page.getByText(/There is no page 99999/).waitFor();
      expect(complaints).toEqual([]);
      await close();
    });

    test('prints the page gets the headline and the incidents in dark on white, and no button, field or navigation', async () => {
      const { page, close } = await open(oneP0(afterMidnight()), '/', { colorScheme: 'dark' });
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      await keep(page, 'journey-print');
      for (const shown of [page.getByRole('heading', { level: 1 }), page.locator('.incident').first()])
        expect(await shown.isVisible()).toBe(true);
      for (const hidden of ['button', 'nav', 'input']) expect(await page.locator(hidden).filter({ visible: true }).count(), hidden).toBe(0);
      expect((await contrasts(page)).filter(({ ratio }) => !(ratio >= 4.5))).toEqual([]);
      await close();
    });
  });
}

/** Where it ends below the top of the window. Throws where it is not there. */
async function bottomOf(one: Locator): Promise<number> {
  const box = await one.boundingBox({ timeout: 3_000 });
  if (box === null) throw new Error(`${String(one)} cannot be seen`);
  return box.y + box.height;
}

/** Pictures that lack a name, a caption, or the table of what they show. */
function figuresWithoutWords(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const pictures = [...document.querySelectorAll('main figure:has(svg)')];
    if (pictures.length === 0) return ['there is none'];
    const lacking = pictures.filter((figure) => {
      const svg = figure.querySelector('svg');
      const name = svg?.getAttribute('aria-label') ?? svg?.getAttribute('aria-labelledby') ?? '';
      const words = [figure.querySelector('figcaption'), figure.parentElement?.querySelector('table')];
      return svg?.getAttribute('role') !== 'img' || name === '' || words.includes(null);
    });
    return lacking.map((figure) => figure.textContent.slice(0, 80));
  });
}
