import { json } from '../answer.ts';

export const dynamic = 'force-dynamic';

/**
 * Every address under /api that no other route has. Open to everybody, since it says nothing but that: whoever mistypes an address is not asked for a
 * password first, and nothing is read for it, neither the environment nor the store.
 */
export function GET(): Response {
  return json({ error: 'there is no such address; GET /api/openapi.json lists those that there are' }, 404);
}

export { GET as POST, GET as PUT, GET as PATCH, GET as DELETE, GET as OPTIONS };
