import { readHealth } from '../../../lib/wire/recorded-state.ts';
import { logError } from '../../log.ts';
import { SHORT_CACHE } from '../../short-cache.ts';
import { json } from '../answer.ts';

export const dynamic = 'force-dynamic';
/**
 * That of the cron routes: Vercel puts routes with one limit into one function, so the process that is asked is mostly the one that checks, and knows of its
 * runs at once.
 */
export const maxDuration = 300;

/** Open to everybody, so it says nothing but its verdict. If that cannot be known, the answer is unhealthy. */
export async function GET(): Promise<Response> {
  try {
    const healthy = await readHealth();
    return json({ healthy }, healthy ? 200 : 503, SHORT_CACHE);
  } catch (error) {
    logError('GET /api/health', error);
    return json({ healthy: false }, 503);
  }
}
