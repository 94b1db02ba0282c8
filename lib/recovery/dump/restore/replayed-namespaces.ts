import { BSON, type Document } from 'mongodb';
import { halvesOf, isServerCollection, isServerDatabase } from '../backup-names.ts';
import { Interrupted } from '../dump-error.ts';

/**
 * The collections of people that a replay of this oplog may create, change or drop; "shop." for a whole database. An oplog is of the whole server, so that it
 * names databases that the dump does not hold: those that were created or dropped while it was taken. Throws what reading it throws, `Interrupted`.
 */
export async function replayedNamespaces(batches: AsyncIterable<readonly Uint8Array[]>, signal?: AbortSignal): Promise<readonly string[]> {
  const found = new Set<string>();
  for await (const batch of batches) {
    if (signal?.aborted) throw new Interrupted();
    for (const raw of batch) for (const namespace of namespacesIn(BSON.deserialize(raw, ANY_TEXT))) found.add(namespace);
  }
  return [...found].filter((namespace) => {
    const { database, collection } = halvesOf(namespace);
    return database !== '' && !isServerDatabase(database) && !isServerCollection(collection);
  });
}

/** Servers store text that is no UTF-8, so that a sound oplog may hold some. */
export const ANY_TEXT = { validation: { utf8: false } } as const;

/** By the format of an entry: `op` is i, u, d, c or n, `ns` the namespace, `o` the document or command (oplog_entry.idl of MongoDB). */
function namespacesIn({ op, ns, o }: Document): readonly string[] {
  if (op === 'i' || op === 'u' || op === 'd') return [String(ns)];
  if (op !== 'c' || typeof o !== 'object' || o === null) return [];
  const [[name, value] = ['', null]]: readonly (readonly [string, unknown])[] = Object.entries(o);
  // What is in an array of an entry are entries themselves.
  if (name === 'applyOps') return Array.isArray(value) ? (value as readonly Document[]).flatMap((entry) => namespacesIn(entry)) : [];
  if (name === 'renameCollection') return [String(value), String((o as Document)['to'])];
  const { database } = halvesOf(String(ns));
  if (name === 'dropDatabase') return [`${database}.`];
  return typeof value === 'string' ? [`${database}.${value}`] : [];
}
