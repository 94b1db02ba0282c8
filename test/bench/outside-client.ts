import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What the outside process says of itself. */
export type Outside = {
  readonly atlas: string;
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  readonly kv: { readonly url: string; readonly token: string } | null;
  readonly control: string;
};

/** Requests to Atlas's API (those for tokens apart) and commands to the store. */
export type Taken = {
  readonly requests: readonly { readonly target: string; readonly accept: string; readonly authorization: string }[];
  readonly commands: readonly string[];
  readonly refused: readonly string[];
};

export type OutsideProcess = Outside & {
  readonly latency: (milliseconds: number) => Promise<void>;
  /** What was asked for since the last call. */
  readonly taken: () => Promise<Taken>;
  readonly close: () => Promise<void>;
};

/** Starts an organisation with so many clusters in a process of its own. */
export async function startOutside(clusters: number): Promise<OutsideProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'outside.ts'), String(clusters)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  // Written by outside.ts, as an `Outside`.
  const outside = JSON.parse(String(line)) as Outside;
  return {
    ...outside,
    latency: async (milliseconds) => void (await fetch(`${outside.control}/latency/${milliseconds}`)),
    // Answered by outside.ts, as a `Taken`.
    taken: async () => (await (await fetch(`${outside.control}/taken`)).json()) as Taken,
    close: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
