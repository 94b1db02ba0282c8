import { BSON, type Document } from 'mongodb';
import type { CollectionManifest, EvidenceLine, Manifest } from '../../domain/recovery/evidence.ts';
import { Interrupted } from '../dump/dump-error.ts';
import { ANY_TEXT } from '../dump/restore/replayed-namespaces.ts';
import { lineOf, listed } from './evidence-lines.ts';

/** What the oplog of a dump may change where it is replayed: numbers of documents by namespace, and whose options, indexes or names it changes. */
export type OplogChanges = {
  readonly inserted: ReadonlyMap<string, number>;
  readonly deleted: ReadonlyMap<string, number>;
  /** Namespaces; "shop." for a whole database. */
  readonly reshaped: ReadonlySet<string>;
};

/** Commands of an oplog that change neither a name, nor options, nor indexes that are built already. */
const SHAPELESS: ReadonlySet<string> = new Set([
  'applyOps',
  'commitTransaction',
  'abortTransaction',
  'startIndexBuild',
  'abortIndexBuild',
  'create',
]);

/** Reads an oplog to its end. Throws what reading it throws, `Interrupted`. */
export async function oplogChanges(batches: AsyncIterable<readonly Uint8Array[]>, signal?: AbortSignal): Promise<OplogChanges> {
  const changes = { inserted: new Map<string, number>(), deleted: new Map<string, number>(), reshaped: new Set<string>() };
  for await (const batch of batches) {
    if (signal?.aborted) throw new Interrupted();
    for (const raw of batch) note(BSON.deserialize(raw, ANY_TEXT), changes);
  }
  return changes;
}

type Noting = { readonly inserted: Map<string, number>; readonly deleted: Map<string, number>; readonly reshaped: Set<string> };

/** By the format of an entry: `op` is i, u, d, c or n, `ns` the namespace, `o` the document or command (oplog_entry.idl of MongoDB). */
function note({ op, ns, o }: Document, changes: Noting): void {
  if (op === 'i') addOne(changes.inserted, String(ns));
  if (op === 'd') addOne(changes.deleted, String(ns));
  if (op !== 'c' || typeof o !== 'object' || o === null) return;
  const inner: unknown = o.applyOps;
  // What is in an array of an entry are entries themselves.
  if (Array.isArray(inner)) for (const entry of inner as readonly Document[]) note(entry, changes);
  for (const name of reshapedBy(String(ns).split('.')[0] ?? '', o)) changes.reshaped.add(name);
}

function addOne(counts: Map<string, number>, namespace: string): void {
  counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
}

function reshapedBy(database: string, command: Document): readonly string[] {
  const [[name, value] = ['', null]]: readonly (readonly [string, unknown])[] = Object.entries(command);
  if (SHAPELESS.has(name)) return [];
  if (name === 'renameCollection') return [String(value), String(command['to'])];
  return [name === 'dropDatabase' ? `${database}.` : `${database}.${String(value)}`];
}

/**
 * Pure: what a dump holds before and after its oplog. Part of the oplog is in the dump already, so that any number between the two is right. A collection that
 * the oplog reshapes is on one side alone, so that nothing is certain of it, and a line says so.
 */
export function aroundOplog(dump: Manifest, { inserted, deleted, reshaped }: OplogChanges) {
  const isReshaped = ({ namespace }: CollectionManifest): boolean =>
    reshaped.has(namespace) || reshaped.has(namespace.slice(0, namespace.indexOf('.') + 1));
  const counted = (by: (namespace: string) => number): readonly CollectionManifest[] =>
    dump.collections.map((one) => ({ ...one, documents: one.documents === null ? null : Math.max(0, one.documents + by(one.namespace)) }));
  const before = { ...dump, collections: counted((namespace) => -(deleted.get(namespace) ?? 0)) };
  const after = { ...dump, collections: counted((namespace) => inserted.get(namespace) ?? 0).filter((one) => !isReshaped(one)) };
  const names = dump.collections.filter(isReshaped).map(({ namespace }) => namespace);
  const found = `the oplog of the dump drops, renames or changes it: ${listed(names)}`;
  const lines: readonly EvidenceLine[] =
    names.length === 0 ? [] : [lineOf('not-covered', null, 'could-not-verify', ['each collection compared with its files', found])];
  return { before, after, lines };
}
