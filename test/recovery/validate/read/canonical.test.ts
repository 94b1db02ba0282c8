import { BSON, Decimal128, type Document, Double, Int32, Long, ObjectId } from 'mongodb';
import { describe, expect, test } from 'vitest';
import {
  ejsonText,
  expires,
  fromConfig,
  indexLeads,
  indexName,
  indexText,
  optionsText,
} from '../../../../lib/recovery/validate/read/canonical.ts';

const index = (document: Document): string => indexText(BSON.serialize(document));
const options = (document: Document): string => optionsText(BSON.serialize(document));

describe('canonical text', () => {
  test('leaves out what servers set, and sorts the rest but not the key of an index', () => {
    expect(index({ v: 2, name: 'x', key: { b: 1, a: -1 }, ns: 'shop.orders', storageEngine: {}, unique: true })).toBe(
      '{"key":{"b":1,"a":-1},"name":"x","unique":true}',
    );
  });

  test('keeps the order of an index’s fields where their names are numbers', () => {
    const text = index({
      key: new Map([
        ['b', 1],
        ['7', 1],
      ]),
      name: 'b_1_7_1',
    });
    expect(text).toBe('{"key":{"b":1,"7":1},"name":"b_1_7_1"}');
    expect(indexLeads(text)).toBe('b');
  });

  test.for([
    { what: 'the order of the key', one: { key: { a: 1, b: 1 } }, other: { key: { b: 1, a: 1 } }, same: false },
    { what: 'the kind of number', one: { key: { a: 1 } }, other: { key: { a: Long.fromNumber(1) } }, same: true },
    {
      what: 'the version of the collation',
      one: { collation: { locale: 'de', version: '57.1' } },
      other: { collation: { locale: 'de', version: '153' } },
      same: true,
    },
    { what: 'the collation', one: { collation: { locale: 'de' } }, other: { collation: { locale: 'en' } }, same: false },
    { what: 'the simple collation and none', one: { collation: { locale: 'simple' } }, other: {}, same: true },
    {
      what: 'a number in a partial filter that is kept as written',
      one: { partialFilterExpression: { a: { $gt: new Int32(1) } } },
      other: { partialFilterExpression: { a: { $gt: new Double(1) } } },
      same: false,
    },
  ])('tells indexes apart by $what: $same', ({ one, other, same }) => {
    expect(index(one) === index(other)).toBe(same);
  });

  test.for([
    { what: 'the order of options', one: { size: 1, capped: true }, other: { capped: true, size: 1 }, same: true },
    { what: 'the kind of number that servers convert', one: { size: new Int32(1) }, other: { size: new Double(1) }, same: true },
    { what: 'the size', one: { size: new Int32(4096) }, other: { size: new Double(4096.5) }, same: false },
    { what: 'what no collection is created with any more', one: { autoIndexId: true, create: 'orders' }, other: {}, same: true },
    { what: 'stages of a view', one: { pipeline: [{ $match: { a: 1 } }] }, other: { pipeline: [{ $match: { a: 2 } }] }, same: false },
    {
      what: 'a number in a view that is kept as written',
      one: { pipeline: [{ $match: { a: new Int32(1) } }] },
      other: { pipeline: [{ $match: { a: Long.fromNumber(1) } }] },
      same: false,
    },
    {
      what: 'an operator $regex and a regular expression',
      one: { validator: { a: { $regex: '^a', $ne: 'abc' } } },
      other: { validator: { a: /^a/ } },
      same: false,
    },
    {
      what: 'the order of fields named by numbers',
      one: {
        validator: new Map([
          ['b', 1],
          ['7', 1],
        ]),
      },
      other: {
        validator: new Map([
          ['7', 1],
          ['b', 1],
        ]),
      },
      same: false,
    },
  ])('tells options apart by $what: $same', ({ one, other, same }) => {
    expect(options(one) === options(other)).toBe(same);
  });

  test('gives an index’s name, its first field and whether documents expire', () => {
    const text = index({ v: 2, key: { at: 1, b: 1 }, name: 'at_1_b_1', expireAfterSeconds: 60 });
    expect([indexName(text), indexLeads(text), expires(text)]).toEqual(['at_1_b_1', 'at', true]);
    expect(expires(index({ key: { expireAfterSeconds: 1 }, name: 'x' }))).toBe(false);
  });
});

describe('results of an aggregation', () => {
  test.for([
    { one: [{ n: 1, m: 2 }], other: [{ m: 2, n: 1 }], same: true },
    { one: [{ n: Long.fromNumber(3) }], other: [{ n: 3 }], same: true },
    { one: [{ n: 1 }, { n: 2 }], other: [{ n: 2 }, { n: 1 }], same: false },
    { one: [{ n: Decimal128.fromString('3') }], other: [{ n: 3 }], same: false },
    { one: [{ _id: new ObjectId('65a000000000000000000000') }], other: [{ _id: { $oid: '65a000000000000000000000' } }], same: true },
    { one: [{ a: null }], other: [{}], same: false },
  ])('$one and $other are the same: $same', ({ one, other, same }) => {
    expect(ejsonText(one) === ejsonText(other)).toBe(same);
  });

  test('a filter of the config takes EJSON and JavaScript alike', () => {
    const at = new Date(0);
    expect(fromConfig({ at: { $gte: { $date: '1970-01-01T00:00:00Z' } } })).toEqual({ at: { $gte: at } });
    expect(fromConfig({ at: { $gte: at } })).toEqual({ at: { $gte: at } });
    expect(fromConfig({ n: { $in: [1, 2.5] } })).toEqual({ n: { $in: [1, 2.5] } });
    expect(fromConfig({ $or: [{ _id: { $oid: '65a000000000000000000000' } }] })).toEqual({
      $or: [{ _id: new ObjectId('65a000000000000000000000') }],
    });
    expect(fromConfig({ s: { $regex: '^a', $ne: 'ab' }, t: /b/i })).toEqual({ s: { $regex: '^a', $ne: 'ab' }, t: /b/i });
  });
});
