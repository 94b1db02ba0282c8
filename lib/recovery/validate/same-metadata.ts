import { fieldsIn } from '../dump/extended-json/bson-elements.ts';
import { type Numbers, valueText } from '../dump/extended-json/bson-to-json.ts';
import { type Json, parseJson } from '../dump/extended-json/json-tree.ts';
import { bsonOf } from '../dump/extended-json/json-to-bson.ts';
import { ExtendedJsonError } from '../dump/extended-json/json-wrappers.ts';
import { KEPT_AS_WRITTEN } from './read/canonical.ts';

/**
 * Options of indexes that servers know (mongo-tools, common/bsonutil/indexes.go, and since 4.4 hidden, clustered, prepareUnique and columnstoreProjection).
 * Servers before 3.4 kept any other that a driver sent, such as `safe` and `w`; a server of today leaves it out of a restored index.
 */
const KNOWN: ReadonlySet<string> = new Set([
  '2dsphereIndexVersion',
  'background',
  'bits',
  'bucketSize',
  'clustered',
  'coarsestIndexedLevel',
  'collation',
  'columnstoreProjection',
  'default_language',
  'expireAfterSeconds',
  'finestIndexedLevel',
  'hidden',
  'key',
  'language_override',
  'max',
  'min',
  'name',
  'partialFilterExpression',
  'prepareUnique',
  'sparse',
  'textIndexVersion',
  'unique',
  'weights',
  'wildcardProjection',
]);

/** Pure: are the options that were found those of the manifest? Both as canonical texts. */
export function sameOptions(expected: string, found: string): boolean {
  return expected === found || same(expected, found, () => false);
}

/** Pure: is the index that was found that of the manifest? An option that no server knows may be gone, and no other. */
export function sameIndex(expected: string, found: string): boolean {
  return expected === found || same(expected, found, (name) => !KNOWN.has(name));
}

/** Pure: options of an index that no server knows, by name. */
export function unknownOptions(index: string): readonly string[] {
  return fieldsIn(bsonOf(index)).flatMap(({ name }) => (KNOWN.has(name) ? [] : [name]));
}

function same(expected: string, found: string, mayBeGone: (name: string) => boolean): boolean {
  try {
    const numbers = isUntyped(expected) ? 'by-value' : 'typed';
    const [wanted, there] = [fieldTexts(expected, numbers), fieldTexts(found, numbers)];
    const kept = [...wanted].filter(([name]) => there.has(name) || !mayBeGone(name));
    return kept.length === there.size && kept.every(([name, text]) => there.get(name) === text);
  } catch (error) {
    // A document that begins with a field like $oid has a text that cannot be read back: it is the same as that very text alone.
    if (error instanceof ExtendedJsonError) return false;
    throw error;
  }
}

function fieldTexts(text: string, numbers: Numbers): ReadonlyMap<string, string> {
  return new Map(fieldsIn(bsonOf(text)).map(({ name, ...value }) => [name, valueText(value, numbers)]));
}

/** Manifests that version 0.2.0 kept have no types of numbers. */
function isUntyped(text: string): boolean {
  const json = parseJson(text);
  return json.kind === 'object' && json.members.some(([name, value]) => KEPT_AS_WRITTEN.has(name) && hasBareNumber(value));
}

/** What canonical Extended JSON writes with bare numbers itself. */
const WITH_NUMBERS: ReadonlySet<string> = new Set(['$timestamp', '$minKey', '$maxKey']);

function hasBareNumber(json: Json): boolean {
  if (json.kind === 'array') return json.items.some((item) => hasBareNumber(item));
  if (json.kind !== 'object') return json.kind === 'number';
  return json.members.some(([name, value]) => !WITH_NUMBERS.has(name) && hasBareNumber(value));
}
