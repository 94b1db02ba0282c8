import type { JsonObject, Schema } from './schema.ts';
import { list, object, text } from './schema.ts';

/** Who may call: `viewer` is whoever may see the page, `responder` a signed-in user who is no viewer. */
export type AccessNeeded = 'open' | 'viewer' | 'responder' | 'cron' | 'metrics' | 'signed-by-pagerduty' | 'signed-by-slack';

/** One answer: `content` by media type. */
export type Answer = { readonly description: string; readonly content?: JsonObject; readonly headers?: JsonObject };
export type Answers = { readonly [status: number]: Answer };

/** One method of one route. The parameters of its path are derived from the path. */
export type Operation = {
  readonly access: AccessNeeded;
  readonly summary: string;
  readonly description?: string;
  readonly query?: readonly JsonObject[];
  /** By media type. */
  readonly body?: JsonObject;
  readonly answers: Answers;
};

/** The operations of the interface, by path and method. */
export type Operations = { readonly [path: string]: { readonly [method in 'get' | 'post']?: Operation } };

/** A JSON answer. */
export function jsonAnswer<T>(description: string, { json }: Schema<T>, headers?: JsonObject): Answer {
  return { description, content: { 'application/json': { schema: json } }, ...(headers && { headers }) };
}

/** One parameter of the query, never required. */
export function queryParameter(name: string, description: string, schema: JsonObject): JsonObject {
  return { name, in: 'query', description, schema };
}

/** The fields of a form, or of a JSON object of texts. Another field is refused, and an empty one in JSON (app/api/fields.ts). */
export function fields(names: Readonly<Record<string, readonly ['required' | 'optional', string]>>): JsonObject {
  const entries = Object.entries(names);
  const schema = {
    type: 'object',
    required: entries.flatMap(([name, [need]]) => (need === 'required' ? [name] : [])),
    properties: Object.fromEntries(entries.map(([name, [, description]]) => [name, { type: 'string', description }])),
    additionalProperties: false,
  };
  return { 'application/json': { schema }, 'application/x-www-form-urlencoded': { schema } };
}

const ERROR = object<{ readonly error: string }>({ error: text });
const PROBLEMS = object<{ readonly problems: readonly string[] }>({ problems: list(text) });
const RETRY_AFTER: JsonObject = { 'Retry-After': { description: 'in seconds', schema: { type: 'string' } } };
const PLAIN: JsonObject = { schema: { type: 'string' } };

/** An answer `{error}`. */
export function errorAnswer(description: string): Answer {
  return jsonAnswer(description, ERROR);
}

/** What a browser that sent a form gets instead of JSON. */
export function orPlain({ description, content }: Answer): Answer {
  return { description, content: { ...content, 'text/plain': PLAIN } };
}

export const INTERNAL: Answers = {
  500: errorAnswer('The configuration is wrong, or the store cannot be read or written; the log says why.'),
};

export const OF_VIEWERS: Answers = {
  401: jsonAnswer('Sign in by name and password.', ERROR, { 'WWW-Authenticate': { schema: { type: 'string' } } }),
  503: jsonAnswer('Too many sign in at this moment.', ERROR, RETRY_AFTER),
  ...INTERNAL,
};

/** Of metrics: without the store no number would be true. */
export const NOT_SCRAPED: Answers = {
  503: jsonAnswer('Too many sign in at this moment, or the store cannot be read, so that no metric would be true.', ERROR, {
    'Retry-After': { description: 'in seconds; only where too many sign in', schema: { type: 'string' } },
  }),
};

export const TOO_MANY_READS: Answers = {
  429: jsonAnswer('Where everybody may look: too many different questions were asked.', ERROR, RETRY_AFTER),
};

export const OF_RESPONDERS: Answers = {
  303: { description: 'Done, for a browser that sent a form (Accept: text/html).', headers: { Location: { schema: { type: 'string' } } } },
  403: orPlain(errorAnswer('Nobody is signed in by name, a viewer, or a request from another site.')),
  ...OF_VIEWERS,
};

export const WITH_PROBLEMS: Answers = { 400: orPlain(jsonAnswer('What is wrong with the fields, in words.', PROBLEMS)) };
