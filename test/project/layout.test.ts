import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LAYERS } from '../support/layers.ts';

const ROOT = join(import.meta.dirname, '../..');
const FILES = filesOf('lib');
/** Folders that grow by a file a check, a channel or a runbook. */
const REGISTRIES = ['evaluate/checks', 'deliver/channels', 'runbooks'];

/** Private words of former versions. The field has terms for what they meant: silenced, notified, destination, heartbeat, acknowledgement expiry. */
const BANNED = [
  'aftermath',
  'asleep',
  'audible',
  'awaits',
  'courier',
  'deaf',
  'deafSince',
  'gaveBack',
  'giveBack',
  'hearing',
  'hush',
  '(Judge|Judged|judgeAt)',
  '(judge|judged|unjudged)\\(',
  'lastBeat',
  'letterOf',
  'mute',
  'people-model',
  'proving',
  'readdress',
  'rounds',
  'saidBy',
  'succeed\\(',
  'takeable',
  'takeBack',
  'teller',
  'testLetter',
  'unheard',
  'untold',
  '[a-z]+(Judged|Told|Untold|SaidBy)',
  '(const|let|function|type) (news|said|Said|told|Told|ways|world|World|Parts)',
  'waysBack',
  'waysOf',
];

/** The sources of `lib`, `app` or `scripts`, as paths in it. */
function filesOf(top: string): readonly string[] {
  return readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path));
}

/** What a file imports of the same folder `top`; a path out of it begins with "..". */
function importsOf(top: string, path: string): readonly string[] {
  const text = readFileSync(join(ROOT, top, path), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, specifier = '']) => specifier);
  return specifiers.map((specifier) => normalize(join(dirname(path), specifier))).filter((other) => !other.startsWith('..'));
}

/** "a/b/c.ts" lies in "a", in "a/b", and in "a/b/.", which is what lies loose in "a/b"; "c.ts" in "./." alone. */
function foldersAround(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return [...parts.map((_, index) => parts.slice(0, index + 1).join('/')), `${dirname(path)}/.`];
}

/**
 * Pairs of folders, at every depth and with all their subfolders, of which each has a file that imports one of the other. Neither contains the other: the
 * loose files of a folder count as a folder of their own beside its subfolders.
 */
function mutualImports(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const arrows = new Set(
    [...imports].flatMap(([path, others]) =>
      others.flatMap((other) => {
        const [from, to] = [foldersAround(path), foldersAround(other)];
        const targets = to.filter((folder) => !from.includes(folder));
        return from.filter((folder) => !to.includes(folder)).flatMap((folder) => targets.map((target) => `${folder} -> ${target}`));
      }),
    ),
  );
  return [...arrows].filter((arrow) => arrows.has(arrow.split(' -> ').toReversed().join(' -> ')));
}

describe('the layout of lib', () => {
  test('has no loose file, and no folder that the table of layers lacks', () => {
    const folders = new Set(FILES.map((path) => path.split('/')[0] ?? ''));
    expect([...folders].toSorted()).toEqual(
      Object.keys(LAYERS)
        .filter((folder) => folder !== 'app' && folder !== 'scripts')
        .toSorted(),
    );
  });

  test('has no two files of one name; registries apart, and checks, whose names are their ids', () => {
    const others = FILES.filter((path) => dirname(path) !== 'evaluate/checks');
    const names = Object.entries(Object.groupBy(others, (path) => basename(path))).filter(([, paths = []]) => paths.length > 1);
    expect(names.map(([name]) => name).filter((name) => name !== 'registry.ts')).toEqual([]);
  });

  test('is mirrored by test, which has these folders of its own besides', () => {
    const own = ['app', 'attack', 'bench', 'e2e', 'emulators', 'project', 'score', 'scripts', 'simulation', 'support'];
    const folders = readdirSync(join(ROOT, 'test'), { withFileTypes: true });
    expect(folders.filter((entry) => !entry.isDirectory()).map(({ name }) => name)).toEqual([]);
    expect(folders.map(({ name }) => name).filter((name) => LAYERS[name] === undefined && !own.includes(name))).toEqual([]);
  });
});

test.for(['lib', 'app', 'scripts'])('%s has folders of at most sixteen sources, registries apart', (top) => {
  const sizes = Object.entries(Object.groupBy(filesOf(top), dirname)).map(([folder, files = []]) => [folder, files.length] as const);
  expect(sizes.filter(([folder, size]) => size > 16 && !(top === 'lib' && REGISTRIES.includes(folder)))).toEqual([]);
});

test.for([
  [
    'one beside the other',
    [
      ['a/x.ts', 'b/x.ts'],
      ['b/y.ts', 'a/y.ts'],
    ],
    ['a -> b', 'b -> a'],
  ],
  [
    'the loose files of one and a folder in it',
    [
      ['a/x.ts', 'a/b/x.ts'],
      ['a/b/y.ts', 'a/y.ts'],
    ],
    ['a/. -> a/b', 'a/b -> a/.'],
  ],
  [
    'the loose files of one and a folder deeper in it',
    [
      ['a/x.ts', 'a/b/c/x.ts'],
      ['a/b/c/y.ts', 'a/y.ts'],
    ],
    ['a/. -> a/b/c', 'a/b/c -> a/.'],
  ],
  [
    'loose files at the top and a folder',
    [
      ['x.ts', 'a/x.ts'],
      ['a/y.ts', 'y.ts'],
    ],
    ['./. -> a', 'a -> ./.'],
  ],
] as const)('two folders that import each other are found: %s', ([, edges, pairs]) => {
  const [one] = edges;
  expect(mutualImports(new Map(edges.map(([from, to]) => [from, [to]])))).toEqual(expect.arrayContaining([...pairs]));
  expect(mutualImports(new Map([[one[0], [one[1]]]]))).toEqual([]);
});

test.for(['lib', 'app', 'scripts'])(
  '%s has no two folders that import each other, subfolders included, nor a folder and the loose files of one around it',
  (top) => {
    expect(mutualImports(new Map(filesOf(top).map((path) => [path, importsOf(top, path)])))).toEqual([]);
  },
);

describe('the words of lib, app and scripts', () => {
  test.for(BANNED)('do not include "%s"', (word) => {
    const { stdout } = spawnSync('git', ['grep', '-nE', `\\b${word}(\\b|$)`, '--', 'lib', 'app/*.ts', 'app/*.tsx', 'scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});
