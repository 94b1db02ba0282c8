import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesNamed, headingsOf, isMadeByReader, ROOT, textOf } from './documents.ts';

const SELF = 'test/project/citations.test.ts';
const FILES = filesNamed('*.ts', '*.tsx', '*.md').filter((path) => path !== SELF && existsSync(join(ROOT, path)));

/** Numbers of the headings "## 8. Gaps …", "### A4. …", "### 2.1 …", "### Clause 6. …" of a document. */
function numbersOf(path: string): ReadonlySet<string> {
  const numbered = headingsOf(textOf(path)).map((heading) => /^(?:Clause )?([A-Z]?\d*(?:\.\d+)?)[. ]/.exec(heading)?.[1] ?? '');
  return new Set(numbered.filter((number) => number !== ''));
}

const NUMBERS = {
  'docs/facts/atlas.md': numbersOf('docs/facts/atlas.md'),
  'docs/facts/platform.md': numbersOf('docs/facts/platform.md'),
  'docs/facts/peers.md': numbersOf('docs/facts/peers.md'),
  'docs/contract.md': numbersOf('docs/contract.md'),
  'docs/plan.md': numbersOf('docs/plan.md'),
};
type Cited = keyof typeof NUMBERS;

/** "1 to 9", "7 and 9", "8, §4", "A1, A2", "B–D" as single sections. */
function listed(text: string): readonly string[] {
  return text.match(/[A-G]\d?\b|\d+(?:\.\d+)?/g) ?? [];
}

/** What one text cites: of which document, and which sections of it. */
function citationsIn(text: string): readonly (readonly [Cited, string])[] {
  // A citation that a comment breaks over two lines is one.
  const flat = text.replaceAll(/\s*\n\s*(?:\*|\/\/)?\s*/g, ' ');
  const found = (pattern: RegExp, document: Cited): readonly (readonly [Cited, string])[] =>
    [...flat.matchAll(pattern)].flatMap(([, sections = '']) => listed(sections).map((section) => [document, section] as const));
  return [
    ...found(/docs\/facts\/atlas\.md (§\d+(?:(?:, |–| and )§\d+)*)/g, 'docs/facts/atlas.md'),
    ...found(/docs\/facts\/peers\.md (§\d+)/g, 'docs/facts/peers.md'),
    ...found(/docs\/facts\/platform\.md ([A-G]\d?\b(?:(?:, |–| and )[A-G]\d?\b)*)/g, 'docs/facts/platform.md'),
    ...found(/docs\/contract\.md, clauses? (\d+(?:(?:, | and | to )\d+)*)/g, 'docs/contract.md'),
    ...found(/\b[Pp]lan (\d(?:\.\d)?\b(?:(?:, | and )\d(?:\.\d)?\b(?! [a-z]+ (?:old|ago)))*)/g, 'docs/plan.md'),
  ];
}

describe('every section that is cited is there', () => {
  const cited = new Map(FILES.map((path) => [path, citationsIn(textOf(path))] as const));

  test.for([...cited].filter(([, citations]) => citations.length > 0))('in %s', ([, citations]) => {
    expect(citations.filter(([document, section]) => !NUMBERS[document].has(section))).toEqual([]);
  });

  test('so that a section which is missing is found, also where a comment breaks the line', () => {
    expect(citationsIn('(docs/facts/atlas.md §8, §44; see docs/contract.md,\n * clauses 7 and 9)')).toEqual([
      ['docs/facts/atlas.md', '8'],
      ['docs/facts/atlas.md', '44'],
      ['docs/contract.md', '7'],
      ['docs/contract.md', '9'],
    ]);
    expect(NUMBERS['docs/facts/atlas.md'].has('44')).toBe(false);
    expect(citationsIn('docs/facts/platform.md A5 and plan 2.1')).toEqual([
      ['docs/facts/platform.md', 'A5'],
      ['docs/plan.md', '2.1'],
    ]);
  });
});

test('every document that is named, with or without a section, is there', () => {
  const missing = FILES.flatMap((path) =>
    [...textOf(path).matchAll(/\bdocs\/[\w./-]+\.md\b/g)]
      .map(([name]) => name)
      .filter((name) => !existsSync(join(ROOT, name)) && !isMadeByReader(path, name)),
  );
  expect(missing).toEqual([]);
});

describe('nothing cites a paper that the project does not have', () => {
  // What lists itself as skipped where its folder is missing may name it.
  const MAY_NAME_SHARED = ['test/support/services.ts', 'test/support/absence.ts'];

  test.for([
    ['a folder beside the project', /\.\.\/shared/, MAY_NAME_SHARED],
    ['an issue by its number', /\bissue \d/i, []],
    ['fact sheets', /fact sheet|atlas-api|alerting-and-platform|peers-delivery|seen-20\d\d/, []],
    ['the contract or the architecture without its path', /[(;,] ?(?:contract|architecture), (?:clause|claims|rule|addresses)/, []],
  ] as const)('%s', ([, pattern, allowed]) => {
    const guilty = FILES.filter((path) => !allowed.some((one) => one === path) && pattern.test(textOf(path)));
    expect(guilty).toEqual([]);
  });
});
