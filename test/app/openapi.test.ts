import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { openApiDocument } from '../../lib/render/openapi/openapi-document.ts';
import { object, optional, text } from '../../lib/render/openapi/schema.ts';
import { document, operations } from './described.ts';
import { everyRoute } from './routes.ts';

const isInterface = ({ pattern }: { readonly pattern: string }): boolean => pattern.startsWith('/api/') || pattern.startsWith('/i/');

describe('/api/openapi.json', () => {
  test('describes every method of every route, and no other', async () => {
    const routes = (await everyRoute()).filter(isInterface).map(({ method, pattern }) => `${method} ${pattern}`);
    expect(routes.length).toBeGreaterThan(20);
    expect([...operations().keys()].toSorted()).toEqual(routes.toSorted());
  });

  test('has a schema for each reference, and no schema that nothing refers to', () => {
    const references = [...JSON.stringify(document()).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name);
    expect([...new Set(references)].toSorted()).toEqual(Object.keys(document().components.schemas).toSorted());
  });

  test('names each operation once, by method and path', () => {
    const ids = [...operations().values()].map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['getStatus', 'postIncidentsIdAcknowledge', 'getOpenapiJson', 'getICode']));
  });

  test('has parameters for what stands in braces in a path', () => {
    const open = Object.entries(document().paths).filter(([path]) => path.includes('{'));
    expect(open.map(([path, item]) => [path, JSON.stringify(item['parameters'] ?? null)])).toEqual(
      open.map(([path]) => [path, expect.stringContaining(`"name":"${/\{(\w+)\}/.exec(path)?.[1]}","in":"path","required":true`)]),
    );
  });

  test('says of a scrape that its 503 may be a store that cannot be read, which has no Retry-After', () => {
    const { description, headers } = Object(operations().get('GET /api/metrics')?.responses['503']);
    expect(description).toContain('the store cannot be read');
    expect(headers['Retry-After'].description).toContain('where too many sign in');
  });

  test('asks for the sign-in of the page, and for none where everybody may look; an act is always signed in', () => {
    const securityIn = (isOpen: boolean, path: string, method: string) =>
      Object(openApiDocument({ statusUrl: 'https://status.example.com', isOpen }))['paths'][path][method].security;
    expect(securityIn(false, '/api/status', 'get')).toEqual([{ signIn: [] }]);
    expect(securityIn(true, '/api/status', 'get')).toEqual([]);
    expect(securityIn(false, '/api/metrics', 'get')).toEqual([{ metricsToken: [] }, { signIn: [] }]);
    expect(securityIn(true, '/api/metrics', 'get')).toEqual([]);
    expect(securityIn(true, '/api/records', 'post')).toEqual([{ signIn: [] }]);
    expect(securityIn(true, '/api/cron/check', 'get')).toEqual([{ cronSecret: [] }]);
  });
});

describe('a schema of the description', () => {
  test('refuses an object without a member that must be there, and takes one without an optional one', () => {
    const { json } = object<{ readonly name: string; readonly why?: string }>({ name: text, why: optional(text) });
    const validate = new Ajv2020().compile(json);
    expect([validate({ name: 'a' }), validate({ name: 'a', why: 'b' }), validate({ why: 'b' }), validate({ name: 1 })]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('does not compile where a member is missing, of another type, or unknown', () => {
    // @ts-expect-error: `why` is not described.
    object<{ readonly name: string; readonly why: string }>({ name: text });
    // @ts-expect-error: a text is not one of two words.
    object<{ readonly name: 'a' | 'b' }>({ name: text });
    // @ts-expect-error: `why` may be absent.
    object<{ readonly why?: string }>({ why: text });
    // @ts-expect-error: there is no `why`.
    object<{ readonly name: string }>({ name: text, why: text });
  });
});
