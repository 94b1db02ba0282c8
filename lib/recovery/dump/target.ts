import type { MongoClient } from 'mongodb';
import type { Duration } from '../../domain/time.ts';
import { type LocalVerdict, localInterlock, MARKER, type TargetFacts } from './interlock.ts';
import { halvesOf, isServerCollection } from './names.ts';
import type { Backup } from './read-backup.ts';
import { restorable } from './restore.ts';

/** One question to the target. */
const ASK_MS: Duration = 30_000;

/** Asks the target what the interlock has to know, right before a restore. Throws the driver's errors. */
export async function askTarget(
  client: MongoClient,
  backup: Backup,
  addresses: Pick<TargetFacts, 'targetUri' | 'sourceUri' | 'sandboxUri'>,
): Promise<LocalVerdict> {
  const databases = databasesIn(backup);
  const hello = await client.db('admin').command({ hello: 1 }, { timeoutMS: ASK_MS });
  const found: Record<string, readonly string[]> = {};
  for (const database of databases) found[database] = await collectionsIn(client, database);
  const marked = (await collectionsIn(client, MARKER.database)).includes(MARKER.collection);
  return localInterlock({ ...addresses, targetMembers: namesIn(hello['hosts']), databases, found, marked });
}

/** Databases that a restore of the backup writes. */
export function databasesIn(backup: Backup): readonly string[] {
  return [...new Set(restorable(backup).map(({ namespace }) => halvesOf(namespace).database))];
}

/** Drops databases of a marked sandbox, before and after a restore. Throws the driver's errors. */
export async function dropDatabases(client: MongoClient, databases: readonly string[]): Promise<void> {
  for (const database of databases) await client.db(database).dropDatabase();
}

/**
 * Drops these collections, and a database of theirs in which then only the server's bookkeeping is left. Gives what else is in those databases,
 * by namespace, and leaves it. Throws the driver's errors.
 */
export async function dropCollections(client: MongoClient, namespaces: Iterable<string>): Promise<readonly string[]> {
  const own = [...namespaces].map(halvesOf);
  for (const { database, collection } of own) await client.db(database).dropCollection(collection);
  const left: string[] = [];
  for (const database of new Set(own.map((one) => one.database))) {
    const names = await collectionsIn(client, database);
    const theirs = names.filter((name) => !isServerCollection(name));
    left.push(...theirs.map((name) => `${database}.${name}`));
    if (names.length > 0 && theirs.length === 0) await client.db(database).dropDatabase();
  }
  return left;
}

async function collectionsIn(client: MongoClient, database: string): Promise<readonly string[]> {
  const listed = await client.db(database).listCollections({}, { nameOnly: true, timeoutMS: ASK_MS }).toArray();
  return listed.map(({ name }) => name);
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}
