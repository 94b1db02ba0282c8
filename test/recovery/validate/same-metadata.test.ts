import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { indexLines } from '../../../lib/recovery/validate/compare-collections.ts';
import { optionsText } from '../../../lib/recovery/validate/read/canonical.ts';
import { sameIndex, sameOptions } from '../../../lib/recovery/validate/same-metadata.ts';
import { collection } from './deployment.ts';

const OLD = '{"key":{"a":1},"name":"a_1","safe":null,"w":1}';
const NEW = '{"key":{"a":1},"name":"a_1"}';

describe('an index of the source and a restored one', () => {
  test.for([
    ['without options that no server knows', OLD, NEW, true],
    ['with options that the source does not have', NEW, OLD, false],
    ['with another value of an unknown option', OLD, OLD.replace('"w":1', '"w":2'), false],
    ['without an option that servers know', '{"key":{"a":1},"name":"a_1","unique":true}', NEW, false],
    ['with another order of fields', '{"key":{"b":1,"7":1},"name":"x"}', '{"key":{"7":1,"b":1},"name":"x"}', false],
  ] as const)('%s', ([, expected, found, same]) => {
    expect(sameIndex(expected, found)).toBe(same);
  });

  test('are the same without what old drivers sent, and what was left out is noted', () => {
    const restored = collection('shop.orders', { indexes: [NEW] });
    const lines = indexLines(restored, { seen: [collection('shop.orders', { indexes: [OLD] })], sure: true });
    expect(lines).toEqual([
      expect.objectContaining({ verdict: 'passed', found: 'all of them' }),
      expect.objectContaining({ verdict: 'noted', expected: 'safe of a_1, w of a_1', found: 'left out: options that no server knows' }),
    ]);
  });
});

describe('options of a manifest that version 0.2.0 kept, without the kinds of numbers,', () => {
  const found = optionsText(BSON.serialize({ validator: { a: { $gt: BSON.Long.fromNumber(5) }, at: { $lt: new Date(1000) } } }));

  test.for([
    ['are the same by value', '{"validator":{"a":{"$gt":5},"at":{"$lt":{"$date":"1970-01-01T00:00:01Z"}}}}', true],
    ['are others by another value', '{"validator":{"a":{"$gt":6},"at":{"$lt":{"$date":"1970-01-01T00:00:01Z"}}}}', false],
    ['are others by another operator', '{"validator":{"a":{"$gte":5},"at":{"$lt":{"$date":"1970-01-01T00:00:01Z"}}}}', false],
  ] as const)('%s', ([, kept, same]) => {
    expect(sameOptions(kept, found)).toBe(same);
  });

  test('and those of today are told apart by the kind of number', () => {
    const [int, long] = [new BSON.Int32(5), BSON.Long.fromNumber(5)].map((value) =>
      optionsText(BSON.serialize({ validator: { a: value } })),
    );
    expect(sameOptions(int ?? '', long ?? '')).toBe(false);
  });
});

test('options with a document that Extended JSON cannot hold are the same as that very text, and as no other', () => {
  const [one, other] = ['x', 'y'].map((id) =>
    optionsText(BSON.serialize({ pipeline: [{ $match: { a: { $oid: id } } }], viewOn: 'orders' })),
  );
  expect([sameOptions(one ?? '', one ?? ''), sameOptions(one ?? '', other ?? '')]).toEqual([true, false]);
});
