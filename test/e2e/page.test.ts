import { atNight } from './at-night.ts';
import { describeInBrowser } from './in-browser.ts';
import { listPages } from './list-pages.ts';
import { recordedPages } from './recorded-pages.ts';

describeInBrowser('the page in a browser', ({ browser, recordedProduct }) => {
  recordedPages(browser, recordedProduct);
  atNight(browser, recordedProduct);
  listPages(browser, recordedProduct);
});
