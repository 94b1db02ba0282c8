import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const APP = join(import.meta.dirname, '../../app');

/** For the folders of `app` that are parameters; the recorded state of the attack has an incident i1 and a message k4. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  id: ['i1', 'k4', 'nothing'],
  name: ['rpo', 'snapshot-restore'],
  code: ['abc'],
  projectId: ['p1'],
  clusterId: ['id-orders'],
};

/** Addresses that have no file of their own in `app`. */
const OTHERS = ['/sign-out', '/_next/static/nothing.js', '/_next/image', '/_global-error', '/_not-found', '/nothing', '/api/nothing'];

/** Every page and every route that the product has, whoever adds one, and a few addresses beside them. */
export const PATHS: readonly string[] = [...filesOfApp().flatMap((file) => pathsOf(file)), ...OTHERS];

function filesOfApp(): readonly string[] {
  const files = readdirSync(APP, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => /(^|\/)(page\.tsx|route\.ts)$/.test(file) && !file.includes('[[...'));
}

function pathsOf(file: string): readonly string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.reduce<readonly string[]>(
    (paths, part) => paths.flatMap((path) => choices(part).map((choice) => `${path === '/' ? '' : path}/${choice}`)),
    ['/'],
  );
}

function choices(folder: string): readonly string[] {
  const name = /^\[(\w+)\]$/.exec(folder)?.[1];
  return name === undefined ? [folder] : (VALUES[name] ?? ['x']);
}
