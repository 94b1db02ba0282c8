import { describe, expect, test } from 'vitest';
import {
  checksumOf,
  compareDocuments,
  expectedChecksums,
  plantedDocument,
} from '../../../../lib/recovery/drills/sandbox/planted-documents.ts';

const AT = Date.UTC(2026, 10, 22, 12);
const BATCHES = [
  { first: 0, count: 3, at: AT },
  { first: 3, count: 2, at: AT + 5_000 },
];
const expected = expectedChecksums('d', BATCHES);
const whole = new Map([...expected].map(([id, { checksum }]) => [id, checksum]));

describe('planted documents', () => {
  test('are the same for the same number and drill, and differ for another drill', () => {
    expect(checksumOf(plantedDocument('d', 4, AT))).toBe(checksumOf(plantedDocument('d', 4, AT)));
    expect(checksumOf(plantedDocument('d', 4, AT))).not.toBe(checksumOf(plantedDocument('e', 4, AT)));
    expect(checksumOf(plantedDocument('d', 4, AT))).not.toBe(checksumOf(plantedDocument('d', 4, AT + 1)));
  });

  test('that are all there pass', () => {
    const compared = compareDocuments(expected, whole, 'x.documents');
    expect(compared).toMatchObject({ differences: 0, newest: AT + 5_000 });
    expect(compared.lines.map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
  });

  test.for([
    ['one missing', new Map([...whole].slice(1)), 1, ['failed', 'failed'], '1 missing (number 0)'],
    ['one changed', new Map([...whole, ['d/1', 'other'] as const]), 1, ['passed', 'failed'], '1 changed (number 1)'],
    ['one that nobody planted', new Map([...whole, ['d/9', 'other'] as const]), 1, ['failed', 'passed'], '1 not planted (number 9)'],
    ['nothing', new Map<string, string>(), 5, ['failed', 'failed'], '5 missing (number 0, 1, 2 …)'],
  ] as const)('%s', ([, found, differences, verdicts, words]) => {
    const compared = compareDocuments(expected, found, 'x.documents');
    expect(compared.differences).toBe(differences);
    expect(compared.lines.map(({ verdict }) => verdict)).toEqual(verdicts);
    expect(compared.lines.map((line) => line.found).join('; ')).toContain(words);
  });

  test('take the newest time from documents that are as they were planted', () => {
    const first = new Map([...whole].slice(0, 3));
    expect(compareDocuments(expected, first, 'x.documents').newest).toBe(AT);
    expect(compareDocuments(expected, new Map(), 'x.documents').newest).toBeNull();
  });
});
