import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOutside, type OutsideProcess, type Taken } from './outside-client.ts';
import { askBare } from './ask-bare.ts';
import { startRunner } from './run-client.ts';
import type { Checked } from './run-process.ts';

/** lib/collect/client/client.ts: requests under way at once. */
export const CONCURRENCY = 24;
export const LATENCY_MS = 100;

/** One check, and what it asked the outside for. */
export type Tick = Checked & { readonly taken: Taken };

/** What a size came to. */
export type Sweep = {
  readonly clusters: number;
  readonly projects: number;
  /** The first check ever, which also reads the events of the whole restore window. */
  readonly first: Tick;
  /** Checks that find nothing new, without latency and with it. */
  readonly quick: Tick;
  readonly slow: Tick;
  /** Milliseconds in which a bare loop over `fetch`, so many requests at once, gets the same answers as `quick`, and those of `slow` with its latency. */
  readonly bareMilliseconds: number;
  readonly bareSlowMilliseconds: number;
  /** A first and an unchanged check with the live heap watched, over Redis where it is there. */
  readonly watched: { readonly first: Tick; readonly unchanged: Tick; readonly overRedis: boolean };
};

/** Checks an organisation of so many clusters several times over. Leaves the recorded state at `statePath`. */
export async function sweep(clusters: number, statePath: string): Promise<Sweep> {
  const outside = await startOutside(clusters);
  try {
    const timed = await timedTicks(outside, statePath);
    const watched = await watchedTicks(outside);
    const projects = Math.ceil(clusters / 25);
    return { clusters, projects, ...timed, watched };
  } finally {
    await outside.close();
  }
}

async function timedTicks(
  outside: OutsideProcess,
  statePath: string,
): Promise<Pick<Sweep, 'first' | 'quick' | 'slow' | 'bareMilliseconds' | 'bareSlowMilliseconds'>> {
  const runner = await startRunner(outside, { store: { STATE_PATH: statePath }, heap: 'used' });
  const tick = async (): Promise<Tick> => ({ ...(await runner.check()), taken: await outside.taken() });
  const first = await tick();
  const quick = await tick();
  const bareMilliseconds = await askBare(outside.atlas, quick.taken.requests, CONCURRENCY);
  await outside.latency(LATENCY_MS);
  const bareSlowMilliseconds = await askBare(outside.atlas, quick.taken.requests, CONCURRENCY);
  await outside.taken();
  const slow = await tick();
  await outside.latency(0);
  runner.close();
  return { first, quick, slow, bareMilliseconds, bareSlowMilliseconds };
}

async function watchedTicks(outside: OutsideProcess): Promise<Sweep['watched']> {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-bench-'));
  const { kv } = outside;
  const store: Record<string, string> =
    kv === null ? { STATE_PATH: join(folder, 'state.sqlite') } : { KV_REST_API_URL: kv.url, KV_REST_API_TOKEN: kv.token };
  const runner = await startRunner(outside, { store, heap: 'live' });
  const tick = async (): Promise<Tick> => ({ ...(await runner.check()), taken: await outside.taken() });
  const ticks = { first: await tick(), unchanged: await tick(), overRedis: kv !== null };
  runner.close();
  rmSync(folder, { recursive: true, force: true });
  return ticks;
}
