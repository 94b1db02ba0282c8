import { readChecklist } from '../../../lib/wire/recorded-state.ts';
import { json } from '../answer.ts';
import { byViewer } from '../by-user.ts';

export const dynamic = 'force-dynamic';

export function GET(request: Request): Promise<Response> {
  return byViewer(request, 'GET /api/checklist', async () => json(await readChecklist()));
}
