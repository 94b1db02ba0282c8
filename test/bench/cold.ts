import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from './median.ts';
import { withoutOwn } from './run-client.ts';

export type Cold = { readonly ours: number; readonly bare: number };

const ROUNDS = 7;
const TIMED =
  'const begun = performance.now(); require(process.argv[1]); process.stdout.write(String(performance.now() - begun)); process.exit(0);';

/** Milliseconds that a fresh process takes to load the built check route, and the empty one; medians of runs in turn. */
export function coldImports(ownRoot: string, bareRoot: string): Cold {
  const rounds = Array.from({ length: ROUNDS }, () => ({
    ours: loaded(join(ownRoot, '.next/server/app/api/cron/check/route.js')),
    bare: loaded(join(bareRoot, '.next/server/app/api/bare/route.js')),
  }));
  return { ours: median(rounds.map(({ ours }) => ours)), bare: median(rounds.map(({ bare }) => bare)) };
}

function loaded(route: string): number {
  const done = spawnSync(process.execPath, ['-e', TIMED, route], { encoding: 'utf8', env: withoutOwn() });
  if (done.status !== 0) throw new Error(`bench: ${route} cannot be loaded:\n${done.stderr}`);
  return Number(done.stdout);
}
