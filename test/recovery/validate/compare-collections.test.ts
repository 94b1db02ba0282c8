import { describe, expect, test } from 'vitest';
import {
  documentsLine,
  indexLines,
  missingLine,
  optionsLine,
  presentLine,
  countingOf,
  countRange,
  type Expectation,
  expectationsOf,
} from '../../../lib/recovery/validate/compare-collections.ts';
import { collection, manifest } from './deployment.ts';

const ID = '{"key":{"_id":1},"name":"_id_"}';
const AT = '{"key":{"at":1},"name":"at_1"}';
const AT_UNIQUE = '{"key":{"at":1},"name":"at_1","unique":true}';
const TTL = '{"expireAfterSeconds":60,"key":{"at":1},"name":"ttl"}';

function sure(...counts: readonly [number, ...number[]]): Expectation {
  const [first, ...others] = counts.map((documents) => collection('shop.orders', { documents }));
  return { seen: [first ?? collection('shop.orders'), ...others], sure: true };
}

function withIndexes(before: readonly string[], after: readonly string[]): Expectation {
  return { seen: [collection('shop.orders', { indexes: before }), collection('shop.orders', { indexes: after })], sure: true };
}

describe('the expectation from two manifests', () => {
  test('is certain for a namespace that both name, and not for one that a single manifest names', () => {
    const expected = expectationsOf(
      manifest(collection('a.both'), collection('a.dropped')),
      manifest(collection('a.both'), collection('a.created')),
    );
    expect([...expected].map(([name, { sure: isSure }]) => [name, isSure])).toEqual([
      ['a.both', true],
      ['a.dropped', false],
      ['a.created', false],
    ]);
  });

  test('is never certain from one manifest alone', () => {
    expect([...expectationsOf(manifest(collection('a.b')), null).values()].map(({ sure: isSure }) => isSure)).toEqual([false]);
    expect([...expectationsOf(null, manifest(collection('a.b'))).values()].map(({ sure: isSure }) => isSure)).toEqual([false]);
  });
});

describe('the number of documents', () => {
  test.for([
    { counts: [100, 100], tolerance: 0, range: [100, 100] },
    { counts: [100, 100], tolerance: 0.05, range: [95, 105] },
    { counts: [300, 100], tolerance: 0.05, range: [95, 315] },
    // 0.29 × 100 is a little less than 29 in floating point.
    { counts: [100, 100], tolerance: 0.29, range: [71, 129] },
    // Less than one document of tolerance is none.
    { counts: [19, 19], tolerance: 0.05, range: [19, 19] },
    { counts: [20, 20], tolerance: 0.05, range: [19, 21] },
    { counts: [0, 0], tolerance: 0.05, range: [0, 0] },
    { counts: [0, 40], tolerance: 1, range: [0, 80] },
  ] as const)('may be $range.0 to $range.1 where the source had $counts, at a tolerance of $tolerance', ({ counts, tolerance, range }) => {
    expect(countRange(sure(counts[0], counts[1]), tolerance)).toEqual({ least: range[0], most: range[1] });
  });

  test.for([
    { found: 94, verdict: 'failed' },
    { found: 95, verdict: 'passed' },
    { found: 315, verdict: 'passed' },
    { found: 316, verdict: 'failed' },
  ] as const)('of $found has $verdict where 95 to 315 may be there', ({ found, verdict }) => {
    const lines = documentsLine('shop.orders', { documents: found, by: 'counting' }, sure(100, 300), 0.05);
    expect(lines).toEqual([
      {
        what: 'documents',
        namespace: 'shop.orders',
        verdict,
        expected: '95 to 315 documents (the source had 100 and 300; tolerance 5 %)',
        found: `${found} documents, counted one by one`,
      },
    ]);
  });

  test('too few are only noted where a TTL index goes on deleting after the restore; too many still fail', () => {
    const expectation = withIndexes([ID, TTL], [ID, TTL]);
    const [few] = documentsLine('shop.orders', { documents: 0, by: 'counting' }, expectation, 0);
    // So that a record that passed names them under "not verified".
    expect([few?.what, few?.verdict]).toEqual(['not-covered', 'noted']);
    expect(documentsLine('shop.orders', { documents: 101, by: 'counting' }, expectation, 0)[0]?.verdict).toBe('failed');
  });

  test.for([
    { most: 100_000, by: 'counting' },
    { most: 100_001, by: 'metadata' },
  ])('is found by $by where the source had up to $most', ({ most, by }) => {
    expect(countingOf(sure(1, most))).toBe(by);
  });

  test('is found by metadata where nothing is certain', () => {
    expect(countingOf(null)).toBe('metadata');
  });

  test('is not compared for a view or a time series', () => {
    const view: Expectation = { seen: [collection('shop.open', { type: 'view', documents: null })], sure: true };
    expect(documentsLine('shop.open', { documents: 3, by: 'metadata' }, view, 0)).toEqual([]);
  });
});

