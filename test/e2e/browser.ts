import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SCREENSHOTS = process.env['SCREENSHOTS'];

export type Eyes = {
  readonly page: Page;
  /** What the browser complained of: errors on the console (a breach of the Content-Security-Policy is one), exceptions, lost requests. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
};

/** The machine's own browser, with a profile that goes with it. */
export function openBrowser(executablePath: string, more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...ARGUMENTS, ...more] });
}

type Options = BrowserContextOptions;
const SOMEBODY: Options = { timezoneId: 'Pacific/Auckland', locale: 'de-DE' };
const shared = new WeakMap<Browser, Map<string, Promise<BrowserContext>>>();

/**
 * Somebody who looks at the product. The same options are the same person, whose browser has the product's files already and a window open:
 * another window takes half as long as another person does.
 */
export async function look(browser: Browser, baseURL: string, options: Options = {}): Promise<Eyes> {
  const people = shared.get(browser) ?? new Map<string, Promise<BrowserContext>>();
  shared.set(browser, people);
  const key = JSON.stringify([baseURL, options]);
  const person = people.get(key) ?? withWindow(browser.newContext({ baseURL, ...SOMEBODY, ...options }));
  people.set(key, person);
  const page = await (await person).newPage();
  return { page, complaints: complaintsOf(page), close: () => page.close() };
}

/** Somebody who was never there before, for what a window leaves behind in the browser. */
export async function lookAnew(browser: Browser, baseURL: string, options: Options = {}): Promise<Eyes> {
  const context = await browser.newContext({ baseURL, ...SOMEBODY, ...options });
  const page = await context.newPage();
  return { page, complaints: complaintsOf(page), close: () => context.close() };
}

async function withWindow(opened: Promise<BrowserContext>): Promise<BrowserContext> {
  const context = await opened;
  await context.newPage();
  return context;
}

function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? 'no answer';
    if (why !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${why}`);
  });
  return complaints;
}

/** Keeps what is seen where SCREENSHOTS names a folder. */
export async function keep(page: Page, name: string): Promise<void> {
  if (SCREENSHOTS === undefined || SCREENSHOTS === '') return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Opens everything that can be folded, or folds it. */
export async function unfold(page: Page, open: boolean): Promise<void> {
  await page.locator('details').evaluateAll((all, wanted) => all.forEach((one) => one.toggleAttribute('open', wanted)), open);
}

/** What sticks out to the right of the window: a phone would have to be scrolled sideways. What is folded away has a place, but is not there. */
export function overflowing(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const out = [...document.querySelectorAll('body *')].filter(
      (element) => element.checkVisibility() && element.getBoundingClientRect().right > width + 0.5,
    );
    const wide = document.documentElement.scrollWidth > width ? ['the page itself'] : [];
    return [...wide, ...out.map((element) => `${element.tagName}.${element.className}: ${element.textContent?.slice(0, 40)}`)];
  });
}

export type Contrast = { readonly text: string; readonly ratio: number };

/** The contrast of every text that can be seen with what it stands on (WCAG 2.2, 1.4.3), the lowest first. */
export function contrasts(page: Page): Promise<readonly Contrast[]> {
  return page.evaluate(() => {
    const channels = (colour: string): readonly number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const linear = (value: number): number => (value <= 0.04045 * 255 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    const luminance = (colour: string): number => {
      const [red = 0, green = 0, blue = 0] = channels(colour).map(linear);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element: Element): string => {
      const colour = getComputedStyle(element).backgroundColor;
      const clear = channels(colour)[3] === 0;
      // Paper is white.
      if (clear && element.parentElement === null) return 'rgb(255, 255, 255)';
      return clear && element.parentElement !== null ? behind(element.parentElement) : colour;
    };
    const holdsText = (element: Element): boolean =>
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
    const seen = [...document.querySelectorAll('body *')].filter(
      (element) => holdsText(element) && element.checkVisibility({ visibilityProperty: true }),
    );
    return seen
      .map((element) => {
        const [one, other] = [luminance(getComputedStyle(element).color), luminance(behind(element))];
        const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        return { text: `${element.tagName}.${element.className}: ${element.textContent?.slice(0, 40)}`, ratio };
      })
      .toSorted((a, b) => a.ratio - b.ratio);
  });
}

/** What the keyboard comes to, in order, each with whether it is marked as being there. */
export async function tabStops(page: Page): Promise<readonly { readonly name: string; readonly marked: boolean }[]> {
  const stops: { readonly name: string; readonly marked: boolean }[] = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return { name: element.textContent?.trim() ?? '', marked: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 };
    });
    if (stop === null) return stops;
    stops.push(stop);
  }
}
