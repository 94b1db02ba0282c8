import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBareApp } from './bare-app.ts';
import { coldImports } from './cold.ts';
import { evidenceFigures } from './evidence.ts';
import { brokenBounds, type Figure, singleFigures, sweepFigures, waitingFigure } from './figures.ts';
import { lighthouseFigures } from './lighthouse.ts';
import { pageTimes } from './page.ts';
import { tickFigures } from './ticks.ts';
import { recoveryFigures } from './recovery.ts';
import { sweep, type Sweep } from './sweep.ts';
import { table } from './table.ts';
import { buildIfNeeded } from '../../scripts/demo/build.ts';
import { writeSection } from '../../scripts/docs/section.ts';

const FOLDER = join(import.meta.dirname, '../..');
/** Small, usual, and the most that one Atlas organisation holds by default: 250 projects of 25 clusters. */
const SIZES = [100, 1_000, 6_250];
/** What a healthy check must not load: a cold start would pay for it each time. */
const ONLY_WHEN_NEEDED = ['@slack/web-api', '@pagerduty/pdjs', 'nodemailer', 'mongodb'];

/** Measures, prints the table, and with --write puts it into the document that has its markers. Fails where a bound is broken. */
async function bench(): Promise<void> {
  const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
  await buildIfNeeded(FOLDER);
  const bareRoot = buildBareApp(FOLDER);
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-bench-'));
  try {
    const sweeps: Sweep[] = [];
    for (const size of SIZES) sweeps.push(await swept(size, folder));
    const [smallest = 0, largest = 0] = [SIZES.at(0), SIZES.at(-1)];
    const page = await pageTimes(FOLDER, bareRoot, stateOf(folder, largest));
    const bySize = sweepFigures(sweeps);
    const single = [
      ...sweeps.slice(-1).map(waitingFigure),
      ...singleFigures(coldImports(FOLDER, bareRoot), page, largest),
      ...(await lighthouseFigures({ root: FOLDER, statePath: stateOf(folder, smallest), clusters: smallest })),
      ...(await tickFigures()),
      ...(await recoveryFigures(process.env['MONGO_TEST_URI'])),
      ...(await evidenceFigures()),
    ];
    const text = table(SIZES, bySize, single);
    process.stdout.write(`\n${text}\n`);
    if (values.write) writeSection(FOLDER, 'bench', text);
    failOnBrokenBounds([...bySize, ...single], sweeps);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function swept(size: number, folder: string): Promise<Sweep> {
  process.stderr.write(`${size} clusters …\n`);
  return sweep(size, stateOf(folder, size));
}

function stateOf(folder: string, size: number): string {
  return join(folder, `${size}.sqlite`);
}

function failOnBrokenBounds(figures: readonly Figure[], sweeps: readonly Sweep[]): void {
  const loaded = new Set(sweeps.flatMap(({ slow, watched }) => [...slow.packages, ...watched.unchanged.packages]));
  const heavy = ONLY_WHEN_NEEDED.filter((name) => loaded.has(name));
  const problems = [...brokenBounds(figures), ...heavy.map((name) => `a healthy check loads ${name}`)];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

bench().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'bench: failed'}\n`);
  process.exitCode = 1;
});
