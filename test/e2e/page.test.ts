import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { buildIfNeeded } from '../../scripts/demo/build.ts';
import { describeWith } from '../support/services.ts';
import { access } from './access.ts';
import { openBrowser } from './browser.ts';
import { people } from './people.ts';
import { recordedPages } from './recorded-pages.ts';
import { watching } from './watching.ts';

const BUILDING_MS = 240_000;

// One file for all of them: two that found the build too old would build at once.
describeWith('chromium', 'the page in a browser', (chromium) => {
  const folder = mkdtempSync(join(tmpdir(), 'restorable-e2e-'));
  let current: Browser | null = null;

  beforeAll(async () => {
    buildIfNeeded(join(import.meta.dirname, '..', '..'));
    current = await openBrowser(chromium);
  }, BUILDING_MS);

  afterAll(async () => {
    await current?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function browser(): Browser {
    if (current === null) throw new Error('the browser runs only inside tests');
    return current;
  }

  watching(browser);
  recordedPages(browser, folder);
  access(browser, folder);
  people(browser, folder);
});
