/** Where a document is damaged, in bytes from its beginning, and how. */
export type BsonFault = { readonly at: number; readonly what: string };

/** MongoDB nests documents 200 deep, and 250 at most (BSONDepth::kBSONDepthParameterCeiling in its source). */
const DEEPEST = 250;
const SMALLEST = 5;

/** Types by their numbers, and the bytes of those whose length is fixed (bsonspec.org/spec.html). */
const STRING = 0x02;
const DOCUMENT = 0x03;
const ARRAY = 0x04;
const BINARY = 0x05;
const BOOLEAN = 0x08;
const REGEX = 0x0b;
const POINTER = 0x0c;
const CODE = 0x0d;
const SYMBOL = 0x0e;
const CODE_WITH_SCOPE = 0x0f;
const POINTERS_ID = 12;
const FIXED = new Map([
  [0x01, 8],
  [0x06, 0],
  [0x07, 12],
  [BOOLEAN, 1],
  [0x09, 8],
  [0x0a, 0],
  [0x10, 4],
  [0x11, 8],
  [0x12, 8],
  [0x13, 16],
  [0x7f, 0],
  [0xff, 0],
]);
/** A `Map` takes several times as long, and this is asked for every field. */
const FIXED_LENGTHS = Int8Array.from({ length: 256 }, (_, type) => FIXED.get(type) ?? -1);

/**
 * Pure: what is wrong with the structure of a raw document; null where nothing is. It checks what a server checks before it stores one (validate_bson.cpp of
 * MongoDB): lengths, ends, types. Values are not judged: a changed digit leaves no trace in BSON.
 */
export function bsonFault(document: Uint8Array): BsonFault | null {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.length);
  try {
    const end = documentEnd(bytes, 0, bytes.length, 0);
    return end === bytes.length ? null : { at: end, what: 'it ends before its length does' };
  } catch (error) {
    if (error instanceof Damage) return { at: error.at, what: error.message };
    throw error;
  }
}

class Damage extends Error {
  readonly at: number;
  constructor(at: number, what: string) {
    super(what);
    this.at = at;
  }
}

// Each of these takes the place where a value begins and the one that it must not reach beyond, and gives the place after it. Each throws `Damage`.

function documentEnd(bytes: Buffer, start: number, limit: number, depth: number): number {
  if (depth > DEEPEST) throw new Damage(start, `documents are nested deeper than ${DEEPEST}`);
  const length = lengthAt(bytes, start, limit);
  const end = start + length;
  if (length < SMALLEST || end > limit) throw new Damage(start, `a document of ${length} bytes there cannot be`);
  const last = end - 1;
  if (bytes[last] !== 0) throw new Damage(last, 'a document does not end with a zero');
  let at = start + 4;
  while (at < last) at = valueEnd(bytes, bytes.readUInt8(at), textEnd(bytes, at + 1, last), last, depth);
  return end;
}

function valueEnd(bytes: Buffer, type: number, at: number, limit: number, depth: number): number {
  const fixed = FIXED_LENGTHS[type] ?? -1;
  if (fixed >= 0) return fixedEnd(bytes, type, at, at + fixed, limit);
  switch (type) {
    case STRING:
    case CODE:
    case SYMBOL:
      return stringEnd(bytes, at, limit);
    case DOCUMENT:
    case ARRAY:
      return documentEnd(bytes, at, limit, depth + 1);
    case BINARY:
      return within(at + 5, at + 5 + lengthAt(bytes, at, limit), limit);
    case REGEX:
      return textEnd(bytes, textEnd(bytes, at, limit), limit);
    case POINTER:
      return within(at, stringEnd(bytes, at, limit) + POINTERS_ID, limit);
    case CODE_WITH_SCOPE:
      return scopeEnd(bytes, at, limit, depth);
    default:
      throw new Damage(at, `a value of type ${type}, which BSON does not have`);
  }
}

function fixedEnd(bytes: Buffer, type: number, at: number, end: number, limit: number): number {
  if (type === BOOLEAN && (bytes[at] ?? 0) > 1) throw new Damage(at, 'a boolean is neither true nor false');
  return within(at, end, limit);
}

function scopeEnd(bytes: Buffer, at: number, limit: number, depth: number): number {
  const end = within(at, at + lengthAt(bytes, at, limit), limit);
  if (documentEnd(bytes, stringEnd(bytes, at + 4, end), end, depth + 1) !== end)
    throw new Damage(at, 'code and its scope differ in length');
  return end;
}

function stringEnd(bytes: Buffer, at: number, limit: number): number {
  const length = lengthAt(bytes, at, limit);
  const end = within(at, at + 4 + length, limit);
  if (length < 1 || bytes[end - 1] !== 0) throw new Damage(at, 'a text does not end where its length says');
  return end;
}

/** A field's name, or one half of a regular expression. */
function textEnd(bytes: Buffer, at: number, limit: number): number {
  let end = at;
  // Names are short, and a call into native code takes longer than this.
  while (end < limit && bytes[end] !== 0) end += 1;
  if (end >= limit) throw new Damage(at, 'a name does not end inside its document');
  return end + 1;
}

function lengthAt(bytes: Buffer, at: number, limit: number): number {
  if (at + 4 > limit) throw new Damage(at, 'a length reaches beyond its document');
  return bytes.readInt32LE(at);
}

function within(at: number, end: number, limit: number): number {
  if (end < at || end > limit) throw new Damage(at, 'a value reaches beyond its document');
  return end;
}
