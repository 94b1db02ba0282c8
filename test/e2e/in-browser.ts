import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { buildIfNeeded, QUICK_BUILD } from '../../scripts/demo/build.ts';
import { describeWith } from '../support/services.ts';
import { openBrowser } from './browser.ts';
import { startRecordedProduct, type RecordedProduct } from './recorded-product.ts';

const BUILDING_MS = 240_000;

/** What the tests of a file share. Both functions throw outside of tests. */
export type InBrowser = {
  readonly browser: () => Browser;
  /** One for all tests that record what is shown: each start takes seconds. */
  readonly recordedProduct: () => RecordedProduct;
  /** Theirs alone, and gone after them. */
  readonly folder: string;
};

/** Tests that look at the built product in a real browser; listed as skipped where there is none. */
export function describeInBrowser(name: string, tests: (shared: InBrowser) => void): void {
  describeWith('chromium', name, (chromium) => {
    const folder = mkdtempSync(join(tmpdir(), 'restorewatch-e2e-'));
    let current: Browser | null = null;
    let recorded: RecordedProduct | null = null;

    beforeAll(async () => {
      await buildIfNeeded(join(import.meta.dirname, '..', '..'), QUICK_BUILD);
      current = await openBrowser(chromium);
      recorded = await startRecordedProduct(folder);
    }, BUILDING_MS);

    afterAll(async () => {
      await current?.close();
      await recorded?.product.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    tests({
      browser: () => {
        if (current === null) throw new Error('the browser runs only inside tests');
        return current;
      },
      recordedProduct: () => {
        if (recorded === null) throw new Error('the product runs only inside tests');
        return recorded;
      },
      folder,
    });
  });
}
