import { type MongoClient, MongoServerError } from 'mongodb';
import { isServerDatabase } from '../dump/backup-names.ts';
import { type Bounds, ReadError, boundedRead } from './read/bounded-read.ts';
import type { Until } from '../../ports/recovery-ports.ts';

/** Unauthorized, and Atlas's own (src/mongo/base/error_codes.yml of MongoDB). */
const DENIED: ReadonlySet<unknown> = new Set([13, 8000]);

/**
 * Drops what was restored: these databases, or every one but MongoDB's own; how many. The caller has held the interlock a moment ago. Ends by the
 * deadline. Throws `ReadError`, which names the database and, where it is that, the right that is missing.
 */
export async function dropDatabases(client: MongoClient, { deadline, only, now }: Until & Bounds): Promise<number> {
  const bounds = { deadline, now };
  const permitted = <T>(what: string, right: string, act: (maxTimeMS: number) => Promise<T>): Promise<T> =>
    boundedRead(what, bounds, (maxTimeMS) => act(maxTimeMS).catch((error: unknown) => Promise.reject(deniedOr(error, what, right))));
  const { databases } = await permitted('list of the databases to drop', 'listDatabases', (maxTimeMS) =>
    client.db('admin').admin().listDatabases({ nameOnly: true, maxTimeMS }),
  );
  const restored = databases.filter(({ name }) => !isServerDatabase(name) && (only === undefined || only.includes(name)));
  for (const { name } of restored)
    await permitted(`drop of the restored database ${name}`, `dropDatabase on ${name}`, (maxTimeMS) =>
      client.db(name).command({ dropDatabase: 1, maxTimeMS }),
    );
  return restored.length;
}

/** Pure: a refusal for want of a right, in words that say what to grant; anything else as it was. */
export function deniedOr(error: unknown, what: string, right: string): Error {
  if (!(error instanceof MongoServerError)) return error instanceof Error ? error : new Error('an unknown error');
  if (!DENIED.has(error.code)) return error;
  const grant = 'give the sandbox’s user the role dbAdminAnyDatabase, or set `afterwards` of the plan to keep';
  return new ReadError('unclear', what, `the right ${right} is missing (${error.codeName ?? `code ${String(error.code)}`}): ${grant}`);
}
