import { EnvironmentError } from '../../lib/config/environment/read-environment.ts';
import { isTriggerName } from '../../lib/domain/incidents/trigger-calls.ts';
import { cleanAll } from '../../lib/domain/text.ts';
import { writeRefusalsHourly } from '../../lib/people/audit-trail.ts';
import { environment } from '../../lib/wire/load-environment.ts';
import { isTooManyReads } from '../../lib/wire/reading.ts';
import { openPorts } from '../../lib/wire/wire.ts';
import { countedLines } from '../counted-lines.ts';
import { logError, logOnce } from '../log.ts';
import { bearerVerdict, countRefusedBearer } from './by-bearer.ts';

/** `trigger`: what called, by its name; null for a caller without one. */
type Job = (trigger: string | null) => Promise<{ readonly status: number; readonly body: unknown }>;

/** JSON that no cache keeps, each text in it on one line and without control characters and bidirectional marks. */
export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(cleanAll(body), { status, headers: { 'Cache-Control': 'no-store', ...headers } });
}

/** Runs a route. An error becomes an answer without details, and a line in the log. */
export async function answering(operation: string, work: () => Promise<Response>): Promise<Response> {
  try {
    countedLines().flush();
    return await work();
  } catch (error) {
    logError(operation, error);
    if (isTooManyReads(error)) return json({ error: 'too many requests' }, 429, { 'Retry-After': '30' });
    return json({ error: error instanceof EnvironmentError ? 'configuration' : 'internal' }, 500);
  }
}

const TRIGGER_RULE =
  'trigger must be a short name: up to 32 lower-case letters, digits and dashes, beginning with a letter, as ?trigger=github';
/** Vercel's crons call with the user agent vercel-cron/1.0 (https://vercel.com/docs/cron-jobs). */
const VERCEL = /^vercel-cron\//;

/** What called a cron route: `?trigger=NAME`, else Vercel by its user agent; null for a caller without a name, undefined for a name that is refused. */
export function triggerOf({ url, headers }: Pick<Request, 'url' | 'headers'>): string | null | undefined {
  const [name, ...more] = new URL(url).searchParams.getAll('trigger');
  if (name === undefined) return VERCEL.test(headers.get('user-agent') ?? '') ? 'vercel' : null;
  return isTriggerName(name) && more.length === 0 ? name : undefined;
}

/** A cron route: 500 if CRON_SECRET is not set, 401 for a request without it, 400 for a trigger that is no name, otherwise what the job answers. */
export function cronRoute(name: string, job: Job): (request: Request) => Promise<Response> {
  return (request) =>
    answering(`GET /api/cron/${name}`, async () => {
      const { cronSecret } = environment();
      if (cronSecret === null) {
        logOnce('CRON_SECRET is not set: the cron routes answer 500 to everybody. Set a random one of at least 32 characters.');
        return json({ error: 'configuration' }, 500);
      }
      const verdict = bearerVerdict(cronSecret, request.headers);
      if (verdict !== 'right') {
        countRefusedBearer(request.headers, `GET /api/cron/${name}`, verdict);
        return json({ error: 'unauthorised' }, 401);
      }
      const trigger = triggerOf(request);
      if (trigger === undefined) return json({ error: TRIGGER_RULE }, 400);
      const { status, body } = await job(trigger);
      await writeRefusalsHourly(await openPorts());
      return json(body, status);
    });
}
