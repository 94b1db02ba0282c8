import fc from 'fast-check';
import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import {
  arrayOf,
  documentOf,
  fieldsIn,
  int32,
  lengthString,
  type RawField,
  TYPE,
} from '../../../../lib/recovery/dump/extended-json/bson-elements.ts';
import { documentText } from '../../../../lib/recovery/dump/extended-json/bson-to-json.ts';
import { bsonOf } from '../../../../lib/recovery/dump/extended-json/json-to-bson.ts';
import { ODD_INDEXES, ODD_OPTIONS } from '../odd-metadata.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const ONE = int32(1);

describe('odd metadata as Extended JSON:', () => {
  test.for([...ODD_OPTIONS, ...ODD_INDEXES])('$what is written as mongodump does, and read as the same bytes', ({ document, text }) => {
    const raw = BSON.serialize(document);
    expect(documentText(raw)).toBe(text);
    expect(hex(bsonOf(text))).toBe(hex(raw));
  });

  test('a repeated field stays there twice, in its place', () => {
    const fields: RawField[] = ['a', 'b', 'a'].map((name, place) => ({ name, type: TYPE.int, bytes: int32(place) }));
    const raw = documentOf([{ name: 'validator', type: TYPE.document, bytes: documentOf(fields) }]);
    const text = '{"validator":{"a":{"$numberInt":"0"},"b":{"$numberInt":"1"},"a":{"$numberInt":"2"}}}';
    expect(documentText(raw)).toBe(text);
    expect(hex(bsonOf(text))).toBe(hex(raw));
  });

  test.for([
    ['undefined', { type: TYPE.undefined, bytes: Buffer.alloc(0) }, '{"a":{"$undefined":true}}'],
    [
      'a DBPointer',
      { type: TYPE.dbPointer, bytes: Buffer.concat([lengthString('shop.b'), Buffer.alloc(12, 1)]) },
      '{"a":{"$dbPointer":{"$ref":"shop.b","$id":{"$oid":"010101010101010101010101"}}}}',
    ],
    [
      'a date that JavaScript does not have',
      { type: TYPE.date, bytes: Buffer.from('ffffffffffffff7f', 'hex') },
      '{"a":{"$date":{"$numberLong":"9223372036854775807"}}}',
    ],
    [
      'a scope whose fields are named by numbers',
      {
        type: TYPE.codeWithScope,
        bytes: (() => {
          const scope = documentOf([
            { name: 'b', type: TYPE.int, bytes: ONE },
            { name: '7', type: TYPE.int, bytes: ONE },
          ]);
          const body = Buffer.concat([lengthString('f()'), scope]);
          return Buffer.concat([int32(body.length + 4), body]);
        })(),
      },
      '{"a":{"$code":"f()","$scope":{"b":{"$numberInt":"1"},"7":{"$numberInt":"1"}}}}',
    ],
  ] as const)('%s, which the driver changes, is kept', ([, value, text]) => {
    const raw = documentOf([{ name: 'a', ...value }]);
    expect(documentText(raw)).toBe(text);
    expect(hex(bsonOf(text))).toBe(hex(raw));
  });
});

describe('Extended JSON of old tools is read like the canonical kind:', () => {
  test.for([
    [
      'bare numbers',
      '{"a":1,"b":-2147483649,"c":1.0,"d":1e2,"e":18446744073709551616}',
      '{"a":{"$numberInt":"1"},"b":{"$numberLong":"-2147483649"},"c":{"$numberDouble":"1.0"},"d":{"$numberDouble":"100.0"},"e":{"$numberDouble":"1.8446744073709552E+19"}}',
    ],
    ['a binary of version 1', '{"a":{"$binary":"AQ==","$type":"00"}}', '{"a":{"$binary":{"base64":"AQ==","subType":"00"}}}'],
    [
      'a UUID',
      '{"a":{"$uuid":"01020304-0506-0708-090a-0b0c0d0e0f10"}}',
      '{"a":{"$binary":{"base64":"AQIDBAUGBwgJCgsMDQ4PEA==","subType":"04"}}}',
    ],
    ['a date as text', '{"a":{"$date":"1970-01-01T00:00:01Z"}}', '{"a":{"$date":{"$numberLong":"1000"}}}'],
    ['a date as text with an offset', '{"a":{"$date":"1970-01-01T01:00:01.5+0100"}}', '{"a":{"$date":{"$numberLong":"1500"}}}'],
    ['a date as a number', '{"a":{"$date":5}}', '{"a":{"$date":{"$numberLong":"5"}}}'],
    ['spaces and line ends', ' {\n "a" : [ 1 , "b:1" , {"c" : null} ] } ', '{"a":[{"$numberInt":"1"},"b:1",{"c":null}]}'],
    [
      'members of a wrapper in another order',
      '{"a":{"$regularExpression":{"options":"mi","pattern":"x"}},"b":{"$timestamp":{"i":1,"t":2}}}',
      '{"a":{"$regularExpression":{"pattern":"x","options":"im"}},"b":{"$timestamp":{"t":2,"i":1}}}',
    ],
    ['a type’s name behind another field', '{"a":{"x":1,"$oid":"y"}}', '{"a":{"x":{"$numberInt":"1"},"$oid":"y"}}'],
    ['escapes', String.raw`{"a":"\u0041\/\ud83d\ude00\\\"1:","b\"":"{\"x\": 5}"}`, String.raw`{"a":"A/😀\\\"1:","b\"":"{\"x\": 5}"}`],
  ] as const)('%s', ([, given, text]) => {
    expect(documentText(bsonOf(given))).toBe(text);
  });
});

