import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorsOf, filesNamed, isMadeByReader, ROOT, textOf } from './documents.ts';
import { CALLED, COMMAND_NAMES } from '../support/command-names.ts';

const DOCUMENTS = filesNamed('*.md');
/** What people read; what programs write apart. */
const WRITTEN_BY_HAND = DOCUMENTS.filter((path) => !path.startsWith('docs/runbooks/') && path !== 'docs/score.md');

/** Where the links and pictures of a document lead, those to other hosts apart. */
function linksOf(path: string): readonly string[] {
  const prose = textOf(path)
    .replaceAll(/^```.*?^```/gms, '')
    .replaceAll(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(([, link, source]) => link ?? source ?? '');
  return links.filter((link) => !/^(?:https?:|mailto:)/.test(link));
}

/** Why a link leads nowhere; null: it does lead somewhere. */
function whyBroken(from: string, link: string): string | null {
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? from : normalize(join(dirname(from), file));
  if (path.startsWith('..') || !existsSync(join(ROOT, path))) return `${link}: there is no file ${path}`;
  return anchor === undefined || anchorsOf(textOf(path)).has(anchor) ? null : `${link}: ${path} has no heading for #${anchor}`;
}

describe('every link leads to a file and a heading that exist', () => {
  test.for(DOCUMENTS)('in %s', (path) => {
    expect(linksOf(path).flatMap((link) => whyBroken(path, link) ?? [])).toEqual([]);
  });

  test('so that a heading that is missing, and a file outside the project, are found', () => {
    expect(whyBroken('docs/plan.md', 'contract.md#addresses')).toBeNull();
    expect(whyBroken('docs/plan.md', 'contract.md#clause-99')).toBe(
      'contract.md#clause-99: docs/contract.md has no heading for #clause-99',
    );
    expect(whyBroken('README.md', '../other/file.md')).toBe('../other/file.md: there is no file ../other/file.md');
  });
});

describe('every document is reachable from README by links', () => {
  const reached = new Set<string>();
  const follow = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const link of linksOf(path)) {
      const target = normalize(join(dirname(path), link.split('#')[0] ?? ''));
      if (target.endsWith('.md') && DOCUMENTS.includes(target)) follow(target);
    }
  };
  follow('README.md');

  test.for(DOCUMENTS)('%s', (path) => {
    expect([...reached]).toContain(path);
  });
});

/** The text that speaks of today: of the changelog, the part above the last release. */
function presentText(path: string): string {
  const text = textOf(path);
  return path === 'CHANGELOG.md' ? text.slice(0, text.search(/^## \d/m)) : text;
}

function namedIn(pattern: RegExp): readonly (readonly [string, string])[] {
  return WRITTEN_BY_HAND.flatMap((path) =>
    [...new Set([...presentText(path).matchAll(pattern)].map(([, name = '']) => name))].map((name) => [path, name] as const),
  );
}

describe('what the documents name is there', () => {
  const { scripts } = JSON.parse(textOf('package.json'));

  test.for(namedIn(/npm run ([\w:-]+)/g))('%s names npm run %s', ([, script]) => {
    expect(Object.keys(scripts)).toContain(script);
  });

  test.for(namedIn(new RegExp(`(${CALLED.source})`, 'g')))('%s names the command restorewatch %s', ([, words]) => {
    expect(COMMAND_NAMES).toContain(words);
  });

  test.for(namedIn(/(\/api\/(?!atlas|oauth)[a-z-]+(?:\/[a-z-]+|\.json)?)/g))('%s names the address %s', ([, path]) => {
    expect(existsSync(join(ROOT, 'app', path))).toBe(true);
  });

  test.for(namedIn(/`((?:lib|test|scripts|app|docs|\.ci)\/[\w./-]+)`/g))('%s names the path %s', ([document, path]) => {
    expect(existsSync(join(ROOT, path)) || isMadeByReader(document, path)).toBe(true);
  });
});

test('README has at most 10 KB, so that it is read to its end', () => {
  expect(Buffer.byteLength(textOf('README.md'))).toBeLessThanOrEqual(10_240);
});
