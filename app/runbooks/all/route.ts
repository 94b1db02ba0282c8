import { handbook } from '../../../lib/runbooks/index.ts';

// Made once, by the build, so that it depends on nothing that can be down. proxy.ts guards it as every page.
export const dynamic = 'force-static';

/** All runbooks on one page, without live values and without scripts. */
export function GET(): Response {
  return new Response(handbook(), { headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'private, no-cache' } });
}
