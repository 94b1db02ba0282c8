import { rawBody } from './webhooks/body.ts';

/** The fields of a request, or what is wrong with them, in words for whoever sent it. */
export type Fields<Name extends string> =
  | { readonly fields: Readonly<Partial<Record<Name, string>>> }
  | { readonly problems: readonly string[] };

/** The longest name that is repeated to whoever sent it, and the most problems. */
const NAMED = 40;
const TOLD = 10;

/**
 * A form's fields, or those of a JSON object. What is not one of `names`, not a text, or twice in a form is a problem and never passed over: a silence
 * whose misspelt `cluster` was dropped would be one over every cluster. A form sends what was left empty; in JSON that is a problem too.
 * `instead`: what to say of fields that somebody may well expect.
 */
export async function readFields<Name extends string>(
  request: Request,
  names: readonly Name[],
  instead: Readonly<Record<string, string>> = {},
): Promise<Fields<Name>> {
  const body = await rawBody(request);
  const text = body === null ? null : new TextDecoder().decode(body);
  const isJson = (request.headers.get('content-type') ?? '').includes('json');
  const entries = text === null ? null : isJson ? jsonEntries(text) : [...new URLSearchParams(text)];
  if (entries === null) return { problems: [`body: a form, or JSON with the fields ${inWords(names)}`] };
  const seen = new Set<string>();
  const problems = entries.flatMap(([name, value]) => {
    const isSecond = seen.has(name);
    seen.add(name);
    if (!names.some((known) => known === name)) return [unknownField(name, names, instead)];
    if (typeof value !== 'string') return [`${name}: is to be one text, in quotes`];
    if (isJson && value.trim() === '') return [`${name}: is empty; leave it out`];
    return isSecond ? [`${name}: is there twice; which one is meant?`] : [];
  });
  // Proof: without a problem every name is one of `names`, and every value a text.
  return problems.length > 0
    ? { problems: problems.slice(0, TOLD) }
    : { fields: Object.fromEntries(entries) as Partial<Record<Name, string>> };
}

function jsonEntries(text: string): readonly (readonly [name: string, value: unknown])[] | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed !== 'object' || parsed === null || Array.isArray(parsed) ? null : Object.entries(parsed);
  } catch {
    return null;
  }
}

function unknownField(name: string, names: readonly string[], instead: Readonly<Record<string, string>>): string {
  const said = name.length > NAMED ? `${name.slice(0, NAMED)}…` : name;
  return `${said}: ${Object.hasOwn(instead, name) ? instead[name] : `there is no such field; there are ${inWords(names)}`}`;
}

function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
