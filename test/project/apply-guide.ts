import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type GuideStep, patched, stepsOf } from './guide.ts';

const USAGE = `node test/project/apply-guide.ts GUIDE [TESTS …]
Applies exactly the files that the guide shows to a copy of the tree, and runs \`npm run docs\`, types, lint, format and the fast suite there, with
more tests where they are named. Fails if anything is red, or if any file changed but those shown and those that \`npm run docs\` generates.`;

const ROOT = join(import.meta.dirname, '../..');
/** The only files that a guide may patch; every other file that it shows is a new one. */
const REGISTRY = /(^|\/)registry\.ts$/;

/** What `npm run docs` writes. */
const GENERATED = /^(README\.md|\.env\.example|docs\/(?:configuration|commands)\.md|docs\/runbooks\/.+\.md)$/;

/** Runs a command in the folder and shows what it says. Throws an Error where it fails. */
function run(folder: string, name: string, ...args: readonly string[]): void {
  const started = Date.now();
  process.stdout.write(`\nguide: ${[name, ...args].join(' ')}\n`);
  const { status } = spawnSync(name, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`guide: \`${[name, ...args].join(' ')}\` failed`);
  process.stdout.write(`guide: took ${((Date.now() - started) / 1_000).toFixed(1)} s\n`);
}

function git(folder: string, ...args: readonly string[]): readonly string[] {
  const identity = ['-c', 'user.name=guide', '-c', 'user.email=guide@example.com', '-c', 'commit.gpgsign=false'];
  const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`guide: \`git ${args.join(' ')}\` failed: ${stderr}`);
  return stdout.split('\0').filter((line) => line !== '');
}

/** A copy of the tree as it stands, changes that are not committed included, as a repository of its own with one commit. */
function copyTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-guide-'));
  const files = git(ROOT, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  for (const path of files.filter((one) => existsSync(join(ROOT, one)))) cpSync(join(ROOT, path), join(folder, path));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  git(folder, 'init', '-q');
  git(folder, 'add', '--all');
  git(folder, 'commit', '-qm', 'The tree before the guide');
  return folder;
}

function apply(folder: string, step: GuideStep): void {
  const path = join(folder, step.path);
  if (step.kind === 'file') {
    if (existsSync(path)) throw new Error(`guide: ${step.path} is there already: show a patch to it`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, step.text);
    return;
  }
  if (!REGISTRY.test(step.path)) throw new Error(`guide: ${step.path} is no registry, and only registries may be patched`);
  writeFileSync(path, patched(readFileSync(path, 'utf8'), step.lines));
}

/** Each file that differs from the commit, with its content's hash. */
function changes(folder: string): ReadonlyMap<string, string> {
  const paths = git(folder, 'status', '-z', '--porcelain', '--no-renames', '--untracked-files=all').map((line) => line.slice(3));
  return new Map(paths.map((path) => [path, existsSync(join(folder, path)) ? git(folder, 'hash-object', path).join('') : 'deleted']));
}

/** Throws an Error that names the files where one differs from what it is to be. */
function holdTo(expected: ReadonlyMap<string, string>, folder: string, when: string): void {
  const found = changes(folder);
  const differing = [...new Set([...expected.keys(), ...found.keys()])].filter((path) => expected.get(path) !== found.get(path));
  if (differing.length > 0) throw new Error(`guide: ${when} changed ${differing.join(', ')}`);
}

/** Applies the guide to the copy and runs all that has to be green there. Throws an Error where anything is red. */
function trial(folder: string, guide: string, tests: readonly string[]): void {
  const steps = stepsOf(readFileSync(join(folder, guide), 'utf8'));
  if (steps.length === 0) throw new Error(`guide: ${guide} shows no file`);
  run(folder, 'npm', 'run', '--silent', 'docs');
  holdTo(new Map(), folder, '`npm run docs` before the guide');
  for (const step of steps) apply(folder, step);
  const shown = new Set(steps.map(({ path }) => path));
  run(folder, 'npm', 'run', '--silent', 'docs');
  const expected = changes(folder);
  const generated = [...expected.keys()].filter((path) => !shown.has(path));
  const strange = generated.filter((path) => !GENERATED.test(path));
  if (strange.length > 0) throw new Error(`guide: \`npm run docs\` changed ${strange.join(', ')}, which it does not generate`);
  run(folder, 'npx', 'oxfmt', '--check', '.');
  run(folder, 'npx', 'oxlint', '--type-aware');
  run(folder, 'npx', 'tsc', '--noEmit');
  run(folder, 'npm', 'run', 'test:fast');
  if (tests.length > 0) run(folder, 'npx', 'vitest', 'run', ...tests);
  holdTo(expected, folder, 'the checks');
  process.stdout.write(`\nguide: ${guide} holds. Shown: ${[...shown].join(', ')}. Generated: ${generated.join(', ') || 'nothing'}.\n`);
}

const [guide, ...tests] = process.argv.slice(2);
if (guide === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}
const folder = copyTree();
try {
  trial(folder, guide, tests);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
