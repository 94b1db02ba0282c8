import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Flags, Result } from 'lighthouse';
import { openBrowser } from '../e2e/browser.ts';
import { service } from '../support/services.ts';
import type { Figure } from './figures.ts';
import { median } from './median.ts';
import { serve } from './page.ts';

const RUNS = 5;
/** Search engines are kept away on purpose. */
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
type Category = (typeof CATEGORIES)[number];

/** Points of the hundred that may be missing. */
const MOST_MISSING: Readonly<Record<Category, number>> = { performance: 5, accessibility: 0, 'best-practices': 0 };

type Shown = { readonly root: string; readonly statePath: string; readonly clusters: number };

/** How Lighthouse scores the first page over the state at `statePath`, the median of five on each screen; a row that says so where there is no Chromium. */
export async function lighthouseFigures({ root, statePath, clusters }: Shown): Promise<readonly Figure[]> {
  const chromium = service('chromium');
  if (chromium === null)
    return [{ what: 'Lighthouse', most: null, cells: [{ value: 0, shown: 'not measured: Chromium is not installed' }] }];
  // Loading it takes seconds.
  const { default: audit, desktopConfig } = await import('lighthouse');
  const port = await freePort();
  const [served, browser] = [await serve(root, statePath), await openBrowser(chromium, [`--remote-debugging-port=${port}`])];
  try {
    const figures: Figure[] = [];
    const flags: Flags = { port, onlyCategories: [...CATEGORIES], logLevel: 'error' };
    for (const [screen, config] of [['phone'], ['desktop', desktopConfig]] as const) {
      process.stderr.write(`Lighthouse, ${screen} …\n`);
      const results: Result[] = [];
      while (results.length < RUNS) results.push(resultOf(await audit(served.url, flags, config)));
      figures.push(...CATEGORIES.map((category) => lighthouseFigure({ screen, category, clusters }, results)));
    }
    return figures;
  } finally {
    await browser.close();
    served.child.kill('SIGTERM');
  }
}

function resultOf(run: { readonly lhr: Result } | undefined): Result {
  if (run === undefined || run.lhr.runtimeError !== undefined)
    throw new Error(`bench: Lighthouse: ${run?.lhr.runtimeError?.message ?? 'no result'}`);
  return run.lhr;
}

type Row = { readonly screen: string; readonly category: Category; readonly clusters: number };
type Scored = {
  readonly categories: Readonly<Record<string, Pick<Result.Category, 'score' | 'auditRefs'>>>;
  readonly audits: Readonly<Record<string, { readonly score: number | null }>>;
};

/** Points that are missing in the median of the runs, and by which audits in any of them. */
export function lighthouseFigure({ screen, category, clusters }: Row, results: readonly Scored[]): Figure {
  const scores = results.map(({ categories }) => Math.round((categories[category]?.score ?? 0) * 100));
  const missing = 100 - median(scores);
  const lost = new Set(results.flatMap(({ categories, audits }) => lostIn(categories[category]?.auditRefs ?? [], audits)));
  const why = missing === 0 ? '' : ` (${[...lost].join(', ')})`;
  return {
    what: `first page of ${clusters} clusters on a ${screen}, by Lighthouse: points of 100 that are missing for ${category}`,
    most: MOST_MISSING[category],
    cells: [{ value: missing, shown: `${missing}${why}` }],
  };
}

function lostIn(references: Result.Category['auditRefs'], audits: Scored['audits']): readonly string[] {
  return references.filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 1).map(({ id }) => id);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('bench: no port is free');
  return address.port;
}
