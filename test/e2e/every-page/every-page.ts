import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contrasts, keep, look, overflowing, unfold, type Eyes } from '../browser.ts';
import { blind, oneP0, storm } from '../night-states.ts';
import { QUIET, startProduct, type Product } from '../product.ts';
import { CREDENTIALS, type RecordedProduct } from '../recorded-product.ts';
import { healthy, mixture, partial, proving, record, recordTest, stale, type Recorded } from '../recorded-state.ts';
import { addressesOfState, everyAddress, RECORD } from './addresses.ts';
import { violations } from './axe.ts';

/** The narrowest window in which nobody has to scroll sideways (WCAG 2.2, 1.4.10). */
const NARROWEST = 320;
const DESK = 1_280;
const ENOUGH_CONTRAST = 4.5;

const STATES: readonly (readonly [string, (now: number) => Recorded, () => readonly string[]])[] = [
  ['with all that can be wrong at once', mixture, everyAddress],
  ['while nothing is wrong', healthy, addressesOfState],
  ['with one P0', oneP0, addressesOfState],
  ['in a storm', storm, addressesOfState],
  ['while Atlas cannot be read', blind, addressesOfState],
  ['after checks stopped', stale, addressesOfState],
  ['after a check that was cut off', partial, () => ['/', '/clusters'].filter((address) => everyAddress().includes(address))],
  ['with restore tests under way', proving, () => ['/', '/records']],
];

/** What holds for every page whatever it shows: axe, narrow windows, forced colours, paper, and the security policy. */
export function everyPage(browser: () => Browser, recordedProduct: () => RecordedProduct): void {
  describe('every page', () => {
    describe.for(STATES)('%s', ([state, recorded, addresses]) => {
      beforeAll(async () => {
        const { path } = recordedProduct();
        await record(path, recorded(Date.now()));
        await recordTest(path, RECORD, Date.now());
      });

      test.for(addresses())('%s can be used by everybody', async (address) => {
        const eyes = await look(browser(), recordedProduct().product.url, { httpCredentials: CREDENTIALS });
        await usable(eyes, address, `${state} ${address}`);
      });
    });

    describe('while the store cannot be read', () => {
      let product: Product;
      beforeAll(async () => {
        product = await startProduct({ ...QUIET, STATE_PATH: '/dev/null/state.sqlite', STATUS_ACCESS: 'public' });
      });
      afterAll(() => product.stop());

      test.for(everyAddress())('%s can be used by everybody', async (address) =>
        usable(await look(browser(), product.url), address, `store down ${address}`),
      );
    });
  });
}

async function usable({ page, complaints, close }: Eyes, address: string, name: string): Promise<void> {
  const answer = await page.goto(address);
  const isThere = !address.endsWith('/nothing-here');
  expect(answer?.status()).toBe(isThere ? 200 : 404);
  for (const colorScheme of ['light', 'dark'] as const) await usableBy(page, colorScheme, name);
  await shownWithoutColours(page);
  // A browser calls a page that is not there an error.
  expect(complaints.filter((words) => isThere || !words.includes('status of 404'))).toEqual([]);
  await close();
}

/** With everything unfolded. */
async function usableBy(page: Page, colorScheme: 'light' | 'dark', name: string): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width: NARROWEST, height: 844 });
  await unfold(page, true);
  await keep(page, `every-page ${name} ${colorScheme}`.replaceAll(/[ /]+/g, '-'));
  expect(await overflowing(page), `${colorScheme}, ${NARROWEST} px`).toEqual([]);
  expect(await violations(page), `${colorScheme}, ${NARROWEST} px`).toEqual([]);
  await page.setViewportSize({ width: DESK, height: 900 });
  expect(await violations(page), `${colorScheme}, ${DESK} px`).toEqual([]);
}

/** What the page is about can be read in colours that somebody else chose, and on paper. */
async function shownWithoutColours(page: Page): Promise<void> {
  for (const media of [{ forcedColors: 'active' }, { media: 'print', forcedColors: 'none', colorScheme: 'dark' }] as const) {
    await page.emulateMedia(media);
    expect(await page.getByRole('heading', { level: 1 }).isVisible(), JSON.stringify(media)).toBe(true);
    const headings = (await contrasts(page)).filter(({ text }) => text.startsWith('H1.'));
    expect(headings.filter(({ ratio }) => !(ratio >= ENOUGH_CONTRAST))).toEqual([]);
  }
}
