import { openApiDocument } from '../../../lib/render/openapi/openapi-document.ts';
import { environment } from '../../../lib/wire/load-environment.ts';
import { json } from '../answer.ts';
import { byViewer } from '../by-user.ts';

export const dynamic = 'force-dynamic';

/** The description of this interface for programs (docs/contract.md, clause 19). */
export function GET(request: Request): Promise<Response> {
  return byViewer(request, 'GET /api/openapi.json', async () => {
    const { statusUrl, access } = environment();
    return json(openApiDocument({ statusUrl, isOpen: access.kind === 'public' || access.kind === 'vercel' }));
  });
}
