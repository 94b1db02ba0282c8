import { BSON } from 'mongodb';
import { cString, int32, int64, lengthString, type RawValue, TYPE } from './bson-elements.ts';
import type { Json, Member } from './json-tree.ts';

/** What is no Extended JSON, and where. */
export class ExtendedJsonError extends Error {
  override readonly name = 'ExtendedJsonError';
}

type Wrapper = (members: readonly Member[], documentFrom: (members: readonly Member[]) => Uint8Array) => RawValue;

/** The types that an object stands for, by the name of its first member (Extended JSON 2, and what mongorestore still takes of version 1). */
export const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ['$numberInt', (members) => ({ type: TYPE.int, bytes: int32(Number(wholeIn(members, 32))) })],
  ['$numberLong', (members) => ({ type: TYPE.long, bytes: int64(wholeIn(members, 64)) })],
  ['$numberDouble', (members) => ({ type: TYPE.double, bytes: doubleFrom(textIn(members)) })],
  ['$numberDecimal', (members) => ({ type: TYPE.decimal, bytes: decimalFrom(members) })],
  ['$oid', (members) => ({ type: TYPE.objectId, bytes: idIn(members) })],
  ['$symbol', (members) => ({ type: TYPE.symbol, bytes: lengthString(textIn(members)) })],
  ['$code', codeFrom],
  ['$scope', (members) => wrong(members, '$code must stand before $scope')],
  ['$binary', binaryFrom],
  ['$uuid', (members) => binaryOf(uuidIn(members), 4)],
  ['$timestamp', timestampFrom],
  ['$regularExpression', regexFrom],
  ['$dbPointer', pointerFrom],
  ['$date', (members) => ({ type: TYPE.date, bytes: int64(momentIn(members)) })],
  ['$minKey', (members) => markerOf(members, TYPE.minKey, '1')],
  ['$maxKey', (members) => markerOf(members, TYPE.maxKey, '1')],
  ['$undefined', (members) => markerOf(members, TYPE.undefined, 'true')],
]);

function wrong(members: readonly Member[], why: string): never {
  throw new ExtendedJsonError(`an object of ${members.map(([name]) => JSON.stringify(name)).join(', ')}: ${why}`);
}

/** The value of the only member. */
function onlyIn(members: readonly Member[]): Json {
  const [first, ...others] = members;
  return first === undefined || others.length > 0 ? wrong(members, 'it must have one member') : first[1];
}

function textIn(members: readonly Member[]): string {
  const value = onlyIn(members);
  return value.kind === 'string' ? value.text : wrong(members, 'its value must be a string');
}

/** The values of the members of exactly these names, in any order, of the object that is the only member. */
function innerOf(members: readonly Member[], names: readonly string[]): readonly Json[] {
  const value = onlyIn(members);
  const inner = value.kind === 'object' ? value.members : [];
  const found = names.map((name) => inner.find((member) => member[0] === name)?.[1]).filter((one) => one !== undefined);
  return found.length === names.length && inner.length === names.length ? found : wrong(members, `it must hold ${names.join(' and ')}`);
}

function textsOf(members: readonly Member[], names: readonly string[]): readonly string[] {
  return innerOf(members, names).map((value) => (value.kind === 'string' ? value.text : wrong(members, 'its values must be strings')));
}

