import { BSON } from 'mongodb';
import { documentOf, fieldsIn, type RawField, type RawValue, TYPE } from '../extended-json/bson-elements.ts';

/** A value that the driver would not send as it is. */
export class NotSendable extends Error {
  override readonly name = 'NotSendable';
}

/** A document whose fields the driver writes in their order, also those named "10" and repeated ones, which no object and no plain Map keeps. */
class OrderedDocument extends Map<string, unknown> {
  readonly #fields: readonly (readonly [string, unknown])[];

  constructor(fields: readonly (readonly [string, unknown])[]) {
    super(fields);
    this.#fields = fields;
  }

  override *entries(): MapIterator<[string, unknown]> {
    for (const [name, value] of this.#fields) yield [name, value];
  }

  override [Symbol.iterator](): MapIterator<[string, unknown]> {
    return this.entries();
  }
}

/**
 * The fields of a raw document as values that the driver sends as the same bytes. Throws `NotSendable`, with the field, where it cannot: the deprecated
 * types undefined and DBPointer, and dates that JavaScript does not have.
 */
export function sendable(raw: Uint8Array): readonly (readonly [name: string, value: unknown])[] {
  return fieldsIn(raw).map((field) => {
    const value = valueOf(field);
    if (isSentAs(field, value)) return [field.name, value];
    throw new NotSendable(
      `its field ${JSON.stringify(field.name)} holds a value of an old type that this program cannot send; use mongorestore`,
    );
  });
}

/** The whole document as one such value. Throws `NotSendable`. */
export function sendableDocument(raw: Uint8Array): ReadonlyMap<string, unknown> {
  return new OrderedDocument(sendable(raw));
}

function isSentAs(field: RawField, value: unknown): boolean {
  const sent = BSON.serialize(new OrderedDocument([[field.name, value]]), { ignoreUndefined: false });
  return Buffer.compare(sent, documentOf([field])) === 0;
}

function valueOf({ type, bytes }: RawValue): unknown {
  if (type === TYPE.document) return new OrderedDocument(fieldsIn(bytes).map((field) => [field.name, valueOf(field)]));
  if (type === TYPE.array) return fieldsIn(bytes).map((item) => valueOf(item));
  const options = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true };
  return BSON.deserialize(documentOf([{ name: '', type, bytes }]), options)[''];
}
