import { BSON, type Document } from 'mongodb';
import { documentOf, fieldsIn, type RawField, TYPE } from '../../dump/extended-json/bson-elements.ts';
import { quoted, valueText } from '../../dump/extended-json/bson-to-json.ts';
import { type Json, parseJson } from '../../dump/extended-json/json-tree.ts';
import { createOptions, isSimple } from '../../dump/restore/as-restored.ts';

/** What differs between servers that hold the same: MongoDB sets them, not the user. */
const SERVERS_OWN: ReadonlySet<string> = new Set(['v', 'ns', 'storageEngine', 'uuid', 'background']);
/** What a server keeps byte for byte as the user wrote it. Other numbers it converts: `size` of a capped collection is an int in one version, a long in another. */
export const KEPT_AS_WRITTEN: ReadonlySet<string> = new Set(['validator', 'pipeline', 'partialFilterExpression', 'encryptedFields']);

/** Canonical text of an index as `listIndexes` gives it, raw. */
export function indexText(raw: Uint8Array): string {
  return topLevelText(fieldsIn(raw).filter(({ name }) => !SERVERS_OWN.has(name)));
}

/** Canonical text of a collection's or view's options as `listCollections` gives them, raw; without what no collection is created with any more. */
export function optionsText(raw: Uint8Array): string {
  return topLevelText(fieldsIn(createOptions(raw)).filter(({ name }) => !SERVERS_OWN.has(name)));
}

/** Extended JSON, fields sorted at the top; inside, order means something (`key`, `pipeline`). */
function topLevelText(fields: readonly RawField[]): string {
  const texts = fields
    .filter((field) => field.name !== 'collation' || !isSimple(field))
    .map((field) => (field.name === 'collation' ? withoutVersion(field) : field))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((field) => `${quoted(field.name)}:${valueText(field, KEPT_AS_WRITTEN.has(field.name) ? 'typed' : 'by-value')}`);
  return `{${texts.join(',')}}`;
}

/** The version of the collation is the server's: the next major version may bring another. */
function withoutVersion(collation: RawField): RawField {
  if (collation.type !== TYPE.document) return collation;
  return { ...collation, bytes: documentOf(fieldsIn(collation.bytes).filter(({ name }) => name !== 'version')) };
}

/** "createdAt_1" of an index's canonical text. */
export function indexName(index: string): string {
  const name = memberOf(index, 'name');
  return name?.kind === 'string' ? name.text : index;
}

/** The field by which an index is sorted first. */
export function indexLeads(index: string): string | null {
  const key = memberOf(index, 'key');
  return key?.kind === 'object' ? (key.members[0]?.[0] ?? null) : null;
}

/** True for a TTL index: documents go by themselves, also from a restored collection. */
export function expires(index: string): boolean {
  return memberOf(index, 'expireAfterSeconds') !== undefined;
}

function memberOf(text: string, wanted: string): Json | undefined {
  const json = parseJson(text);
  return json.kind === 'object' ? json.members.find(([name]) => name === wanted)?.[1] : undefined;
}

/** EJSON text with every object's keys sorted, for results that are to be compared. */
export function ejsonText(value: unknown): string {
  const plain: unknown = JSON.parse(BSON.EJSON.stringify({ value }, { relaxed: true }));
  return JSON.stringify(sorted(plain)).slice('{"value":'.length, -1);
}

/** What EJSON writes as an object of one key. `$regex` is a query operator too, and stays one: beside it others may stand. */
const EJSON_TYPES: ReadonlySet<string> = new Set([
  '$oid',
  '$date',
  '$uuid',
  '$binary',
  '$timestamp',
  '$numberInt',
  '$numberLong',
  '$numberDouble',
  '$numberDecimal',
  '$regularExpression',
  '$minKey',
  '$maxKey',
]);

/** A filter or pipeline of a config as the driver takes it: EJSON (`{"$date": …}`) and JavaScript's own dates alike. */
export function fromConfig(document: Readonly<Record<string, unknown>>): Document {
  return Object.fromEntries(Object.entries(document).map(([key, value]) => [key, valueOf(value)]));
}

function valueOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => valueOf(item));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const inner = { ...value };
  const [only, ...others] = Object.keys(inner);
  return only !== undefined && others.length === 0 && EJSON_TYPES.has(only) ? BSON.EJSON.deserialize(inner) : fromConfig(inner);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sorted(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, sorted(inner)]);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
