import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const REPOSITORY = join(import.meta.dirname, '..');
const PROGRAMS = join(REPOSITORY, 'node_modules/.bin');
const REPORT = z.object({ diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })) });

/** What is planted where, and the rule that has to report it; null: it is allowed there. */
const PLANTED: readonly (readonly [path: string, text: string, rule: string | null])[] = [
  ['lib/checks/a-fetch.ts', "export const a = () => fetch('https://x.example');", 'no-restricted-globals'],
  ['lib/checks/a-process.ts', 'export const a = () => process.env;', 'no-restricted-globals'],
  ['lib/domain/a-timer.ts', 'export const a = (f: () => void) => setTimeout(f, 1);', 'no-restricted-globals'],
  ['lib/incidents/a-crypto.ts', 'export const a = () => crypto.randomUUID();', 'no-restricted-globals'],
  ['lib/status.ts', 'export const a = () => globalThis;', 'no-restricted-globals'],
  ['lib/checks/a-clock.ts', 'export const a = () => Date.now();', 'no-restricted-properties'],
  ['lib/incidents/a-chance.ts', 'export const a = () => Math.random();', 'no-restricted-properties'],
  ['lib/checks/a-date.ts', 'export const a = () => new Date();', 'no-hidden-input'],
  ['lib/checks/a-moment.ts', 'export const a = (at: number) => new Date(at);', null],
  ['lib/domain/a-late.ts', "export const a = () => import('node:fs');", 'no-hidden-input'],
  ['lib/checks/a-node.ts', "export { readFileSync } from 'node:fs';", 'no-restricted-imports'],
  ['lib/checks/a-package.ts', "export { z } from 'zod';", 'no-restricted-imports'],
  ['lib/checks/a-neighbour.ts', "import { a } from './a-moment.ts';\nexport const b = a;", null],
  ['lib/checks/a-domain.ts', "import type { A } from '../domain/time.ts';\nexport type B = A;", null],
  ['lib/checks/a-type.ts', "import type { A } from '../atlas/client.ts';\nexport type B = A;", 'no-restricted-imports'],
  ['lib/incidents/a-check.ts', "import { a } from '../checks/check.ts';\nexport const b = a;", 'no-restricted-imports'],
  ['lib/domain/a-state.ts', "import { a } from '../state/store.ts';\nexport const b = a;", 'no-restricted-imports'],
  ['lib/alerts/route.ts', "import { a } from '../incidents/reconcile.ts';\nexport const b = a;", 'no-restricted-imports'],
  ['lib/alerts/mute.ts', 'export const a = () => Date.now();', 'no-restricted-properties'],
  ['lib/alerts/deliver.ts', 'export const a = (f: () => void) => setTimeout(f, 1);', null],
  ['lib/alerts/channels/sms.ts', "import { a } from '../../state/store.ts';\nexport const b = a;", 'no-restricted-imports'],
  ['lib/atlas/client.ts', "import { a } from '../state/store.ts';\nexport const b = a;", 'no-restricted-imports'],
  ['lib/atlas/schema/field.ts', "import { a } from '../../checks/check.ts';\nexport const b = a;", 'no-restricted-imports'],
  [
    'lib/atlas/schema/own.ts',
    "import type { A } from '../client.ts';\nimport type { B } from '../../domain/time.ts';\nexport type C = [A, B];",
    null,
  ],
  ['lib/recovery/drill.ts', "import { a } from '../atlas/client.ts';\nexport const b = a;", 'no-restricted-imports'],
  ['lib/state/store.ts', "import { a } from '../checks/check.ts';\nexport const b = a;", 'no-restricted-imports'],
  ['lib/state/other.ts', "export { createClient } from '@vercel/kv';", 'no-restricted-imports'],
  ['lib/state/kv.ts', "export { createClient } from '@vercel/kv';", null],
  ['lib/run.ts', 'export const a = () => process.env;', 'no-restricted-globals'],
  ['lib/wire.ts', 'export const a = () => process.env;', null],
  ['lib/wire-environment.ts', 'export const a = () => process.env;', null],
  ['app/api/a/route.ts', "import { a } from '../../../lib/atlas/client.ts';\nexport const b = a;", 'no-restricted-imports'],
  ['app/api/b/route.ts', "import { a } from '../../../lib/wire.ts';\nexport const b = a;", null],
  ['app/c.ts', "import type { A } from '../lib/page-model.ts';\nexport type B = A;", null],
  ['app/d.ts', "import type { A } from '../lib/run.ts';\nexport type B = A;", 'no-restricted-imports'],
  ['proxy.ts', "import { a } from './lib/state/store.ts';\nexport const b = a;", 'no-restricted-imports'],
  ['scripts/a-run.ts', "import { a } from '../lib/run.ts';\nexport const b = a;", null],
  ['scripts/doctor/a-store.ts', "import { a } from '../../lib/state/kv.ts';\nexport const b = a;", null],
  ['scripts/doctor/a-redis.ts', "export { createClient } from '@vercel/kv';", 'no-restricted-imports'],
  ['scripts/bench/a-check.ts', "import { a } from '../../lib/checks/check.ts';\nexport const b = a;", 'no-restricted-imports'],
  ['scripts/a-store.ts', "import { a } from '../lib/state/kv.ts';\nexport const b = a;", 'no-restricted-imports'],
  ['lib/a-floating.ts', 'export function a(b: () => Promise<void>): void {\n  b();\n}', 'no-floating-promises'],
  ['lib/a-switch.ts', "export function a(b: 'x' | 'y'): void {\n  switch (b) {\n    case 'x':\n  }\n}", 'switch-exhaustiveness-check'],
  ['lib/a-any.ts', 'export const a = (b: any): unknown => b;', 'no-explicit-any'],
  ['lib/a-bang.ts', 'export const a = (b: string | null): string => b!;', 'no-non-null-assertion'],
  ['lib/a-default.ts', 'const a = 1;\nexport default a;', 'no-default-export'],
  ['app/page.tsx', 'export default function Page(): null {\n  return null;\n}', null],
  ['lib/a-long.ts', `export function a(): void {\n${'  void 0;\n'.repeat(51)}}`, 'max-lines-per-function'],
];

const folder = mkdtempSync(join(tmpdir(), 'restorable-lint-'));
const reported = new Map<string, readonly string[]>();

beforeAll(() => {
  for (const name of ['.oxlintrc.json', 'tsconfig.json', 'test/support/lint-rules.ts']) cpSync(join(REPOSITORY, name), join(folder, name));
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
