import { handbook } from '../../../lib/runbooks.ts';

// Made once, by the build: what it says depends on nothing that can be down. proxy.ts guards it as it guards every page.
export const dynamic = 'force-static';

/** All runbooks on one page, without live values and without scripts. */
export function GET(): Response {
  return new Response(handbook(), { headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'private, no-cache' } });
}
