import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** All of axe's rules, and one that it leaves out unless asked (WCAG 2.2, 2.5.8), which Lighthouse counts; or those about colours alone. */
const RULES = {
  all: { rules: { 'target-size': { enabled: true } } },
  colours: { runOnly: ['cat.color'], rules: { 'color-contrast-enhanced': { enabled: false } } },
} as const;
/** As much of an element as tells which it is. */
const SHOWN = 200;

/**
 * What axe finds wrong with the page as it is now: rule, reason and element. The browser's debugger runs it, which the page's security
 * policy does not bind.
 */
export async function violations(page: Page, about: keyof typeof RULES): Promise<readonly string[]> {
  // Half a megabyte: once a page, not once a look.
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe.source);
  const options = JSON.stringify({ resultTypes: ['violations'], ...RULES[about] });
  const found = await page.evaluate<axe.Result[]>(`axe.run(document, ${options}).then(({ violations }) => violations)`);
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id} (${help}): ${html.slice(0, SHOWN)} ${failureSummary.replaceAll(/\s+/g, ' ')}`),
  );
}
