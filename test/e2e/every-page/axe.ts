import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** All of axe's rules, and one that it leaves out unless asked (WCAG 2.2, 2.5.8), which Lighthouse counts. */
const ALL: axe.RunOptions = { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } };
/** Those that look at a colour: of a page that was read in one colour scheme, another can break no other one. */
const OF_COLOURS: axe.RunOptions = { resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] };
/** As much of an element as tells which it is. */
const SHOWN = 200;

/**
 * What axe finds wrong with the page as it is now: rule, reason and element. The browser's debugger runs it, which the page's security
 * policy does not bind.
 */
export async function violations(page: Page, rules: 'all' | 'of colours'): Promise<readonly string[]> {
  // Half a megabyte: once a page, not once a look.
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe.source);
  const options = JSON.stringify(rules === 'all' ? ALL : OF_COLOURS);
  const found = await page.evaluate<axe.Result[]>(`axe.run(document, ${options}).then(({ violations }) => violations)`);
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id} (${help}): ${html.slice(0, SHOWN)} ${failureSummary.replaceAll(/\s+/g, ' ')}`),
  );
}
