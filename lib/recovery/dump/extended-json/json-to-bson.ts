import { arrayOf, cString, documentOf, int32, int64, lengthString, type RawField, type RawValue, TYPE } from './bson-elements.ts';
import { type Json, type Member, parseJson } from './json-tree.ts';
import { ExtendedJsonError, WRAPPERS } from './json-wrappers.ts';

/**
 * Reads Extended JSON, canonical or relaxed, into BSON as mongorestore does (mongo-go-driver, bson/extjson_parser.go): an object is a value of another type
 * only where its first member's name is one of theirs, and then it must have exactly their shape; `{"$regex": …}` is a document. Throws SyntaxError for
 * what is no JSON, `ExtendedJsonError` for what is no Extended JSON or no object.
 */
export function bsonOf(text: string): Buffer {
  const json = parseJson(text);
  if (json.kind !== 'object') throw new ExtendedJsonError('it is no object');
  return documentFrom(json.members);
}

function documentFrom(members: readonly Member[]): Buffer {
  return documentOf(members.map(([name, value]): RawField => ({ name, ...named(name, () => rawValue(value)) })));
}

/** The value of a field; an error of it begins with the field's name. */
function named<T>(name: string, read: () => T): T {
  try {
    cString(name);
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new ExtendedJsonError(`${JSON.stringify(name)}: ${error.message}`);
    throw error;
  }
}

function rawValue(json: Json): RawValue {
  switch (json.kind) {
    case 'object': {
      const [first] = json.members;
      const wrapper = first === undefined ? undefined : WRAPPERS.get(first[0]);
      return wrapper === undefined ? { type: TYPE.document, bytes: documentFrom(json.members) } : wrapper(json.members, documentFrom);
    }
    case 'array':
      return { type: TYPE.array, bytes: arrayOf(json.items.map((item) => rawValue(item))) };
    case 'string':
      return { type: TYPE.string, bytes: lengthString(json.text) };
    case 'number':
      return numberFrom(json.literal);
    case 'literal':
      return json.value === null
        ? { type: TYPE.null, bytes: Buffer.alloc(0) }
        : { type: TYPE.boolean, bytes: Buffer.of(Number(json.value)) };
  }
}

/** A bare number: an int where it fits, else a long, else a double. */
function numberFrom(literal: string): RawValue {
  const whole = /^-?\d+$/.test(literal) ? BigInt(literal) : null;
  if (whole !== null && BigInt.asIntN(32, whole) === whole) return { type: TYPE.int, bytes: int32(Number(whole)) };
  if (whole !== null && BigInt.asIntN(64, whole) === whole) return { type: TYPE.long, bytes: int64(whole) };
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(Number(literal));
  return { type: TYPE.double, bytes };
}
