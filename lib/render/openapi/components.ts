import type { Json, JsonObject } from './schema.ts';

/** Pure: the JSON with a reference in the place of each named schema. */
export function withReferences(json: JsonObject): JsonObject {
  return mapMembers(json, referred);
}

/** Pure: the named schemas in the JSON, by name; in each, the others are references. */
export function componentsOf(json: Json): JsonObject {
  const found = new Map<string, JsonObject>();
  collect(json, found);
  const entries = [...found].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, schema]) => [name, withReferences(schema)]));
}

function referred(json: Json): Json {
  const name = nameOf(json);
  if (name !== null) return { $ref: `#/components/schemas/${name}` };
  if (isList(json)) return json.map((one) => referred(one));
  return isObject(json) ? mapMembers(json, referred) : json;
}

function collect(json: Json, found: Map<string, JsonObject>): void {
  const name = nameOf(json);
  if (name !== null && isObject(json)) found.set(name, json);
  if (isList(json)) for (const one of json) collect(one, found);
  else if (isObject(json)) for (const one of Object.values(json)) collect(one, found);
}

/** A schema is named by a title that is a text; a member of that name is described by an object. */
function nameOf(json: Json): string | null {
  return isObject(json) && typeof json['title'] === 'string' ? json['title'] : null;
}

function mapMembers(json: JsonObject, map: (member: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([name, member]) => [name, map(member)]));
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

function isObject(json: Json): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
