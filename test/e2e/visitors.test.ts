import { access } from './access.ts';
import { describeInBrowser } from './in-browser.ts';
import { journeys } from './journeys.ts';
import { people } from './people.ts';
import { watching } from './watching.ts';

describeInBrowser('the product in a browser', ({ browser, recordedProduct, folder }) => {
  watching(browser);
  access(browser, folder);
  people(browser, recordedProduct);
  journeys(browser, recordedProduct);
});
