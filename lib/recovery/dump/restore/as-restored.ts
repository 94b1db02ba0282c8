import {
  documentOf,
  fieldIn,
  fieldsIn,
  int32,
  lengthString,
  type RawField,
  type RawValue,
  stringIn,
  TYPE,
} from '../extended-json/bson-elements.ts';
import { valueText } from '../extended-json/bson-to-json.ts';
import type { BackupCollection } from '../read/read-backup.ts';

type Described = Pick<BackupCollection, 'options' | 'indexes'>;

/** What belongs to the server that an index comes from, so that another one sets it anew. */
const SERVERS_OWN: ReadonlySet<string> = new Set(['v', 'ns', 'background', 'storageEngine']);

/**
 * What servers of today refuse in a collection's options: `autoIndexId` since 8.2 (and false since 4.0), the name that the oldest dumps repeat, and what only
 * the server itself decides. mongorestore leaves it out too (mongo-tools, mongorestore/metadata.go).
 */
const NOT_CREATED: ReadonlySet<string> = new Set(['autoIndexId', 'create', 'recordIdsReplicated']);

/** The options that a collection is created with, as a raw document. Pure. */
export function createOptions(options: Uint8Array): Uint8Array {
  return documentOf(fieldsIn(options).filter(({ name }) => !NOT_CREATED.has(name)));
}

/** Every index of a collection but the one that it is created with, as a raw document for createIndexes. Pure. */
export function indexesToCreate({ options, indexes }: Described): readonly Uint8Array[] {
  return indexes.filter((index) => !isIdIndex(index)).map((index) => asRestored(index, options));
}

/** Every index as a restored collection has it. Pure. */
export function indexesOnceRestored({ options, indexes }: Described): readonly Uint8Array[] {
  return indexes.map((index) => (isIdIndex(index) ? index : asRestored(index, options)));
}

/** Collections are created with the index on _id alone, whatever an old tool calls it (mongo-tools, common/idx/idx.go). */
function isIdIndex(index: Uint8Array): boolean {
  const key = fieldIn(index, 'key');
  const fields = key?.type === TYPE.document ? fieldsIn(key.bytes) : [];
  const [first] = fields;
  if (first?.name !== '_id' || fields.length > 1 || fieldIn(index, 'partialFilterExpression') !== undefined) return false;
  // Before 3.4 the value could be anything that is no text and not below zero, and meant 1.
  return first.type !== TYPE.string && !valueText(first, 'by-value').startsWith('-');
}

/**
 * With what mongorestore adds, since a server would guess otherwise: version 1 to a 2dsphere index without one, which is from before there were versions;
 * the simple collation, which servers do not list, where the collection has another one for indexes to inherit (mongo-tools, common/idx).
 */
function asRestored(index: Uint8Array, options: Uint8Array): Uint8Array {
  const fields = fieldsIn(index).filter(({ name }) => !SERVERS_OWN.has(name));
  return documentOf([...fields, ...sphereVersion(index), ...simpleCollation(index, options)]);
}

function sphereVersion(index: Uint8Array): readonly RawField[] {
  const key = fieldIn(index, 'key');
  const isSphere = key?.type === TYPE.document && fieldsIn(key.bytes).some((field) => stringIn(field) === '2dsphere');
  if (!isSphere || fieldIn(index, '2dsphereIndexVersion') !== undefined) return [];
  return [{ name: '2dsphereIndexVersion', type: TYPE.int, bytes: int32(1) }];
}

function simpleCollation(index: Uint8Array, options: Uint8Array): readonly RawField[] {
  const collation = fieldIn(options, 'collation');
  if (collation === undefined || isSimple(collation) || fieldIn(index, 'collation') !== undefined) return [];
  const simple = documentOf([{ name: 'locale', type: TYPE.string, bytes: lengthString('simple') }]);
  return [{ name: 'collation', type: TYPE.document, bytes: simple }];
}

/** Is this the collation that compares bytes, which is the same as none? */
export function isSimple(collation: RawValue): boolean {
  return collation.type === TYPE.document && stringIn(fieldIn(collation.bytes, 'locale')) === 'simple';
}
