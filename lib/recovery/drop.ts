import type { MongoClient } from 'mongodb';
import type { Instant } from '../domain/time.ts';
import type { Until } from './world.ts';

/** MongoDB's own: never restored, never dropped. */
const OWN = new Set(['admin', 'local', 'config']);

/** Drops what was restored: these databases, or every one but MongoDB's own; how many. The caller has held the interlock a moment ago. */
export async function dropDatabases(
  client: MongoClient,
  { deadline, only, now }: Until & { readonly now: () => Instant },
): Promise<number> {
  const { databases } = await client
    .db('admin')
    .admin()
    .listDatabases({ nameOnly: true, maxTimeMS: left(deadline, now) });
  const restored = databases.filter(({ name }) => !OWN.has(name) && (only === undefined || only.includes(name)));
  for (const { name } of restored) await client.db(name).command({ dropDatabase: 1, maxTimeMS: left(deadline, now) });
  return restored.length;
}

function left(deadline: Instant, now: () => Instant): number {
  return Math.max(1, deadline - now());
}
