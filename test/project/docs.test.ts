import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CLUSTER_DEFAULTS } from '../../lib/config/policy/defaults.ts';
import { type Config, defineConfig } from '../../lib/config/policy/define-config.ts';
import { settingsTable, VARIABLE_NAMES } from '../../lib/config/environment/variables.ts';
import { CHANNEL_IDS, CHANNELS } from '../../lib/deliver/channels/registry.ts';
import { commandsPage } from '../../scripts/docs/commands.ts';
import { environmentExample } from '../../scripts/docs/env-example.ts';
import { documentWith, type Section, sectionOf, withSection } from '../../scripts/docs/section.ts';
import { CLUSTER_ROWS, GENERAL_ROWS } from '../../scripts/docs/policy-rows.ts';
import { policyTable, promisesTable } from '../../scripts/docs/tables.ts';

const ROOT = join(import.meta.dirname, '../..');
const HOW = 'it differs from the code: run `npm run docs`';

/** The text of the section, in whichever document has its markers. */
function written(section: Section): string {
  return sectionOf(readFileSync(documentWith(ROOT, section), 'utf8'), section);
}

/** `{ a: { b: value } }` of "a.b". */
function nested(path: string, value: unknown): Record<string, unknown> {
  const [head = '', ...rest] = path.split('.');
  return { [head]: rest.length === 0 ? value : nested(rest.join('.'), value) };
}

function leavesOf(value: unknown): number {
  const isBranch = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isBranch ? Object.values(value).reduce((count: number, one) => count + leavesOf(one), 0) : 1;
}

describe('the generated tables', () => {
  test('list every check with its promise, in README', () => {
    expect(documentWith(ROOT, 'promises')).toBe(join(ROOT, 'README.md'));
    expect(written('promises'), HOW).toBe(promisesTable());
  });

  test('list every variable of the environment as the parser knows it', () => {
    expect(written('settings'), HOW).toBe(settingsTable());
  });

  test('list the policy with its defaults', () => {
    expect(written('policy'), HOW).toBe(policyTable());
  });

  test('leave no promise for a cluster out', () => {
    // A class of retention is assigned under `retention.assign`, which is a setting of the whole installation.
    const { exempt: _exempt, severity: _severity, retention: _retention, ...promises } = CLUSTER_DEFAULTS;
    expect(CLUSTER_ROWS).toHaveLength(leavesOf(promises));
  });

  test.for([...CLUSTER_ROWS, ...GENERAL_ROWS])(
    'name $path as restorewatch.config.ts takes it, with a default that it takes',
    ({ path, standard }) => {
      // What a row says has to be a configuration; defineConfig throws where it is none.
      const config = nested(path, standard) as Config;
      expect(defineConfig(config)).toBe(config);
    },
  );

  test('hold measured figures for every size, and no bound that is broken', () => {
    expect(written('bench')).toMatch(/100 clusters.*1,000 clusters.*6,250 clusters/);
    const broken = written('bench')
      .split('\n')
      .filter((line) => line.includes('**broken**'))
      .map((line) => line.split(' | ')[0]);
    expect(broken).toEqual([]);
  });
});

describe('.env.example', () => {
  const text = readFileSync(join(ROOT, '.env.example'), 'utf8');

  test('is as `npm run docs` writes it', () => expect(text, HOW).toBe(environmentExample()));

  test('has every variable once, and sets none of them', () => {
    const names = [...text.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);
    expect(names.toSorted()).toEqual(VARIABLE_NAMES.toSorted());
    expect(Object.values(parseEnv(text)).join('')).toBe('');
  });
});

test('docs/commands.md is as `npm run docs` writes it', () => {
  expect(readFileSync(join(ROOT, 'docs', 'commands.md'), 'utf8'), HOW).toBe(commandsPage());
});

describe('a generated section', () => {
  test('is replaced, and the same text put in twice changes nothing', () => {
    const once = withSection('a\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nb', 'bench', 'new');
    expect(once).toBe('a\n<!-- bench:begin -->\n\nnew\n\n<!-- bench:end -->\nb');
    expect(withSection(once, 'bench', 'new')).toBe(once);
  });

  test('that stands there twice is an error, since only one of them would be written', () => {
    const once = 'a\n<!-- policy:begin -->\nold\n<!-- policy:end -->\n';
    expect(() => sectionOf(`${once}<!-- policy:end -->\n`, 'policy')).toThrow('the document has "<!-- policy:begin -->" or its end twice');
  });

  test('that is missing is an error that names the markers', () => {
    expect(() => sectionOf('nothing', 'policy')).toThrow(
      'the document lacks the markers "<!-- policy:begin -->" and "<!-- policy:end -->"',
    );
  });
});

test.for(CHANNEL_IDS)('the table of settings has the variables of the channel %s', (channel) => {
  for (const name of Object.keys(CHANNELS[channel].variables)) expect(written('settings')).toContain(`\`${name}\``);
});
