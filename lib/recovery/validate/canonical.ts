import { BSON, type Document } from 'mongodb';

/** What differs between servers that hold the same: MongoDB sets them, not the user. */
const SERVERS_OWN: ReadonlySet<string> = new Set(['v', 'ns', 'storageEngine', 'uuid', 'background']);

/** Canonical text of an index or of a collection's options: EJSON, keys sorted at the top; inside, order means something (`key`, `pipeline`). */
export function canonicalText(document: Document): string {
  const kept = Object.entries(document)
    .filter(([key]) => !SERVERS_OWN.has(key))
    .map(([key, value]): [string, unknown] => [key, key === 'collation' ? withoutVersion(value) : value])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return BSON.EJSON.stringify(Object.fromEntries(kept), { relaxed: true });
}

/** The version of the collation is the server's: the next major version may bring another. */
function withoutVersion(collation: unknown): unknown {
  if (typeof collation !== 'object' || collation === null) return collation;
  return Object.fromEntries(Object.entries(collation).filter(([key]) => key !== 'version'));
}

/** "createdAt_1" of an index's canonical text. */
export function indexName(index: string): string {
  const name: unknown = parsed(index)['name'];
  return typeof name === 'string' ? name : index;
}

/** The field by which an index is sorted first. */
export function indexLeads(index: string): string | null {
  const key: unknown = parsed(index)['key'];
  return typeof key === 'object' && key !== null ? (Object.keys(key)[0] ?? null) : null;
}

/** True for a TTL index: documents go by themselves, also from a restored collection. */
export function expires(index: string): boolean {
  return 'expireAfterSeconds' in parsed(index);
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
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
