import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = ['app', 'lib', 'proxy.ts', 'next.config.ts', 'restorewatch.config.ts', 'package-lock.json'];

/** Builds the app unless the build is newer than its sources. Throws with the build's own words where it fails. */
export function buildIfNeeded(folder: string): void {
  if (isBuilt(folder)) return;
  process.stdout.write('Building the app, once; this takes about half a minute …\n');
  const { command, options } = buildCommand(folder);
  const done = spawnSync(process.execPath, command, { ...options, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`build: failed:\n${done.stdout}${done.stderr}`);
}

/** As `buildIfNeeded`, beside other work, and without what the demo does not need of a build (next.config.ts). */
export async function buildAlongside(folder: string): Promise<void> {
  if (isBuilt(folder)) return;
  process.stdout.write('Building the app, once; this takes about half a minute …\n');
  const { command, options } = buildCommand(folder);
  const env = { ...options.env, BUILD_FOR_DEMO: '1' };
  const child = spawn(process.execPath, command, { ...options, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => output.push(text));
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`build: failed:\n${Buffer.concat(output).toString()}`);
}

function isBuilt(folder: string): boolean {
  const built = join(folder, '.next', 'BUILD_ID');
  return existsSync(built) && statSync(built).mtimeMs > newestOf(folder);
}

function buildCommand(folder: string) {
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' };
  return { command: [join(folder, 'node_modules', 'next', 'dist', 'bin', 'next'), 'build'], options: { cwd: folder, env } };
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
