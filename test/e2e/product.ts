import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { VARIABLE_NAMES } from '../../lib/config/environment/variables.ts';
import { childEnvironment } from '../support/child-environment.ts';

const FOLDER = join(import.meta.dirname, '..', '..');
export const CRON_SECRET = 'cron-secret-of-the-browser-tests';

/** A product that watches nothing: what it needs to start, for tests that call no cron. */
export const QUIET = {
  ATLAS_CLIENT_ID: 'mdb_sa_id_1',
  ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_browser_tests',
  ATLAS_BASE_URL: 'http://127.0.0.1:9',
};

/** The built product, started as `npm start` does, on a port that was free. */
export type Product = {
  readonly url: string;
  readonly pid: number;
  /** Everything it has written so far. */
  readonly log: () => string;
  /** Calls a cron route as a scheduler would; throws unless it answers 200. */
  readonly cron: (job: 'check' | 'dispatch') => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Starts with this environment and nothing of ours but PATH. Throws with what the product said where it ends instead. */
export async function startProduct(given: Readonly<Record<string, string>>): Promise<Product> {
  const none = Object.fromEntries([...VARIABLE_NAMES, 'VERCEL'].map((name) => [name, '']));
  const env = childEnvironment({ ...none, NEXT_TELEMETRY_DISABLED: '1', PORT: '0', CRON_SECRET, ...given });
  const child = spawn(process.execPath, [join(FOLDER, 'scripts', 'start.ts')], { cwd: FOLDER, env });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const log = () => said.join('');
  const url = `http://127.0.0.1:${await portOf(child, log)}`;
  return { url, pid: child.pid ?? 0, log, cron: (job) => call(`${url}/api/cron/${job}`), stop: () => stop(child) };
}

function portOf(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the product ended instead of starting:\n${log()}`)));
    child.stdout?.on('data', () => {
      const port = /listens on port (\d+)/.exec(log())?.[1];
      if (port !== undefined) resolve(port);
    });
  });
}

async function call(url: string): Promise<void> {
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${CRON_SECRET}` } });
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
