import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { openApiDocument } from '../../lib/render/openapi/openapi-document.ts';

type Content = Readonly<Record<string, { readonly schema: object }>>;
export type Described = {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly schema: Readonly<Record<string, unknown>> }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
};
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

const REQUEST = { statusUrl: null, isOpen: false };

/** The document of `GET /api/openapi.json`, as JSON. */
export function document(): Document {
  // Proof: a wrong shape fails the look-ups of the tests.
  return JSON.parse(JSON.stringify(openApiDocument(REQUEST))) as Document;
}

/** "GET /api/status" with what the document says of it. */
export function operations(): ReadonlyMap<string, Described> {
  const entries = Object.entries(document().paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, one]) =>
      method === 'parameters' ? [] : [[`${method.toUpperCase()} ${path}`, one] as const],
    ),
  );
  return new Map(entries);
}

/** In the test's copy no object has a member that is not described. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const members = Object.entries(node).map(([name, member]) => [name, closed(member)] as const);
  const isObject = 'properties' in node && !('additionalProperties' in node);
  return Object.fromEntries([...members, ...(isObject ? [['additionalProperties', false] as const] : [])]);
}

/** What holds an answer against the document. It keeps which statuses came. */
export function answersHeld(): {
  readonly hold: (operation: string, answer: Response) => Promise<void>;
  readonly came: ReadonlySet<string>;
} {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
  ajv.addVocabulary(['components']);
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  ajv.addSchema(
    Object(
      JSON.parse(
        JSON.stringify({ $id: 'document', components: { schemas: closed(document().components.schemas) } }).replaceAll(
          '"#/',
          '"document#/',
        ),
      ),
    ),
  );
  const compile = (schema: object): ValidateFunction =>
    ajv.compile(JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/', '"document#/')));
  const all = operations();
  const validators = new Map<object, ValidateFunction>();
  const came = new Set<string>();
  const hold = async (operation: string, answer: Response): Promise<void> => {
    const what = `${operation} → ${answer.status}`;
    const described = all.get(operation)?.responses[answer.status];
    expect(described, `${what} is described`).toBeDefined();
    came.add(what);
    const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const body = await answer.text();
    if (body === '' && type === '') return;
    const schema = described?.content?.[type]?.schema;
    expect(schema, `${what} as ${type} is described`).toBeDefined();
    if (schema === undefined || type !== 'application/json') return;
    const validate = validators.get(schema) ?? compile(schema);
    validators.set(schema, validate);
    validate(JSON.parse(body));
    expect(validate.errors ?? [], `${what}: ${body.slice(0, 2_000)}`).toEqual([]);
  };
  return { hold, came };
}
