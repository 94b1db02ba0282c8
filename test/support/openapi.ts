import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Operation } from '../../lib/collect/client/operations.ts';

type Schema = { readonly $ref?: string; readonly properties?: Readonly<Record<string, { readonly readOnly?: boolean }>> };
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
type Documented = {
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content: Content }>>;
};
type Spec = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

export type Held = {
  /** Null where the operation answers nothing. */
  readonly answer: ValidateFunction | null;
  /** Null where it takes no body. */
  readonly body: ValidateFunction | null;
  /** The fields that a body may have; those that only Atlas sets are none. */
  readonly fields: readonly string[];
};

/** MongoDB's specification of one operation, in the version that we ask for. Throws where it has none such. */
export function openapi(shared: string): (name: string, operation: Operation) => Held {
  // The file is MongoDB's specification; a wrong shape fails the look-ups below.
  const spec = JSON.parse(readFileSync(join(shared, 'atlas/openapi-subset.json'), 'utf8')) as Spec;
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(
    JSON.parse(JSON.stringify({ $id: 'spec', components: translated(spec.components), bases: basesOf(spec.components.schemas) })),
  );
  const compiled = (schema: Schema | undefined): ValidateFunction | null =>
    schema === undefined ? null : ajv.compile(JSON.parse(JSON.stringify(translated(schema)).replaceAll('"#/', '"spec#/')));
  return (name, { path, method, version }) => {
    const written = `/api/atlas/v2${path}`.replace(/(flexClusters\/)\{clusterName\}/, '$1{name}');
    const documented = spec.paths[written]?.[(method ?? 'GET').toLowerCase()];
    const type = `application/vnd.atlas.${version}+json`;
    const answer = documented?.responses['200']?.content[type];
    if (documented === undefined || answer === undefined) throw new Error(`the specification has no ${name} in version ${version}`);
    const body = documented.requestBody?.content[type]?.schema;
    const named = spec.components.schemas[body?.$ref?.split('/').at(-1) ?? ''];
    const fields = Object.entries(named?.properties ?? {}).filter(([, property]) => property.readOnly !== true);
    return { answer: compiled(answer.schema), body: compiled(body), fields: fields.map(([key]) => key) };
  };
}

/**
 * OpenAPI's dialect made JSON Schema: what it only says to generators goes. `oneOf` becomes `anyOf`, for without its discriminator an
 * event fits several of the views that MongoDB lists; and where it lists enums of strings, the specification calls them objects.
 */
function translated(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(translated);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([key, value]) => !isForGenerators(node, key, value));
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (key === 'allOf' && Array.isArray(value)) return [key, value.map((part) => translated(baseOf(part)))];
      return [key === 'oneOf' ? 'anyOf' : key, translated(value)];
    }),
  );
}

/** A kind of something builds on the general view, which lists its kinds: without that list, or one would lead to the other for ever. */
function baseOf(part: unknown): unknown {
  return JSON.parse(JSON.stringify(part).replace('"#/components/schemas/', '"#/bases/'));
}

function basesOf(schemas: Readonly<Record<string, object>>): unknown {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      translated('discriminator' in schema ? { ...schema, oneOf: undefined } : schema),
    ]),
  );
}

function isForGenerators(node: object, key: string, value: unknown): boolean {
  if (key === 'discriminator' || key === 'example') return true;
  if (key === 'nullable') return typeof value === 'boolean' && !('type' in node);
  return key === 'type' && value === 'object' && 'oneOf' in node;
}
