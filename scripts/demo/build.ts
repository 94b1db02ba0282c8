import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = ['app', 'lib', 'proxy.ts', 'next.config.ts', 'restorewatch.config.ts', 'package-lock.json'];

/** Builds the app unless the build is newer than its sources. Throws with the build's own words where it fails. */
export function buildIfNeeded(folder: string): void {
  const built = join(folder, '.next', 'BUILD_ID');
  if (existsSync(built) && statSync(built).mtimeMs > newestOf(folder)) return;
  process.stdout.write('Building the app, once; this takes about half a minute …\n');
  const next = join(folder, 'node_modules', 'next', 'dist', 'bin', 'next');
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' };
  const done = spawnSync(process.execPath, [next, 'build'], { cwd: folder, env, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`build: failed:\n${done.stdout}${done.stderr}`);
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
