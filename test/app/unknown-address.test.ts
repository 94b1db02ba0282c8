import { expect, test } from 'vitest';
import { DELETE, GET, OPTIONS, PATCH, POST, PUT } from '../../app/api/[[...path]]/route.ts';
import { openApiDocument } from '../../lib/render/openapi/openapi-document.ts';

const METHODS = Object.entries({ DELETE, GET, OPTIONS, PATCH, POST, PUT });

// Neither an environment nor a store is set here: the answer needs none.
test.for(METHODS)('%s of an address under /api that no route has is a JSON 404 that no cache keeps', async ([, handler]) => {
  const answer = handler();
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
    404,
    'application/json',
    'no-store',
  ]);
  expect(await answer.json()).toEqual({ error: 'there is no such address; GET /api/openapi.json lists those that there are' });
});

test('/api/openapi.json says so, though it can list no such address', () => {
  const { description } = Object(openApiDocument({ statusUrl: null, isOpen: false })['info']);
  expect(description).toContain('every other address under /api is 404 `{error}`, to everybody');
});