describe('Extended JSON with an object that begins like another type and is none is refused:', () => {
  test.for([
    ['{"a":{"$oid":"65f0"}}', '24 hexadecimal digits'],
    ['{"a":{"$oid":"65f000000000000000000000","b":1}}', 'one member'],
    ['{"a":{"$numberInt":"2147483648"}}', 'no whole number of 32 bits'],
    ['{"a":{"$numberInt":1}}', 'must be a string'],
    ['{"a":{"$numberLong":"9223372036854775808"}}', 'no whole number of 64 bits'],
    ['{"a":{"$numberDouble":"1.x"}}', 'no double'],
    ['{"a":{"$numberDouble":"1e999"}}', 'no double'],
    ['{"a":{"$numberDecimal":"x"}}', '$numberDecimal'],
    ['{"a":{"$binary":{"base64":"A","subType":"00"}}}', 'no base64'],
    ['{"a":{"$binary":{"base64":"","subType":"xyz"}}}', 'hexadecimal digits'],
    ['{"a":{"$uuid":"0102"}}', 'no UUID'],
    ['{"a":{"$timestamp":{"t":1}}}', 't and i'],
    ['{"a":{"$timestamp":{"t":-1,"i":1}}}', '32 bits'],
    ['{"a":{"$timestamp":{"t":4294967296,"i":1}}}', '32 bits'],
    ['{"a":{"$regularExpression":{"pattern":"x"}}}', 'pattern and options'],
    [String.raw`{"a":{"$regularExpression":{"pattern":"\u0000","options":""}}}`, 'zero byte'],
    ['{"a":{"$scope":{},"$code":"f"}}', 'before $scope'],
    ['{"a":{"$code":"f","b":1}}', '$scope'],
    ['{"a":{"$date":"tomorrow"}}', 'no date'],
    ['{"a":{"$date":"5"}}', 'no date'],
    ['{"a":{"$date":"2026-11-29 17:45"}}', 'no date'],
    ['{"a":{"$date":"2026-11-29T17:45:00"}}', 'no date'],
    ['{"a":{"$minKey":2}}', 'must be 1'],
    ['{"a":{"$undefined":false}}', 'must be true'],
    ['{"a":{"$dbPointer":{"$ref":"b","$id":1}}}', 'ObjectId'],
    [String.raw`{"a\u0000":1}`, 'zero byte'],
    ['[]', 'no object'],
    ['{"a":01}', 'JSON'],
    ['{"a":1', 'JSON'],
    [`${'{"a":'.repeat(202)}1${'}'.repeat(202)}`, '200 deep'],
  ] as const)('%s', ([text, why]) => {
    expect(() => bsonOf(text)).toThrow(why);
  });
});

const VALUE = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false, new BSON.MinKey(), new BSON.MaxKey()),
    fc.integer().map((value) => new BSON.Int32(value)),
    fc.double({ noNaN: true }).map((value) => new BSON.Double(value)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => BSON.Long.fromBigInt(value)),
    fc.bigInt({ min: 0n, max: 10n ** 33n }).map((value) => BSON.Decimal128.fromString(`${value}E-5`)),
    fc.date({ noInvalidDate: true }),
    fc.string({ unit: 'binary' }),
    fc.uint8Array({ maxLength: 8 }).map((bytes) => new BSON.Binary(bytes, 5)),
    fc.array(tie('any'), { maxLength: 4 }),
    tie('document'),
  ),
  document: fc
    .uniqueArray(
      fc.tuple(fc.oneof(fc.constantFrom('10', '2', '$regex', '$ne', '__proto__', 'a'), fc.string({ maxLength: 4 })), tie('any')),
      {
        selector: ([name]) => name,
        maxLength: 5,
      },
    )
    .map((fields) => new Map(fields.filter(([name]) => !name.includes('\0')))),
})).document;

test('any document is the same bytes again after Extended JSON', () => {
  fc.assert(
    fc.property(VALUE, (document) => {
      const raw = BSON.serialize(document instanceof Map ? document : new Map());
      expect(hex(bsonOf(documentText(raw)))).toBe(hex(raw));
    }),
    { seed: 20_261_130, numRuns: 300 },
  );
});

test('numbers by value are one text, whatever their type', () => {
  const values = [new BSON.Int32(5), BSON.Long.fromNumber(5), new BSON.Double(5)];
  expect(values.map((a) => documentText(BSON.serialize({ a: [a] }), 'by-value'))).toEqual(Array.from({ length: 3 }, () => '{"a":[5]}'));
  expect(documentText(BSON.serialize({ a: new BSON.Double(1e300), b: 0.5 }), 'by-value')).toBe(`{"a":${BigInt(1e300)},"b":0.5}`);
});

test('a text of five million characters is read', () => {
  const long = 'x"'.repeat(2_500_000);
  const [field] = fieldsIn(bsonOf(JSON.stringify({ a: [long] })));
  expect(hex(field?.bytes.subarray(0, 40) ?? Buffer.alloc(0))).toBe(
    hex(arrayOf([{ type: TYPE.string, bytes: lengthString(long) }]).subarray(0, 40)),
  );
});
