import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { buildIfNeeded } from '../../scripts/demo/build.ts';
import { describeWith } from '../support/services.ts';
import { access } from './access.ts';
import { atNight } from './at-night.ts';
import { openBrowser } from './browser.ts';
import { listPages } from './list-pages.ts';
import { everyPage } from './every-page/every-page.ts';
import { journeys } from './journeys.ts';
import { people } from './people.ts';
import { recordedPages } from './recorded-pages.ts';
import { startRecordedProduct, type RecordedProduct } from './recorded-product.ts';
import { watching } from './watching.ts';

const BUILDING_MS = 240_000;

// One file for all of them: two that found the build too old would build at once.
describeWith('chromium', 'the page in a browser', (chromium) => {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-e2e-'));
  let current: Browser | null = null;
  let recorded: RecordedProduct | null = null;

  beforeAll(async () => {
    buildIfNeeded(join(import.meta.dirname, '..', '..'));
    current = await openBrowser(chromium);
    recorded = await startRecordedProduct(folder);
  }, BUILDING_MS);

  afterAll(async () => {
    await current?.close();
    await recorded?.product.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function browser(): Browser {
    if (current === null) throw new Error('the browser runs only inside tests');
    return current;
  }

  /** One for all tests that record what is shown: each start takes seconds. */
  function recordedProduct(): RecordedProduct {
    if (recorded === null) throw new Error('the product runs only inside tests');
    return recorded;
  }

  watching(browser);
  recordedPages(browser, recordedProduct);
  atNight(browser, recordedProduct);
  access(browser, folder);
  people(browser, recordedProduct);
  listPages(browser, recordedProduct);
  journeys(browser, recordedProduct);
  everyPage(browser, recordedProduct);
});
