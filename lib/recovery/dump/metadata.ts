import { BackupError, wordsOf } from './dump-error.ts';
import { EMPTY_DOCUMENT, fieldIn, fieldsIn, type RawValue, stringIn, TYPE } from './extended-json/bson-elements.ts';
import { documentText, valueText } from './extended-json/bson-to-json.ts';
import { bsonOf } from './extended-json/json-to-bson.ts';

/** What is written of one collection. Texts are canonical Extended JSON. */
export type Described = {
  readonly name: string;
  readonly type: CollectionType;
  readonly options: string;
  readonly indexes: readonly string[];
  /** Hexadecimal; null where the server gave none. */
  readonly uuid: string | null;
};

export type CollectionType = 'collection' | 'view' | 'timeseries';

/** What is read of one. Documents are raw BSON, since a JavaScript object loses the order of fields like "10", repeated fields and types. */
export type Metadata = {
  /** Null in dumps of old tools, whose file names say it. */
  readonly name: string | null;
  readonly type: CollectionType;
  readonly options: Uint8Array;
  readonly indexes: readonly Uint8Array[];
};

/** mongodump's `NAME.metadata.json`, field by field in its order; empty options are left out, as it does. */
export function metadataText({ name, type, options, indexes, uuid }: Described): string {
  const fields = [
    ...(options === '{}' ? [] : [`"options":${options}`]),
    `"indexes":[${indexes.join(',')}]`,
    ...(uuid === null ? [] : [`"uuid":"${uuid}"`]),
    `"collectionName":${JSON.stringify(name)}`,
    `"type":"${type}"`,
  ];
  return `{${fields.join(',')}}`;
}

/** Reads such a file, of any of mongodump's versions, as mongorestore does. Throws `BackupError` with the file. */
export function parseMetadata(text: string, file: string): Metadata {
  // Old tools leave an empty file for a collection without options.
  const raw = text === '' ? EMPTY_DOCUMENT : parsed(text, file);
  const wrong = (what: string): BackupError => new BackupError(`${file}: not a collection's metadata (${what})`, file);
  const { type: kind = TYPE.document, bytes: options = EMPTY_DOCUMENT } = given(raw, 'options') ?? {};
  if (kind !== TYPE.document) throw wrong('its options are no document');
  const indexes = given(raw, 'indexes');
  if (indexes !== undefined && indexes.type !== TYPE.array) throw wrong('its indexes are no list');
  const specs = indexes === undefined ? [] : fieldsIn(indexes.bytes);
  if (specs.some(({ type }) => type !== TYPE.document)) throw wrong('one of its indexes is no document');
  const type = typeOf(stringIn(given(raw, 'type')), options);
  return { name: stringIn(given(raw, 'collectionName')), type, options, indexes: specs.map(({ bytes }) => bytes) };
}

/** The value of a field; undefined also where it is null. */
function given(raw: Uint8Array, name: string): RawValue | undefined {
  const value = fieldIn(raw, name);
  return value?.type === TYPE.null ? undefined : value;
}

function parsed(text: string, file: string): Uint8Array {
  try {
    return bsonOf(text);
  } catch (error) {
    const kind = error instanceof SyntaxError ? 'not JSON' : 'not Extended JSON';
    throw new BackupError(`${file}: ${kind} (${wordsOf(error)}); the backup is damaged: take another one`, file, null, error);
  }
}

/** By `type` where there is one, else, as in old dumps, by what only a view or a time series has. */
export function typeOf(type: unknown, options: Uint8Array = EMPTY_DOCUMENT): CollectionType {
  if (type === 'view' || type === 'timeseries' || type === 'collection') return type;
  if (fieldIn(options, 'viewOn') !== undefined) return 'view';
  return fieldIn(options, 'timeseries') === undefined ? 'collection' : 'timeseries';
}

/**
 * A raw document as canonical Extended JSON without spaces, as mongodump writes metadata. Throws `BackupError` that names `what` where it would not be read
 * as the same bytes; mongodump does so too: a document that begins with a field like `$oid` would come back as another type.
 */
export function ejsonOf(raw: Uint8Array, what: string): string {
  const lost = fieldsIn(raw).find((field) => !isKept(field.name, field));
  if (lost === undefined) return documentText(raw);
  const field = JSON.stringify(lost.name);
  throw new BackupError(`${what} cannot be saved: Extended JSON does not keep the field ${field} as it is; mongodump refuses it too`);
}

function isKept(name: string, value: RawValue): boolean {
  try {
    const [back] = fieldsIn(bsonOf(`{${JSON.stringify(name)}:${valueText(value)}}`));
    return back?.name === name && back.type === value.type && Buffer.compare(back.bytes, value.bytes) === 0;
  } catch {
    return false;
  }
}
