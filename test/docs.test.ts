import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CLUSTER_DEFAULTS } from '../lib/config/defaults.ts';
import { type Config, defineConfig } from '../lib/config/policy.ts';
import { settingsTable } from '../lib/config/variables.ts';
import { CHANNEL_IDS, CHECK_IDS } from '../lib/domain/policy.ts';
import { CLUSTER_ROWS, GENERAL_ROWS, policyTable } from '../scripts/docs/policy-table.ts';
import { sectionOf, withSection } from '../scripts/docs/section.ts';

const ROOT = join(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const HOW = 'README.md differs from the code: run `npm run docs`';

/** `{ a: { b: value } }` of "a.b". */
function nested(path: string, value: unknown): Record<string, unknown> {
  const [head = '', ...rest] = path.split('.');
  return { [head]: rest.length === 0 ? value : nested(rest.join('.'), value) };
}

function leavesOf(value: unknown): number {
  const isBranch = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isBranch ? Object.values(value).reduce((count: number, one) => count + leavesOf(one), 0) : 1;
}

function found(pattern: RegExp): readonly string[] {
  return [...new Set([...README.matchAll(pattern)].map(([, name = '']) => name))];
}

describe('the tables of README', () => {
  test('list every variable of the environment as the parser knows it', () => {
    expect(sectionOf(README, 'settings'), HOW).toBe(settingsTable());
  });

  test('list the policy with its defaults', () => {
    expect(sectionOf(README, 'policy'), HOW).toBe(policyTable());
  });

  test('leave no promise for a cluster out', () => {
    const { exempt: _exempt, severity: _severity, ...promises } = CLUSTER_DEFAULTS;
    expect(CLUSTER_ROWS).toHaveLength(leavesOf(promises));
  });

  test.for([...CLUSTER_ROWS, ...GENERAL_ROWS])(
    'name $path as restorable.config.ts takes it, with a default that it takes',
    ({ path, standard }) => {
      // What a row says has to be a configuration; defineConfig throws where it is none.
      const config = nested(path, standard) as Config;
      expect(defineConfig(config)).toBe(config);
    },
  );

  test('hold measured figures for every size', () => {
    expect(sectionOf(README, 'bench')).toMatch(/100 clusters.*1,000 clusters.*6,250 clusters/);
    expect(sectionOf(README, 'bench'), 'a bound is broken').not.toContain('broken');
  });
});

describe('a section of README', () => {
  test('is replaced, and the same text put in twice changes nothing', () => {
    const once = withSection('a\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nb', 'bench', 'new');
    expect(once).toBe('a\n<!-- bench:begin -->\n\nnew\n\n<!-- bench:end -->\nb');
    expect(withSection(once, 'bench', 'new')).toBe(once);
  });

  test('that is missing is complained of with the markers it needs', () => {
    expect(() => sectionOf('nothing', 'policy')).toThrow('README.md lacks the markers "<!-- policy:begin -->" and "<!-- policy:end -->"');
  });
});

describe('what README names is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

  test.for(found(/npm run ([\w-]+)/g))('npm run %s', (script) => {
    expect(Object.keys(scripts)).toContain(script);
  });

  test.for(found(/(\/api\/[a-z-]+(?:\/[a-z-]+)?)/g))('%s', (path) => {
    expect(existsSync(join(ROOT, 'app', path))).toBe(true);
  });

  test.for(found(/`((?:lib|test|scripts|\.ci)\/[\w./-]+)`/g))('%s', (path) => {
    expect(existsSync(join(ROOT, path))).toBe(true);
  });

  test.for(found(/\]\((?!http|#)([^)]+)\)/g))('the link to %s', (path) => {
    expect(existsSync(join(ROOT, path))).toBe(true);
  });

  test.for(found(/\]\(#([^)]+)\)/g))('the heading #%s', (anchor) => {
    expect(found(/^#+ (.+)$/gm).map((heading) => heading.toLowerCase().replaceAll(' ', '-'))).toContain(anchor);
  });
});

test.for(CHECK_IDS)('README says what the check %s watches', (check) => {
  expect(README.includes(`\`${check}\``)).toBe(true);
});

test.for(CHANNEL_IDS)('README names the channel %s', (channel) => {
  expect(README.toLowerCase().includes(channel)).toBe(true);
});
