import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { median } from './median.ts';
import { withoutOwn } from './run-client.ts';

export type PageTimes = { readonly ours: number; readonly empty: number; readonly bytes: number };

const WARM_UP = 5;
const ROUNDS = 21;

/** Milliseconds to the first byte of the status page over the state at `statePath`, and of the empty app's page; medians of requests in turn. */
export async function pageTimes(ownRoot: string, bareRoot: string, statePath: string): Promise<PageTimes> {
  const [ours, empty] = await Promise.all([serve(ownRoot, statePath), serve(bareRoot, statePath)]);
  try {
    for (let round = 0; round < WARM_UP; round += 1) await Promise.all([firstByte(ours.url), firstByte(empty.url)]);
    const rounds: { ours: Answered; empty: Answered }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push({ ours: await firstByte(ours.url), empty: await firstByte(empty.url) });
    return {
      ours: median(rounds.map((round) => round.ours.milliseconds)),
      empty: median(rounds.map((round) => round.empty.milliseconds)),
      bytes: rounds[0]?.ours.bytes ?? 0,
    };
  } finally {
    for (const { child } of [ours, empty]) child.kill('SIGTERM');
  }
}

export type Served = { readonly child: ChildProcess; readonly url: string };

export async function serve(root: string, statePath: string): Promise<Served> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'serve.ts'), root], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...withoutOwn(), ATLAS_CLIENT_ID: 'bench', ATLAS_CLIENT_SECRET: 'bench', STATUS_ACCESS: 'public', STATE_PATH: statePath },
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /listens on port (\d+)/.exec(line)?.[1];
    if (port !== undefined) return { child, url: `http://127.0.0.1:${port}/` };
  }
  throw new Error(`bench: ${root} ended instead of serving`);
}

type Answered = { readonly milliseconds: number; readonly bytes: number };

async function firstByte(url: string): Promise<Answered> {
  const begun = performance.now();
  const request = get(url);
  const [response] = await once(request, 'response');
  let milliseconds = 0;
  let bytes = 0;
  for await (const chunk of response) {
    if (milliseconds === 0) milliseconds = performance.now() - begun;
    bytes += chunk.length;
  }
  if (response.statusCode !== 200) throw new Error(`bench: ${url} answered ${response.statusCode}`);
  return { milliseconds, bytes };
}
