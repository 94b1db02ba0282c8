import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { LAYERS, PURE } from '../support/layers.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const PROGRAMS = join(REPOSITORY, 'node_modules/.bin');
const REPORT = z.object({ diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })) });

const FOLDERS = Object.keys(LAYERS).map((folder) => (folder === 'app' || folder === 'scripts' ? folder : `lib/${folder}`));

function importing(specifier: string): string {
  return `import { a } from '${specifier}';\nexport const b = a;`;
}

function isAllowed(from: string, to: string): boolean {
  return to === 'lib/domain' || (LAYERS[from.replace('lib/', '')] ?? []).includes(to.replace('lib/', ''));
}

/** What is planted where, and the rule that has to report it; null: it is allowed there. */
const PLANTED: readonly (readonly [path: string, text: string, rule: string | null])[] = [
  ...PURE.flatMap((folder): typeof PLANTED => [
    [`lib/${folder}/a-fetch.ts`, "export const a = () => fetch('https://x.example');", 'no-restricted-globals'],
    [`lib/${folder}/a-process.ts`, 'export const a = () => process.env;', 'no-restricted-globals'],
    [`lib/${folder}/a-timer.ts`, 'export const a = (f: () => void) => setTimeout(f, 1);', 'no-restricted-globals'],
    [`lib/${folder}/a-crypto.ts`, 'export const a = () => crypto.randomUUID();', 'no-restricted-globals'],
    [`lib/${folder}/a-global.ts`, 'export const a = () => globalThis;', 'no-restricted-globals'],
    [`lib/${folder}/a-clock.ts`, 'export const a = () => Date.now();', 'no-restricted-properties'],
    [`lib/${folder}/a-chance.ts`, 'export const a = () => Math.random();', 'no-restricted-properties'],
    [`lib/${folder}/a-date.ts`, 'export const a = () => new Date();', 'no-hidden-input'],
    [`lib/${folder}/a-moment.ts`, 'export const a = (at: number) => new Date(at);', null],
    [`lib/${folder}/a-late.ts`, "export const a = () => import('./a-moment.ts');", 'no-hidden-input'],
    [`lib/${folder}/a-node.ts`, "export { readFileSync } from 'node:fs';", 'no-restricted-imports'],
    [`lib/${folder}/a-package.ts`, "export { z } from 'zod';", 'no-restricted-imports'],
    [`lib/${folder}/chapter/a-clock.ts`, 'export const a = () => Date.now();', 'no-restricted-properties'],
    [`lib/${folder}/chapter/a-neighbour.ts`, importing('../a-moment.ts'), null],
  ]),
  ...FOLDERS.flatMap((from) =>
    [...FOLDERS, 'test']
      .filter((to) => to !== from)
      .map((to): (typeof PLANTED)[number] => [
        `${from}/imports-${to.replace('lib/', '')}.ts`,
        importing(`${from.startsWith('lib/') ? '../..' : '..'}/${to}/a.ts`),
        isAllowed(from, to) ? null : 'direction',
      ]),
  ),
  ['lib/record/a-type.ts', "import type { A } from '../evaluate/evaluate.ts';\nexport type B = A;", 'direction'],
  ['lib/deliver/channels/a/a-deep.ts', importing('../../../people/resend.ts'), 'direction'],
  ['lib/a-loose.ts', importing('./record/store.ts'), 'direction'],
  ['lib/record/other.ts', "export { createClient } from '@vercel/kv';", 'no-restricted-imports'],
  ['lib/record/kv/kv.ts', "export { createClient } from '@vercel/kv';", null],
  ['lib/run/check.ts', 'export const a = () => process.env;', 'no-restricted-globals'],
  ['lib/wire/wire.ts', 'export const a = () => process.env;', null],
  ['proxy.ts', importing('./lib/record/store.ts'), 'direction'],
  ['scripts/doctor/a-redis.ts', "export { createClient } from '@vercel/kv';", 'no-restricted-imports'],
  ['lib/run/a-floating.ts', 'export function a(b: () => Promise<void>): void {\n  b();\n}', 'no-floating-promises'],
  ['lib/run/a-switch.ts', "export function a(b: 'x' | 'y'): void {\n  switch (b) {\n    case 'x':\n  }\n}", 'switch-exhaustiveness-check'],
  ['lib/run/a-any.ts', 'export const a = (b: any): unknown => b;', 'no-explicit-any'],
  ['lib/run/a-bang.ts', 'export const a = (b: string | null): string => b!;', 'no-non-null-assertion'],
  ['lib/run/a-default.ts', 'const a = 1;\nexport default a;', 'no-default-export'],
  ['app/page.tsx', 'export default function Page(): null {\n  return null;\n}', null],
  ['lib/run/a-long.ts', `export function a(): void {\n${'  void 0;\n'.repeat(51)}}`, 'max-lines-per-function'],
];

const folder = mkdtempSync(join(tmpdir(), 'restorewatch-lint-'));
const reported = new Map<string, readonly string[]>();

beforeAll(() => {
  for (const name of ['.oxlintrc.json', 'tsconfig.json', 'test/support/lint-rules.ts', 'test/support/layers.ts'])
    cpSync(join(REPOSITORY, name), join(folder, name));
  for (const [path, text] of PLANTED) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${text}\n`);
  }
  for (const { filename, code } of lint().diagnostics) reported.set(filename, [...(reported.get(filename) ?? []), code]);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lint(): z.infer<typeof REPORT> {
  const path = [PROGRAMS, process.env['PATH']].join(delimiter);
  const run = spawnSync(join(PROGRAMS, 'oxlint'), ['--type-aware', '-f', 'json'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  return REPORT.parse(JSON.parse(run.stdout));
}

test.for(PLANTED.filter(([, , rule]) => rule !== null))('%s is reported', ([path, , rule]) => {
  expect(reported.get(path)?.join(' ')).toContain(`(${rule})`);
});

test.for(PLANTED.filter(([, , rule]) => rule === null))('%s is allowed', ([path]) => {
  expect(reported.get(path) ?? []).toEqual([]);
});
