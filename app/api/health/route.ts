import { readHealth } from '../../../lib/wire.ts';
import { logError } from '../../log.ts';
import { json } from '../answer.ts';

export const dynamic = 'force-dynamic';

/** Open to everybody, so it says nothing but its verdict; what can't be told is not healthy. */
export async function GET(): Promise<Response> {
  try {
    const healthy = await readHealth();
    return json({ healthy }, healthy ? 200 : 503);
  } catch (error) {
    logError('GET /api/health', error);
    return json({ healthy: false }, 503);
  }
}
