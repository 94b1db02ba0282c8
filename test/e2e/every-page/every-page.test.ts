import { describeInBrowser } from '../in-browser.ts';
import { everyPage } from './every-page.ts';

describeInBrowser('in a browser', ({ browser, recordedProduct }) => everyPage(browser, recordedProduct));
