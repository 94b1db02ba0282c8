/** JSON with nothing lost: members in their order, also under names like "10" and under repeated ones, and numbers as they are written. */
export type Json =
  | { readonly kind: 'object'; readonly members: readonly Member[] }
  | { readonly kind: 'array'; readonly items: readonly Json[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly literal: string }
  | { readonly kind: 'literal'; readonly value: boolean | null };

export type Member = readonly [name: string, value: Json];

/** As deep as mongorestore reads (mongo-go-driver, bson/extjson_parser.go). */
const DEEPEST = 200;
/** Strings, with the colon after a member's name, and numbers. */
const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d[\d.eE+-]*/g;

/**
 * Reads JSON. `JSON.parse` does it, on a text in which every name has its place in front, which keeps order and repeats, and every number is a string.
 * Throws SyntaxError.
 */
export function parseJson(text: string): Json {
  // For its errors: they tell the place in the text as it is given.
  JSON.parse(text);
  let place = 0;
  const marked = text.replace(TOKEN, (token, colon?: string) => {
    if (!token.startsWith('"')) return `"#${token}"`;
    return colon === undefined ? `"=${token.slice(1)}` : `"${(place += 1)}:${token.slice(1)}`;
  });
  return treeOf(JSON.parse(marked), 0);
}

function treeOf(value: unknown, depth: number): Json {
  if (depth > DEEPEST) throw new SyntaxError(`nested more than ${DEEPEST} deep`);
  if (typeof value === 'string')
    return value.startsWith('#') ? { kind: 'number', literal: value.slice(1) } : { kind: 'string', text: value.slice(1) };
  if (Array.isArray(value)) return { kind: 'array', items: value.map((item) => treeOf(item, depth + 1)) };
  if (typeof value === 'object' && value !== null) {
    const entries: [string, unknown][] = Object.entries(value);
    return { kind: 'object', members: entries.map(([name, inner]) => [name.slice(name.indexOf(':') + 1), treeOf(inner, depth + 1)]) };
  }
  return { kind: 'literal', value: value === null ? null : value === true };
}
