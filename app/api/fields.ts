import { jsonObject } from '../../lib/domain/json-text.ts';
import { rawBody } from './body.ts';

/** The fields of a request, or what is wrong with them in words for the sender. */
export type Fields<Name extends string> =
  | { readonly fields: Readonly<Partial<Record<Name, string>>> }
  | { readonly problems: readonly string[] };

/** The longest name that is repeated to the sender, and the most problems. */
const LONGEST_NAME = 40;
const PROBLEMS_AT_MOST = 10;
/** Characters of one field, of whatever it is; most are held to less by what reads them. */
const LONGEST_FIELD = 4_000;

/**
 * The fields of a form or of a JSON object. A field that is not one of `names`, is no text, or stands twice in a form is a problem and never ignored: a
 * silence whose misspelt `cluster` was ignored would cover every cluster. An empty field is a problem in JSON only, since a form sends all its fields.
 * `instead`: what to answer to fields that somebody may well expect.
 */
export async function readFields<Name extends string>(
  request: Request,
  names: readonly Name[],
  instead: Readonly<Record<string, string>> = {},
): Promise<Fields<Name>> {
  const body = await rawBody(request);
  if (body === null) return { problems: [`body: a form, or JSON with the fields ${inWords(names)}; this one is longer than 512 KB`] };
  const text = new TextDecoder().decode(body);
  const isJson = (request.headers.get('content-type') ?? '').includes('json');
  const object = isJson ? jsonObject(text) : null;
  const entries = isJson ? object && Object.entries(object) : [...new URLSearchParams(text)];
  if (entries === null) return { problems: [`body: a form, or JSON with the fields ${inWords(names)}`] };
  const seen = new Set<string>();
  const problems = entries.flatMap(([name, value]) => {
    const isSecond = seen.has(name);
    seen.add(name);
    if (!names.some((known) => known === name)) return [unknownField(name, names, instead)];
    if (typeof value !== 'string') return [`${name}: is to be one text, in quotes`];
    if (value.length > LONGEST_FIELD) return [`${name}: at most ${LONGEST_FIELD} characters; this has ${value.length}`];
    if (isJson && value.trim() === '') return [`${name}: is empty; leave it out`];
    return isSecond ? [`${name}: is there twice; which one is meant?`] : [];
  });
  // Proof: without a problem every name is one of `names`, and every value a text.
  return problems.length > 0
    ? { problems: problems.slice(0, PROBLEMS_AT_MOST) }
    : { fields: Object.fromEntries(entries) as Partial<Record<Name, string>> };
}

function unknownField(name: string, names: readonly string[], instead: Readonly<Record<string, string>>): string {
  const shown = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  return `${shown}: ${Object.hasOwn(instead, name) ? instead[name] : `there is no such field; there are ${inWords(names)}`}`;
}

function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
