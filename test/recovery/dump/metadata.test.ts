import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { ejsonOf, metadataText, parseMetadata } from '../../../lib/recovery/dump/metadata.ts';
import { ID_INDEX } from './in-memory.ts';
import { ODD_INDEXES, ODD_OPTIONS } from './odd-metadata.ts';

test('metadata is text as mongodump writes it: no spaces, canonical numbers, empty options left out', () => {
  const text = metadataText({
    name: 'users',
    type: 'collection',
    options: '{}',
    indexes: [ID_INDEX],
    uuid: '93858e21ca8f43ddacb182bde93e03f4',
  });
  expect(text).toBe(
    '{"indexes":[{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"}],"uuid":"93858e21ca8f43ddacb182bde93e03f4","collectionName":"users","type":"collection"}',
  );
});

test.for(ODD_OPTIONS)('a metadata file gives the bytes back that were written into it: $what', ({ document }) => {
  const raw = BSON.serialize(document);
  const text = metadataText({ name: 'odd', type: 'collection', options: ejsonOf(raw, 'options'), indexes: [], uuid: null });
  expect(Buffer.compare(parseMetadata(text, 'odd.metadata.json').options, raw)).toBe(0);
});

test('a metadata file gives the bytes of indexes back that were written into it', () => {
  const raw = ODD_INDEXES.map(({ document }) => BSON.serialize(document));
  const indexes = raw.map((index) => ejsonOf(index, 'index'));
  const read = parseMetadata(metadataText({ name: 'odd', type: 'collection', options: '{}', indexes, uuid: null }), 'odd.metadata.json');
  expect(read.indexes.map((index) => Buffer.from(index).toString('hex'))).toEqual(raw.map((index) => Buffer.from(index).toString('hex')));
});

test('a validator keeps a document with $regex, the order of fields that are numbers, and kinds of numbers', () => {
  const options = '{"validator":{"b":{"$regex":"^a","$ne":"abc"},"10":{"$gt":{"$numberDouble":"1.0"}},"2":{"$lt":{"$numberLong":"5"}}}}';
  const { options: read } = parseMetadata(`{"options":${options},"indexes":[]}`, 'a.metadata.json');
  expect(ejsonOf(read, 'options')).toBe(options);
});

test('options and a name with quotes come back as they were', () => {
  const options = '{"capped":true,"size":{"$numberInt":"4096"}}';
  const read = parseMetadata(metadataText({ name: 'a"b', type: 'collection', options, indexes: [], uuid: null }), 'a.metadata.json');
  expect(read).toMatchObject({ name: 'a"b', type: 'collection', indexes: [] });
  expect(BSON.deserialize(read.options)).toEqual({ capped: true, size: 4096 });
  expect(ejsonOf(read.options, 'options')).toBe(options);
});

test.for([
  ['a view, by its type', '{"type":"view","options":{"viewOn":"a","pipeline":[]}}', 'view'],
  ['a view of an old tool, by what it reads', '{"options":{"viewOn":"a","pipeline":[]}}', 'view'],
  ['a time series', '{"options":{"timeseries":{"timeField":"t"}}}', 'timeseries'],
  ['a collection of an old tool', '{"indexes":[]}', 'collection'],
  ['an empty file, as old tools leave', '', 'collection'],
] as const)('collection metadata of an old dump: %s', ([, text, type]) => {
  expect(parseMetadata(text, 'x').type).toBe(type);
});

test.for([
  ['no JSON', '{"indexes":['],
  ['of another shape', '{"indexes":5}'],
  ['with an index that is no document', '{"indexes":[5]}'],
  ['with options that are no document', '{"options":[]}'],
  ['no object', '[]'],
  ['of a wrong wrapper', '{"options":{"size":{"$numberInt":"1.5"}}}'],
] as const)('metadata that is %s is an error that names the file', ([, text]) => {
  expect(() => parseMetadata(text, '/b/shop/orders.metadata.json')).toThrow('/b/shop/orders.metadata.json');
});

describe('raw BSON as Extended JSON text', () => {
  test('keeps the order of fields that JavaScript would sort', () => {
    const fields = [BSON.serialize({ b: 1 }), BSON.serialize({ 10: 'x' }), BSON.serialize({ a: null })];
    const body = Buffer.concat(fields.map((one) => one.subarray(4, -1)));
    const raw = Buffer.concat([Buffer.alloc(4), body, Buffer.alloc(1)]);
    raw.writeInt32LE(raw.length, 0);
    expect(ejsonOf(raw, 'options')).toBe('{"b":{"$numberInt":"1"},"10":"x","a":null}');
  });

  test('keeps number types, nesting, and every type that the driver writes', () => {
    const document = {
      i: new BSON.Int32(1),
      d: new BSON.Double(1),
      l: BSON.Long.fromNumber(5),
      x: BSON.Decimal128.fromString('1.50'),
      t: new Date(0),
      r: /a/i,
      n: { k: [1, { z: true }] },
      o: new BSON.ObjectId('65f000000000000000000000'),
      m: new BSON.MinKey(),
    };
    const expected = BSON.EJSON.stringify({ ...document, n: { k: [new BSON.Int32(1), { z: true }] } }, { relaxed: false });
    expect(ejsonOf(BSON.serialize(document), 'options')).toBe(expected);
  });

  test.for([
    ['an object that Extended JSON takes for an ObjectId', { $oid: 'x' }],
    ['one that it takes for a number', { $numberInt: '1' }],
  ])('is refused for %s, as mongodump does, with what it is of', ([, value]) => {
    const raw = BSON.serialize({ pipeline: [{ $match: { a: value } }] });
    expect(() => ejsonOf(raw, 'shop.v: its options')).toThrow(/^shop\.v: its options cannot be saved: .*"pipeline"/);
  });
});