function wholeIn(members: readonly Member[], bits: number): bigint {
  const text = textIn(members);
  const value = /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : null;
  return value !== null && BigInt.asIntN(bits, value) === value
    ? value
    : wrong(members, `${JSON.stringify(text)} is no whole number of ${bits} bits`);
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function doubleFrom(text: string): Buffer {
  const value = DECIMAL.test(text) ? Number(text) : ['Infinity', '-Infinity', 'NaN'].includes(text) ? Number(text) : null;
  if (value === null || (DECIMAL.test(text) && !Number.isFinite(value)))
    throw new ExtendedJsonError(`$numberDouble: ${JSON.stringify(text)} is no double`);
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function decimalFrom(members: readonly Member[]): Uint8Array {
  try {
    return BSON.Decimal128.fromString(textIn(members)).bytes;
  } catch (error) {
    if (error instanceof BSON.BSONError) return wrong(members, error.message);
    throw error;
  }
}

function idIn(members: readonly Member[]): Buffer {
  const text = textIn(members);
  return /^[0-9a-f]{24}$/i.test(text) ? Buffer.from(text, 'hex') : wrong(members, 'its value must have 24 hexadecimal digits');
}

function codeFrom(members: readonly Member[], documentFrom: (members: readonly Member[]) => Uint8Array): RawValue {
  const [code, scope, ...others] = members;
  if (scope === undefined) return { type: TYPE.code, bytes: lengthString(textIn(members)) };
  if (code?.[1].kind !== 'string' || scope[0] !== '$scope' || scope[1].kind !== 'object' || others.length > 0)
    return wrong(members, 'it must hold a string and after it, if anything, an object $scope');
  const body = Buffer.concat([lengthString(code[1].text), documentFrom(scope[1].members)]);
  return { type: TYPE.codeWithScope, bytes: Buffer.concat([int32(body.length + 4), body]) };
}

function binaryFrom(members: readonly Member[]): RawValue {
  const [first, second] = members;
  // Version 1 had {"$binary": "base64", "$type": "00"}.
  const old = members.length === 2 && first?.[1].kind === 'string' && second?.[0] === '$type' && second[1].kind === 'string';
  const [base64 = '', subtype = ''] = old ? [first[1].text, second[1].text] : textsOf(members, ['base64', 'subType']);
  const data = Buffer.from(base64, 'base64');
  if (data.toString('base64') !== base64) return wrong(members, 'its content is no base64');
  return /^[0-9a-f]{1,2}$/i.test(subtype)
    ? binaryOf(data, Number.parseInt(subtype, 16))
    : wrong(members, 'its subtype has no two hexadecimal digits');
}

/** Subtype 2 repeats the length inside (bsonspec.org). */
function binaryOf(data: Buffer, subtype: number): RawValue {
  const body = subtype === 2 ? Buffer.concat([int32(data.length), data]) : data;
  return { type: TYPE.binary, bytes: Buffer.concat([int32(body.length), Buffer.of(subtype), body]) };
}

function uuidIn(members: readonly Member[]): Buffer {
  const text = textIn(members);
  const is = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
  return is ? Buffer.from(text.replaceAll('-', ''), 'hex') : wrong(members, 'its value is no UUID');
}

function timestampFrom(members: readonly Member[]): RawValue {
  const [t, i] = innerOf(members, ['t', 'i']).map((value) => {
    const number = value.kind === 'number' && /^\d+$/.test(value.literal) ? Number(value.literal) : Number.POSITIVE_INFINITY;
    return number <= 0xff_ff_ff_ff ? number : wrong(members, 't and i must be whole numbers of 32 bits without a sign');
  });
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(i ?? 0, 0);
  bytes.writeUInt32LE(t ?? 0, 4);
  return { type: TYPE.timestamp, bytes };
}

function regexFrom(members: readonly Member[]): RawValue {
  const [pattern = '', options = ''] = textsOf(members, ['pattern', 'options']);
  return { type: TYPE.regex, bytes: Buffer.concat([cString(pattern), cString(Array.from(options).toSorted().join(''))]) };
}

function pointerFrom(members: readonly Member[]): RawValue {
  const [ref, id] = innerOf(members, ['$ref', '$id']);
  if (ref?.kind !== 'string' || id?.kind !== 'object' || id.members[0]?.[0] !== '$oid')
    return wrong(members, 'it must hold a string and an ObjectId');
  return { type: TYPE.dbPointer, bytes: Buffer.concat([lengthString(ref.text), idIn(id.members)]) };
}

/** RFC 3339 as tools write it: JavaScript takes "5" for a day too, and a moment without an offset for one of this machine's zone. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

/** Milliseconds: canonical {"$numberLong"}, or, in files of old tools, a text or a number. */
function momentIn(members: readonly Member[]): bigint {
  const value = onlyIn(members);
  if (value.kind === 'object' && value.members[0]?.[0] === '$numberLong') return wholeIn(value.members, 64);
  const text = value.kind === 'string' && MOMENT.test(value.text) ? value.text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2') : '';
  const at = value.kind === 'string' ? Date.parse(text) : value.kind === 'number' ? Number(value.literal) : Number.NaN;
  return Number.isSafeInteger(at) ? BigInt(at) : wrong(members, 'its value is no date');
}

function markerOf(members: readonly Member[], type: number, expected: '1' | 'true'): RawValue {
  const value = onlyIn(members);
  const found = value.kind === 'number' ? value.literal : value.kind === 'literal' ? String(value.value) : '';
  return found === expected ? { type, bytes: Buffer.alloc(0) } : wrong(members, `its value must be ${expected}`);
}
