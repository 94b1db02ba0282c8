import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';

const SOURCES = ['app', 'lib', 'proxy.ts', 'next.config.ts', 'restorewatch.config.ts', 'package-lock.json'];

const LOOK_AGAIN_MS = 200;
/** https://sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/** A build without what only a deployment needs (next.config.ts). */
export const QUICK_BUILD = { QUICK_BUILD: '1' };

/**
 * Builds the app unless the build is newer than its sources. Who finds that another process builds it waits for that, and builds only what is still too
 * old. Throws with the build's own words where it fails.
 */
export async function buildIfNeeded(folder: string, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  await oneAtATime(join(folder, 'node_modules', '.restorewatch-build'), async () => {
    if (!isBuilt(folder)) await build(folder, environment);
  });
}

async function build(folder: string, environment: Readonly<Record<string, string>>): Promise<void> {
  process.stdout.write('Building the app, once; this takes about half a minute …\n');
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1', ...environment };
  const next = join(folder, 'node_modules', 'next', 'dist', 'bin', 'next');
  const child = spawn(process.execPath, [next, 'build'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => output.push(text));
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`build: failed:\n${Buffer.concat(output).toString()}`);
}

function isBuilt(folder: string): boolean {
  const built = join(folder, '.next', 'BUILD_ID');
  return existsSync(built) && statSync(built).mtimeMs > newestOf(folder);
}

function newestOf(folder: string): number {
  const files = SOURCES.map((name) => join(folder, name))
    .filter(existsSync)
    .flatMap(filesIn);
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}

function filesIn(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name));
}

/**
 * Does `act` while no other process, and nothing else in this one, does what `lock` (a file) is for. The lock is SQLite's, of the operating system: it
 * ends with the process that has it, however that ends.
 */
export async function oneAtATime(lock: string, act: () => Promise<void>): Promise<void> {
  const held = new DatabaseSync(lock);
  try {
    while (!take(held)) await setTimeout(LOOK_AGAIN_MS);
    await act();
  } finally {
    held.close();
  }
}

function take(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
