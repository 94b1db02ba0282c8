import { cronAuthorised } from '../../lib/access.ts';
import { EnvironmentError } from '../../lib/config/env.ts';
import { environment } from '../../lib/wire-environment.ts';
import { logError, logOnce } from '../log.ts';

type Job = () => Promise<{ readonly status: number; readonly body: unknown }>;

/** JSON that no cache keeps. */
export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store', ...headers } });
}

/** Runs what a route does; an error becomes an answer without detail, and a line in the log. */
export async function answering(operation: string, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    logError(operation, error);
    return json({ error: error instanceof EnvironmentError ? 'configuration' : 'internal' }, 500);
  }
}

/** A cron route: 500 to everybody where the secret is unset, 401 to everybody who does not have it, else the job's own answer. */
export function cronRoute(name: string, job: Job): (request: Request) => Promise<Response> {
  return (request) =>
    answering(`GET /api/cron/${name}`, async () => {
      const { cronSecret } = environment();
      if (cronSecret === null) {
        logOnce('CRON_SECRET is not set: the cron routes answer 500 to everybody. Set a random one of at least 16 characters.');
        return json({ error: 'configuration' }, 500);
      }
      if (!cronAuthorised(cronSecret, request.headers.get('authorization'))) return json({ error: 'unauthorised' }, 401);
      const { status, body } = await job();
      return json(body, status);
    });
}
