import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { afterMidnight } from '../after-midnight.ts';
import { contrasts, keep, look, overflowing, unfold, type Eyes } from '../browser.ts';
import { blind, oneP0, severalOfOne, storm } from '../night-states.ts';
import { QUIET, startProduct, type Product } from '../product.ts';
import { CREDENTIALS, type RecordedProduct } from '../recorded-product.ts';
import { healthy, many, mixture, partial, proving, record, recordTest, stale, type Recorded } from '../recorded-state.ts';
import { addressesOfState, addressesWithoutStore, everyAddress, isMissing, RECORD } from './addresses.ts';
import { violations } from './axe.ts';

/** The narrowest window in which nobody has to scroll sideways (WCAG 2.2, 1.4.10). */
const NARROWEST = 320;
/**
 * Width, whether all that can be folded is open, colour scheme, and what axe looks for. Styles for the dark change colours alone
 * (test/project/styles.test.ts); what is folded away has the colours of the rest.
 */
const LOOKS = [
  [NARROWEST, false, 'light', 'all'],
  [NARROWEST, true, 'light', 'all'],
  [1_280, true, 'light', 'all'],
  [1_280, true, 'dark', 'of colours'],
  [NARROWEST, true, 'dark', 'of colours'],
] as const;
const ENOUGH_CONTRAST = 4.5;
/** Axe reads a page five times. */
const LONG_MS = 60_000;

const STATES: readonly (readonly [string, (now: number) => Recorded, () => readonly string[]])[] = [
  ['with all that can be wrong at once', mixture, everyAddress],
  ['while nothing is wrong', healthy, addressesOfState],
  ['with one P0', oneP0, addressesOfState],
  ['with several incidents of one cluster', severalOfOne, () => ['/']],
  ['in a storm', storm, addressesOfState],
  ['while Atlas cannot be read', blind, addressesOfState],
  ['after checks stopped', stale, addressesOfState],
  ['after a check that was cut off', partial, () => ['/', '/clusters'].filter((address) => everyAddress().includes(address))],
  ['with more clusters than a page holds', many, () => ['/', '/clusters'].filter((address) => everyAddress().includes(address))],
  ['with restore tests under way', proving, () => ['/', '/records']],
];

/** Nothing listens there. */
const NO_STORE = { KV_REST_API_URL: 'http://127.0.0.1:9', KV_REST_API_TOKEN: 'token-of-no-store' };

/** What holds for every page whatever it shows: axe, narrow windows, forced colours, paper, and the security policy. */
export function everyPage(browser: () => Browser, recordedProduct: () => RecordedProduct): void {
  describe('every page', () => {
    describe.for(STATES)('%s', ([state, recorded, addresses]) => {
      let eyes: Eyes;
      beforeAll(async () => {
        const { path, product } = recordedProduct();
        await record(path, recorded(afterMidnight()));
        await recordTest(path, RECORD, afterMidnight());
        eyes = await look(browser(), product.url, { httpCredentials: CREDENTIALS });
      });
      afterAll(() => eyes.close());

      test.for(addresses())('%s can be used by everybody', { timeout: LONG_MS }, (address) => usable(eyes, address, `${state} ${address}`));
    });

    describe('while the store cannot be read', () => {
      let product: Product;
      let eyes: Eyes;
      beforeAll(async () => {
        product = await startProduct({ ...QUIET, ...NO_STORE, STATUS_ACCESS: 'public' });
        eyes = await look(browser(), product.url);
      });
      afterAll(async () => {
        await eyes.close();
        await product.stop();
      });

      test.for(addressesWithoutStore())('%s can be used by everybody', { timeout: LONG_MS }, (address) =>
        usable(eyes, address, `store down ${address}`),
      );
    });
  });
}

/** In a window that is open already: a new one takes the browser twice as long as a page does. */
async function usable({ page, complaints }: Eyes, address: string, name: string): Promise<void> {
  const before = complaints.length;
  const answer = await page.goto(address);
  expect(answer?.status()).toBe(isMissing(address) ? 404 : 200);
  for (const one of LOOKS) await usableIn(page, one, name);
  await shownWithoutColours(page);
  // A browser calls a page that is not there an error.
  expect(complaints.slice(before).filter((words) => !isMissing(address) || !words.includes('status of 404'))).toEqual([]);
}

async function usableIn(page: Page, [width, open, colorScheme, rules]: (typeof LOOKS)[number], name: string): Promise<void> {
  await page.emulateMedia({ media: 'screen', forcedColors: 'none', colorScheme });
  await page.setViewportSize({ width, height: 844 });
  await unfold(page, open);
  const how = `${colorScheme}, ${width} px, ${open ? 'unfolded' : 'folded'}`;
  await keep(page, `every-page ${name} ${how}`.replaceAll(/[ ,/]+/g, '-'));
  if (width === NARROWEST) expect(await overflowing(page), how).toEqual([]);
  expect(await violations(page, rules), how).toEqual([]);
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
