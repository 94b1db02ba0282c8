import { NextRequest } from 'next/server';
import { expect, test, vi } from 'vitest';
import { LEAST } from '../config/environment/environment-source.ts';

for (const [name, value] of Object.entries({ ...LEAST, STATUS_ACCESS: 'public' })) vi.stubEnv(name, value);
const { proxy } = await import('../../proxy.ts');

test.for([
  ['GET', '/runbooks/rpo%zz', 400],
  ['GET', '/records/%00', 400],
  ['GET', '/%c0%af', 400],
  ['GET', '/_global-error', 404],
  ['HEAD', '/x/../_global-error', 404],
  ['PUT', '/', 405],
  ['PROPFIND', '/', 405],
  ['GET', '/runbooks/rpo', 200],
  ['GET', '/records?before=%zz', 200],
] as const)('%s %s is answered with %i before any page is asked, wherever the product runs', async ([method, path, status]) => {
  const answer = await proxy(new NextRequest(`http://status.example.com${path}`, { method }));
  expect(answer.status).toBe(status);
});