describe('restored indexes', () => {
  test.for([
    { what: 'all there', before: [ID, AT], after: [ID, AT], found: [ID, AT], verdicts: ['passed'], words: 'all of them' },
    { what: 'one lost', before: [ID, AT], after: [ID, AT], found: [ID], verdicts: ['failed'], words: 'without at_1' },
    {
      what: 'no longer unique',
      before: [ID, AT_UNIQUE],
      after: [ID, AT_UNIQUE],
      found: [ID, AT],
      verdicts: ['failed', 'noted'],
      words: 'at_1 as it was',
    },
    {
      what: 'created between the manifests and there',
      before: [ID],
      after: [ID, AT],
      found: [ID, AT],
      verdicts: ['passed'],
      words: 'all of them',
    },
    {
      what: 'created between the manifests and not there',
      before: [ID],
      after: [ID, AT],
      found: [ID],
      verdicts: ['passed'],
      words: 'all of them',
    },
    { what: 'one more', before: [ID], after: [ID], found: [ID, AT], verdicts: ['passed', 'noted'], words: 'all of them' },
    { what: 'none at all', before: [ID], after: [ID], found: [], verdicts: ['failed'], words: 'without _id_' },
  ])('$what: $verdicts', ({ before, after, found, verdicts, words }) => {
    const lines = indexLines(collection('shop.orders', { indexes: found }), withIndexes(before, after));
    expect(lines.map(({ verdict }) => verdict)).toEqual(verdicts);
    expect(lines[0]?.found).toContain(words);
  });
});

describe('a restored namespace', () => {
  const both = sure(1, 1);
  const one: Expectation = { seen: [collection('shop.orders')], sure: false };

  test('fails where it is missing and both manifests name it, and is noted where one does', () => {
    expect(missingLine('shop.orders', both)).toMatchObject({ verdict: 'failed', found: 'nothing: it is missing' });
    expect(missingLine('shop.orders', one)).toMatchObject({ verdict: 'noted' });
  });

  test.for([
    { found: 'collection', expectation: both, compared: true, verdict: 'passed' },
    { found: 'view', expectation: both, compared: true, verdict: 'failed' },
    { found: 'collection', expectation: one, compared: true, verdict: 'noted' },
    { found: 'collection', expectation: undefined, compared: true, verdict: 'noted' },
    { found: 'collection', expectation: undefined, compared: false, verdict: 'noted' },
  ] as const)('found as a $found: $verdict', ({ found, expectation, compared, verdict }) => {
    expect(presentLine({ namespace: 'shop.orders', type: found, options: '{}' }, expectation, compared).verdict).toBe(verdict);
  });

  test('may have the options of either side of the recovery point, and no others', () => {
    const changed: Expectation = { seen: [collection('shop.log', { options: '{"capped":true}' }), collection('shop.log')], sure: true };
    const verdictOf = (options: string): string => optionsLine({ namespace: 'shop.log', type: 'collection', options }, changed).verdict;
    expect([verdictOf('{"capped":true}'), verdictOf('{}'), verdictOf('{"capped":true,"size":1}')]).toEqual(['passed', 'passed', 'failed']);
  });
});
