import { BSON } from 'mongodb';
import { fieldsIn, type RawValue, stringOf, TYPE } from './bson-elements.ts';

/** How numbers are written: `typed` as {"$numberInt": "1"}; `by-value` as 1 whether int, long or double, for comparing what a server converts. */
export type Numbers = 'typed' | 'by-value';

/** A raw document as canonical Extended JSON without spaces, as mongodump writes metadata (mongo-go-driver, bson/extjson_writer.go). Throws BSONError. */
export function documentText(raw: Uint8Array, numbers: Numbers = 'typed'): string {
  const members = fieldsIn(raw).map(({ name, ...value }) => `${quoted(name)}:${valueText(value, numbers)}`);
  return `{${members.join(',')}}`;
}

/** One value of a raw document as canonical Extended JSON. Throws RangeError for a type that BSON does not have. */
export function valueText({ type, bytes }: RawValue, numbers: Numbers = 'typed'): string {
  const write = WRITERS[type];
  if (write === undefined) throw new RangeError(`BSON has no type ${type}`);
  return write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), numbers);
}

/** A string as Go's driver writes it: like JSON.stringify, and the two line ends of Unicode escaped too. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

type Writer = (bytes: Buffer, numbers: Numbers) => string;

const WRITERS: Readonly<Record<number, Writer>> = {
  [TYPE.double]: (bytes, numbers) => (numbers === 'typed' ? wrapped('numberDouble', doubleText(bytes.readDoubleLE())) : byValue(bytes)),
  [TYPE.string]: (bytes) => quoted(stringOf(bytes)),
  [TYPE.document]: (bytes, numbers) => documentText(bytes, numbers),
  [TYPE.array]: (bytes, numbers) =>
    `[${fieldsIn(bytes)
      .map((item) => valueText(item, numbers))
      .join(',')}]`,
  [TYPE.binary]: binaryText,
  [TYPE.undefined]: () => '{"$undefined":true}',
  [TYPE.objectId]: (bytes) => wrapped('oid', bytes.toString('hex')),
  [TYPE.boolean]: (bytes) => (bytes[0] === 0 ? 'false' : 'true'),
  [TYPE.date]: (bytes) => `{"$date":${wrapped('numberLong', String(bytes.readBigInt64LE()))}}`,
  [TYPE.null]: () => 'null',
  [TYPE.regex]: regexText,
  [TYPE.dbPointer]: (bytes) =>
    `{"$dbPointer":{"$ref":${quoted(stringOf(bytes.subarray(0, -12)))},"$id":${wrapped('oid', bytes.subarray(-12).toString('hex'))}}}`,
  [TYPE.code]: (bytes) => `{"$code":${quoted(stringOf(bytes))}}`,
  [TYPE.symbol]: (bytes) => `{"$symbol":${quoted(stringOf(bytes))}}`,
  [TYPE.codeWithScope]: scopeText,
  [TYPE.int]: (bytes, numbers) => number('numberInt', String(bytes.readInt32LE()), numbers),
  [TYPE.timestamp]: (bytes) => `{"$timestamp":{"t":${bytes.readUInt32LE(4)},"i":${bytes.readUInt32LE(0)}}}`,
  [TYPE.long]: (bytes, numbers) => number('numberLong', String(bytes.readBigInt64LE()), numbers),
  [TYPE.decimal]: (bytes) => wrapped('numberDecimal', new BSON.Decimal128(bytes).toString()),
  [TYPE.maxKey]: () => '{"$maxKey":1}',
  [TYPE.minKey]: () => '{"$minKey":1}',
};

function wrapped(name: string, text: string): string {
  return `{"$${name}":"${text}"}`;
}

function number(name: string, text: string, numbers: Numbers): string {
  return numbers === 'typed' ? wrapped(name, text) : text;
}

/** As Go's strconv.FormatFloat(value, 'G', -1, 64): the fewest digits, an exponent of two digits from a million on and below 0.0001, else ".0" after a whole number. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const sign = Object.is(value, -0) || value < 0 ? '-' : '';
  const [digits = '', power = '0'] = Math.abs(value).toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 6) return `${sign}${digits}E${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  const plain = String(Math.abs(value));
  return `${sign}${plain}${plain.includes('.') ? '' : '.0'}`;
}

function byValue(bytes: Buffer): string {
  const value = bytes.readDoubleLE();
  if (!Number.isFinite(value)) return wrapped('numberDouble', String(value));
  return Number.isInteger(value) ? String(BigInt(value)) : String(value);
}

/** Subtype 2 repeats the length inside (bsonspec.org), which Extended JSON leaves out. */
function binaryText(bytes: Buffer): string {
  const subtype = bytes.readUInt8(4);
  const data = bytes.subarray(subtype === 2 ? 9 : 5);
  return `{"$binary":{"base64":"${data.toString('base64')}","subType":"${subtype.toString(16).padStart(2, '0')}"}}`;
}

function regexText(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  const [pattern, options] = [bytes.toString('utf8', 0, end), bytes.toString('utf8', end + 1, bytes.length - 1)];
  return `{"$regularExpression":{"pattern":${quoted(pattern)},"options":${quoted(Array.from(options).toSorted().join(''))}}}`;
}

function scopeText(bytes: Buffer): string {
  // The whole length, then the code as a string with its own, then the scope.
  const end = 8 + bytes.readInt32LE(4);
  return `{"$code":${quoted(stringOf(bytes.subarray(4, end)))},"$scope":${documentText(bytes.subarray(end))}}`;
}
