import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VARIABLE_NAMES } from '../../../lib/config/environment/variables.ts';
import { CALLED, COMMAND_NAMES } from '../../support/command-names.ts';
import { filesNamed, ROOT, textOf } from '../documents.ts';

/** What people copy. The documents beside them are held by test/project/links.test.ts. */
const FILES = filesNamed('docs/deployment').filter((path) => !path.endsWith('.md'));
const DOCUMENTS = filesNamed('docs/deployment.md', 'docs/operations.md', 'docs/deployment/*.md');
const { scripts } = JSON.parse(textOf('package.json'));

/** Names in capitals that are no settings of ours: of systemd, of other programs, of what a script takes as its arguments, of addresses and signals. */
const OTHERS = [
  'NODE_ENV',
  'NEXT_TELEMETRY_DISABLED',
  'RESTOREWATCH_URL',
  'ORG_ID',
  'PROJECT_ID',
  'ORG_READ_ONLY',
  'ORG_MEMBER',
  'GROUP_READ_ONLY',
];

function found(pattern: RegExp): readonly (readonly [string, string])[] {
  return FILES.flatMap((path) => [...textOf(path).matchAll(pattern)].map(([, name = '']) => [path, name] as const));
}

describe('what the files for a deployment name is there', () => {
  test('and there are such files', () => expect(FILES.length).toBeGreaterThan(10));

  test.for(found(/(\/api\/[a-z-]+(?:\/[a-z-]+)?)/g).filter(([, path]) => path !== '/api/cron'))('%s names the address %s', ([, path]) => {
    expect(existsSync(join(ROOT, 'app', path))).toBe(true);
  });

  test.for(found(/\bnpm run ([\w:-]+)/g))('%s names npm run %s', ([, script]) => expect(Object.keys(scripts)).toContain(script));

  test.for(found(new RegExp(`(${CALLED.source})`, 'g')))('%s names the command %s', ([, words]) => expect(COMMAND_NAMES).toContain(words));

  test.for(found(/(?:^|[\s"'`:]|\/opt\/restorewatch\/|\/app\/)((?:docs|scripts|test|lib)\/[\w./-]*\w)/gm))(
    '%s names the path %s',
    ([, path]) => {
      expect(existsSync(join(ROOT, path))).toBe(true);
    },
  );

  test.for(found(/(?<![\w${-])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g).filter(([, name]) => !OTHERS.includes(name) && !name.startsWith('AF_')))(
    '%s names the setting %s',
    ([, name]) => expect(VARIABLE_NAMES).toContain(name),
  );
});

test.for(FILES)('a document leads to %s', (path) => {
  const within = path.replace('docs/', '');
  const links = DOCUMENTS.flatMap((document) => [...textOf(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link));
  // A script of the units, which the unit names.
  if (path.endsWith('call-cron.sh')) return;
  expect(links.some((link) => within.endsWith(link))).toBe(true);
});
