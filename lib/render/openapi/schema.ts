export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json };

/**
 * A JSON Schema (2020-12, as OpenAPI 3.1 takes it) of the values of type `T`. `of` is never there: it makes the compiler refuse a schema of another type,
 * a narrower or wider one too, so that a field that is added to an answer and not described does not compile.
 */
export type Schema<T> = { readonly json: JsonObject; readonly of?: (value: T) => T };

/** The schema of a member that may be absent. */
export type Optional<T> = { readonly optional: Schema<T> };

type Member = Pick<Schema<never>, 'json'> | { readonly optional: Pick<Schema<never>, 'json'> };

/** A schema for each member of `T`: as `optional(…)` where the member is, and only there. */
type Members<T> = {
  readonly [Key in keyof T]-?: Record<never, never> extends Pick<T, Key> ? Optional<Exclude<T[Key], undefined>> : Schema<T[Key]>;
};

export const text: Schema<string> = { json: { type: 'string' } };
export const moment: Schema<string> = { json: { type: 'string', format: 'date-time' } };
export const number: Schema<number> = { json: { type: 'number' } };
export const count: Schema<number> = { json: { type: 'integer', minimum: 0 } };
export const flag: Schema<boolean> = { json: { type: 'boolean' } };
export const always: Schema<true> = { json: { const: true } };

/** The schema with a sentence on what its values mean. */
export function meaning<T>(words: string, { json }: Schema<T>): Schema<T> {
  return { json: { ...json, description: words } };
}

/** Under this name among the document's components, wherever it is used. */
export function named<T>(title: string, { json }: Schema<T>): Schema<T> {
  return { json: { title, ...json } };
}

/** A member that may be absent; one that may be null is `nullable`. */
export function optional<T>(schema: Schema<T>): Optional<T> {
  return { optional: schema };
}

export function nullable<T>({ json }: Schema<T>): Schema<T | null> {
  const { type, title, ...rest } = json;
  // A named schema, and one of several kinds, stays as it is beside null.
  if (typeof type !== 'string' || title !== undefined || 'enum' in json) return { json: { anyOf: [json, { type: 'null' }] } };
  return { json: { ...rest, type: [type, 'null'] } };
}

/** One of some texts. They are the keys, so that the compiler misses the one that is left out. */
export function choice<T extends string>(texts: Readonly<Record<T, true>>): Schema<T> {
  return { json: { type: 'string', enum: Object.keys(texts) } };
}

/** One of the texts of a list that the program has anyway. */
export function oneOf<const T extends string>(texts: readonly T[]): Schema<T> {
  return { json: { type: 'string', enum: [...texts] } };
}

export function list<T>({ json }: Schema<T>): Schema<readonly T[]> {
  return { json: { type: 'array', items: json } };
}

export const pairOfTexts: Schema<readonly [label: string, value: string]> = {
  json: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
};

/** An object whose member names are data, such as ids. */
export function mapOf<T>({ json }: Schema<T>): Schema<Readonly<Record<string, T>>> {
  return { json: { type: 'object', additionalProperties: json } };
}

export function either<A, B>(one: Schema<A>, other: Schema<B>): Schema<A | B> {
  return { json: { anyOf: [one.json, other.json] } };
}

/** An object with these members. More may be added later, so a reader must not refuse others. */
export function object<T>(members: Members<T>): Schema<T> {
  // Proof: each of `Members` is one of the two, which the compiler does not see through `T`.
  const entries = Object.entries(members as Readonly<Record<string, Member>>);
  return {
    json: {
      type: 'object',
      required: entries.flatMap(([name, member]) => ('optional' in member ? [] : [name])),
      properties: Object.fromEntries(entries.map(([name, member]) => [name, ('optional' in member ? member.optional : member).json])),
    },
  };
}
