import { evidencePublicKey } from '../../../../lib/wire/public-key.ts';
import { json } from '../../answer.ts';
import { byViewer } from '../../by-user.ts';

export const dynamic = 'force-dynamic';

/** The public half of `EVIDENCE_KEY`, by which evidence is verified, for everybody who may see the page. */
export function GET(request: Request): Promise<Response> {
  return byViewer(request, 'GET /api/evidence/key', async () => {
    const pem = evidencePublicKey();
    if (pem === null) return json({ error: 'EVIDENCE_KEY is not set, so nothing is signed' }, 409);
    return new Response(pem, { headers: { 'Content-Type': 'application/x-pem-file', 'Cache-Control': 'no-store' } });
  });
}
