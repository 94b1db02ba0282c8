import { BSON } from 'mongodb';

const OBJECT = 3;
const ARRAY = 4;

/** The fields of a raw document, each as canonical Extended JSON; in order, as a JavaScript object would not keep them ("10" before "a"). */
export function fieldsOf(raw: Uint8Array): readonly (readonly [name: string, text: string])[] {
  return [...BSON.onDemand.parseToElements(raw)].map(([type, nameOffset, nameLength, offset, length]) => {
    const name = Buffer.from(raw.buffer, raw.byteOffset + nameOffset, nameLength).toString('utf8');
    return [name, valueText(type, raw.subarray(offset, offset + length))] as const;
  });
}

/** A raw document as canonical Extended JSON without spaces, as mongodump writes metadata. */
export function ejsonOf(raw: Uint8Array): string {
  return `{${fieldsOf(raw)
    .map(([name, text]) => `${JSON.stringify(name)}:${text}`)
    .join(',')}}`;
}

function valueText(type: number, value: Uint8Array): string {
  if (type === OBJECT) return ejsonOf(value);
  if (type === ARRAY)
    return `[${fieldsOf(value)
      .map(([, text]) => text)
      .join(',')}]`;
  return scalarText(type, value);
}

/** By way of a document of this one field, whose name is empty. */
function scalarText(type: number, value: Uint8Array): string {
  const whole = Buffer.alloc(4 + 1 + 1 + value.length + 1);
  whole.writeInt32LE(whole.length, 0);
  whole[4] = type;
  whole.set(value, 6);
  const options = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true };
  return BSON.EJSON.stringify(BSON.deserialize(whole, options), { relaxed: false }).slice('{"":'.length, -1);
}
