import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { median } from './median.ts';
import { withoutOwn } from './run-client.ts';

/** Milliseconds to the first byte: of our pages by their paths, and of the page of an empty app. */
export type PageTimes = { readonly ours: Readonly<Record<string, number>>; readonly empty: number };

/** The pages that show clusters; of the list the usual address, and one that reads many parts of what is stored. */
const PATHS = ['/', '/clusters', '/clusters?sort=name'];

const WARM_UP = 5;
const ROUNDS = 21;

/** Measures over the state at `statePath`; medians of requests in turn. */
export async function pageTimes(ownRoot: string, bareRoot: string, statePath: string): Promise<PageTimes> {
  const [ours, empty] = await Promise.all([serve(ownRoot, statePath), serve(bareRoot, statePath)]);
  try {
    const asked = [`${empty.url}/`, ...PATHS.map((path) => ours.url + path)];
    for (let round = 0; round < WARM_UP; round += 1) await Promise.all(asked.map(firstByte));
    const rounds: (readonly number[])[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await inTurn(asked));
    const [bare = 0, ...own] = asked.map((_, place) => median(rounds.map((times) => times[place] ?? 0)));
    return { empty: bare, ours: Object.fromEntries(PATHS.map((path, place) => [path, own[place] ?? 0])) };
  } finally {
    for (const { child } of [ours, empty]) child.kill('SIGTERM');
  }
}

async function inTurn(urls: readonly string[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (const url of urls) times.push(await firstByte(url));
  return times;
}

export type Served = { readonly child: ChildProcess; readonly url: string };

export async function serve(root: string, statePath: string): Promise<Served> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'serve.ts'), root], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...withoutOwn(), ATLAS_CLIENT_ID: 'bench', ATLAS_CLIENT_SECRET: 'bench-secret', STATUS_ACCESS: 'public', STATE_PATH: statePath },
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /listens on port (\d+)/.exec(line)?.[1];
    if (port !== undefined) return { child, url: `http://127.0.0.1:${port}` };
  }
  throw new Error(`bench: ${root} ended instead of serving`);
}

async function firstByte(url: string): Promise<number> {
  const begun = performance.now();
  const request = get(url);
  const [response] = await once(request, 'response');
  let milliseconds = 0;
  for await (const _chunk of response) if (milliseconds === 0) milliseconds = performance.now() - begun;
  if (response.statusCode !== 200) throw new Error(`bench: ${url} answered ${response.statusCode}`);
  return milliseconds;
}
