import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { bsonFault } from '../../../lib/recovery/validate/bson-structure.ts';

const RICH = {
  double: new BSON.Double(1.5),
  text: 'é',
  inner: { a: [1, { b: null }] },
  binary: new BSON.Binary(Buffer.from('abc')),
  id: new BSON.ObjectId('65f000000000000000000001'),
  yes: true,
  no: false,
  at: new Date(0),
  nothing: null,
  pattern: new BSON.BSONRegExp('^a', 'i'),
  code: new BSON.Code('f()'),
  scoped: new BSON.Code('f()', { a: 1 }),
  symbol: new BSON.BSONSymbol('s'),
  int: new BSON.Int32(1),
  stamp: new BSON.Timestamp({ t: 1, i: 2 }),
  long: BSON.Long.MAX_VALUE,
  decimal: BSON.Decimal128.fromString('1.10'),
  least: new BSON.MinKey(),
  most: new BSON.MaxKey(),
};

/** A document that holds one field "a" of this type, whose value is these bytes. */
function of(type: number, value: readonly number[]): Buffer {
  const fields = [type, 0x61, 0, ...value];
  return Buffer.from([fields.length + 5, 0, 0, 0, ...fields, 0]);
}

function nested(depth: number): Uint8Array {
  let document: BSON.Document = {};
  for (let level = 0; level < depth; level += 1) document = { a: document };
  return BSON.serialize(document);
}

/** What the driver says of a document that it cannot read. Servers store any option of a regular expression, which the driver does not know. */
function troubleOfDriver(bytes: Buffer): string | null {
  try {
    BSON.deserialize(bytes, { validation: { utf8: false }, bsonRegExp: true });
    return null;
  } catch (error) {
    const words = String(error);
    return words.includes('The regular expression option') ? null : words;
  }
}

describe('a raw document', () => {
  test.for([
    ['of every type', BSON.serialize(RICH)],
    ['without a field', BSON.serialize({})],
    ['of the types that are no longer written: undefined', of(0x06, [])],
    ['of the types that are no longer written: a pointer', of(0x0c, [2, 0, 0, 0, 0x62, 0, ...Array.from({ length: 12 }, () => 1)])],
    ['that is nested 250 deep', nested(250)],
    ['with an empty text and an empty binary', BSON.serialize({ a: '', b: new BSON.Binary(Buffer.alloc(0)) })],
  ] as const)('%s has no fault', ([, document]) => {
    expect(bsonFault(document)).toBeNull();
  });

  test.for<[string, Uint8Array, number, RegExp]>([
    ['whose type does not exist', of(0x20, [0]), 7, /type 32/],
    ['whose boolean is 2', of(0x08, [2]), 7, /neither true nor false/],
    ['whose number reaches beyond its end', of(0x12, [1, 2, 3, 4, 5, 6, 7]), 7, /beyond its document/],
    ['whose text is longer than it', of(0x02, [9, 0, 0, 0, 0x61, 0]), 7, /beyond its document/],
    ['whose text has no zero at its end', of(0x02, [2, 0, 0, 0, 0x61, 0x62]), 7, /does not end where its length says/],
    ['whose text has a length of zero', of(0x02, [0, 0, 0, 0]), 7, /does not end where its length says/],
    ['whose binary has a negative length', of(0x05, [0xff, 0xff, 0xff, 0xff, 0]), 12, /beyond its document/],
    ['whose inner document is longer than it', of(0x03, [64, 0, 0, 0, 0]), 7, /64 bytes there cannot be/],
    ['whose inner document has no zero at its end', of(0x03, [5, 0, 0, 0, 1]), 11, /does not end with a zero/],
    ['whose name does not end', Buffer.from([8, 0, 0, 0, 0x0a, 0x61, 0x62, 0]), 5, /a name does not end/],
    ['whose expression does not end', of(0x0b, [0x61, 0, 0x69]), 9, /a name does not end/],
    ['whose code is shorter than its length', of(0x0f, [15, 0, 0, 0, 1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0]), 7, /differ in length/],
    ['that is nested 251 deep', nested(251), 1757, /nested deeper than 250/],
    ['that is shorter than its length', BSON.serialize({ a: 1 }).subarray(0, -1), 0, /12 bytes there cannot be/],
    ['that is longer than its length', Buffer.concat([BSON.serialize({ a: 1 }), Buffer.alloc(1)]), 12, /ends before its length/],
  ])('%s has a fault at its place', ([, document, at, what]) => {
    expect(bsonFault(document)).toEqual({ at, what: expect.stringMatching(what) });
  });

  test('in which any one byte is changed is taken for sound only where the driver can read it', () => {
    const sound = BSON.serialize(RICH);
    const [taken, refused]: [string[], number[]] = [[], []];
    for (let place = 0; place < sound.length; place += 1) {
      for (const change of [1, 0x80, 0xff]) {
        const bytes = Buffer.from(sound);
        bytes.writeUInt8(bytes.readUInt8(place) ^ change, place);
        if (bsonFault(bytes) === null) taken.push(troubleOfDriver(bytes) ?? 'none');
        else refused.push(place);
      }
    }
    expect(new Set(taken)).toEqual(new Set(['none']));
    // Values and names can be changed without a trace; about a third of the bytes are structure.
    expect(refused.length).toBeGreaterThan(200);
    expect(taken.length).toBeGreaterThan(200);
  });

  test('that lies in the middle of a larger buffer is judged by itself', () => {
    const document = BSON.serialize({ a: 1 });
    const larger = Buffer.concat([Buffer.alloc(3, 7), document, Buffer.alloc(3, 7)]);
    expect(bsonFault(larger.subarray(3, 3 + document.length))).toBeNull();
  });
});
