import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckDefinition } from '../../lib/domain/check/check-definition.ts';
import { CHECK_IDS, CHECKS } from '../../lib/evaluate/checks/registry.ts';

const LIB = join(import.meta.dirname, '../../lib');
const FOLDER = join(LIB, 'evaluate/checks');
const FILES = readdirSync(FOLDER).filter((name) => name !== 'registry.ts');

describe('the registry of checks', () => {
  test('has each check of the folder once, under the name of its file', () => {
    expect(FILES.toSorted()).toEqual(CHECK_IDS.map((id) => `${id}.ts`).toSorted());
  });

  test('has an id that two checks share nowhere', () => expect(new Set(CHECK_IDS).size).toBe(CHECK_IDS.length));

  test.for(FILES)('%s has at most 150 lines, with its runbook', (name) => {
    expect(readFileSync(join(FOLDER, name), 'utf8').split('\n').length - 1).toBeLessThanOrEqual(150);
  });

  test.for<CheckDefinition>([...CHECKS])('$id has a promise that fits a row of README', ({ promise, severityInWords = 'x' }) => {
    expect(promise).toMatch(/^[^|\n]{10,}[^.|\n]$/);
    expect(severityInWords).toMatch(/^[^|\n]+$/);
  });

  test('has every check that a file elsewhere in lib makes findings of', () => {
    const texts = readdirSync(LIB, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(join(LIB, path), 'utf8'));
    const named = texts.flatMap((text) => [...text.matchAll(/^const check = '([^']+)';$/gm)].map(([, id]) => id));
    expect(named.length).toBeGreaterThan(CHECKS.length / 2);
    expect(named.filter((id) => !CHECK_IDS.some((known) => known === id))).toEqual([]);
  });
});

/** Where a word that is also a check's id means something else, or where the check itself is at work. */
const OTHERWISE_MEANT = [
  'config/policy/defaults.ts: contacts', // The last rung of an escalation ladder, and the setting that names who is on it.
  'config/policy/policy-schema.ts: contacts',
  'config/policy/define-config.ts: contacts', // The same setting, whose names do not enter the log.
  'config/policy/retention-schema.ts: retention', // A key of the configuration.
  'domain/policy/policy.ts: contacts',
  'route/escalation.ts: contacts',
  'domain/incidents/recorded-checklist.ts: contacts', // A line of the checklist (docs/contract.md, clause 12).
  'domain/incidents/recorded-checklist.ts: access-logging',
  'render/checklist/items.ts: access-logging',
  'domain/evidence/rpo-shares.ts: rpo', // The verdicts of the check as the log has them, which the report counts.
  'record/evidence/evidence-csv.ts: rpo', // The kind of a row.
  'people/erasures/erasure-log.ts: drill', // Kinds of records of the log.
  'people/erasures/erasure-log.ts: restore-test',
  'domain/check/blindness.ts: visibility', // Part of the check, which takes its id from here: `domain` may import nothing.
  'domain/incidents/channel-address.ts: monitor', // An address is what one incident of the check is about. The check takes its id from here.
  'domain/recovery/log-record.ts: restore-test', // Kinds of records of the log.
  'domain/recovery/log-record.ts: drill',
  'domain/recovery/log-record.ts: integrity',
  'recovery/drills/drill-report.ts: drill', // The title of a report whose scenario is not known.
  'recovery/drills/runner/advance-drills.ts: drill', // The runner's name.
  'recovery/findings/drill-findings.ts: drill', // The label of a line of evidence.
  'recovery/drills/runner/daily-drills.ts: drill', // The cron's name.
  'recovery/findings/restore-test-findings.ts: rpo', // A measured span of a restore test.
  'recovery/restore-tests/runner/daily-tests.ts: restore-test', // The cron's name.
  'collect/recovery/atlas-recovery-client.ts: credentials', // A field of its options.
  'recovery/validate/read/connect.ts: credentials', // Part of a MongoDB connection string.
];

/** Comments, unions of literals, fields of types (`Policy['rpo']`) and the kinds of records and banners name no check. */
const NO_CHECK = /\/\*[^]*?\*\/|\/\/.*|'[^']*'(?: \| '[^']*')+|\b[A-Z]\w*\['[^']*'\]|\bkind(?::| [!=]==) '[^']*'/g;

test('no file of lib outside lib/evaluate/checks names a check: it takes the id, or a property, of its definition', () => {
  const literal = new RegExp(`'(${CHECK_IDS.join('|')})'`, 'g');
  const naming = readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('evaluate/checks/'))
    .flatMap((path) => {
      const source = readFileSync(join(LIB, path), 'utf8').replaceAll(NO_CHECK, '');
      return [...source.matchAll(literal)].map(([, id]) => `${path}: ${id}`);
    });
  expect([...new Set(naming)].toSorted()).toEqual(OTHERWISE_MEANT.toSorted());
});
