import { type MongoClient, MongoServerError } from 'mongodb';
import type { Instant } from '../domain/time.ts';
import { ReadError, reading } from './validate/reading.ts';
import type { Until } from './world.ts';

/** MongoDB's own: never restored, never dropped. */
const OWN = new Set(['admin', 'local', 'config']);

/** Unauthorized, and Atlas's own (src/mongo/base/error_codes.yml of MongoDB). */
const DENIED: ReadonlySet<unknown> = new Set([13, 8000]);

/**
 * Drops what was restored: these databases, or every one but MongoDB's own; how many. The caller has held the interlock a moment ago. Ends by the
 * deadline. Throws `ReadError`, which names the database and, where it is that, the right that is missing.
 */
export async function dropDatabases(
  client: MongoClient,
  { deadline, only, now }: Until & { readonly now: () => Instant },
): Promise<number> {
  const bounds = { deadline, now };
  const { databases } = await reading('list of the databases to drop', bounds, (maxTimeMS) =>
    client
      .db('admin')
      .admin()
      .listDatabases({ nameOnly: true, maxTimeMS })
      .catch((error: unknown) => Promise.reject(deniedOr(error, 'list of the databases to drop', 'listDatabases'))),
  );
  const restored = databases.filter(({ name }) => !OWN.has(name) && (only === undefined || only.includes(name)));
  for (const { name } of restored) {
    const what = `drop of the restored database ${name}`;
    await reading(what, bounds, (maxTimeMS) =>
      client
        .db(name)
        .command({ dropDatabase: 1, maxTimeMS })
        .catch((error: unknown) => Promise.reject(deniedOr(error, what, `dropDatabase on ${name}`))),
    );
  }
  return restored.length;
}

/** Pure: a refusal for want of a right, in words that say what to grant; anything else as it was. */
export function deniedOr(error: unknown, what: string, right: string): Error {
  if (!(error instanceof MongoServerError)) return error instanceof Error ? error : new Error('an unknown error');
  if (!DENIED.has(error.code)) return error;
  const grant = 'give the sandbox’s user the role dbAdminAnyDatabase, or set `afterwards` of the plan to keep';
  return new ReadError('unclear', what, `the right ${right} is missing (${error.codeName ?? `code ${String(error.code)}`}): ${grant}`);
}
