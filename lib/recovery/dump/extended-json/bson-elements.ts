import { BSON } from 'mongodb';

/** BSON's types by their byte (bsonspec.org). */
export const TYPE = {
  double: 1,
  string: 2,
  document: 3,
  array: 4,
  binary: 5,
  undefined: 6,
  objectId: 7,
  boolean: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  code: 13,
  symbol: 14,
  codeWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  maxKey: 127,
  minKey: 255,
} as const;

/** A value as BSON has it: its type and its bytes. */
export type RawValue = { readonly type: number; readonly bytes: Uint8Array };
/** A field of a document, or, with its place as name, an item of an array. */
export type RawField = RawValue & { readonly name: string };

/** The fields of a raw document or array, in its order, repeated ones too. Throws BSONError where it is none. */
export function fieldsIn(raw: Uint8Array): readonly RawField[] {
  return [...BSON.onDemand.parseToElements(raw)].map(([type, nameOffset, nameLength, offset, length]) => ({
    name: Buffer.from(raw.buffer, raw.byteOffset + nameOffset, nameLength).toString('utf8'),
    type,
    bytes: raw.subarray(offset, offset + length),
  }));
}

/** The raw document of these fields. Throws RangeError for a name with a zero byte, which BSON cannot hold. */
export function documentOf(fields: readonly RawField[]): Buffer {
  const parts = fields.flatMap(({ type, name, bytes }) => [Buffer.of(type), cString(name), bytes]);
  const body = Buffer.concat([Buffer.alloc(4), ...parts, Buffer.of(0)]);
  body.writeInt32LE(body.length, 0);
  return body;
}

/** The raw array of these values. */
export function arrayOf(values: readonly RawValue[]): Buffer {
  return documentOf(values.map(({ type, bytes }, place) => ({ name: String(place), type, bytes })));
}

export const EMPTY_DOCUMENT: Uint8Array = documentOf([]);

/** The value of a document's last field of that name; undefined where there is none. */
export function fieldIn(raw: Uint8Array, name: string): RawValue | undefined {
  return fieldsIn(raw).findLast((field) => field.name === name);
}

/** The text of a value that is a string; null for any other. */
export function stringIn(value: RawValue | undefined): string | null {
  return value?.type === TYPE.string ? stringOf(value.bytes) : null;
}

/** A string without a zero byte, ended by one. Throws RangeError. */
export function cString(text: string): Buffer {
  if (text.includes('\0')) throw new RangeError(`${JSON.stringify(text)} has a zero byte, which cannot be in it`);
  return Buffer.from(`${text}\0`);
}

/** A string after its length in bytes. */
export function lengthString(text: string): Buffer {
  const body = Buffer.from(`${text}\0`);
  return Buffer.concat([int32(body.length), body]);
}

/** The text of a string after its length. */
export function stringOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + 4, bytes.length - 5).toString('utf8');
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

export function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}
