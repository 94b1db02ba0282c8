import type { MongoClient } from 'mongodb';
import { comparableHost, comparableHosts, isAtlas } from '../connection-string.ts';
import { halvesOf, isServerCollection } from '../backup-names.ts';
import { answered } from '../interlock/ask-identity.ts';
import { useInWords } from '../interlock/sandbox-lease.ts';
import { type MarkFound, markInWords, MARKER, type Use } from '../interlock/sandbox-mark.ts';
import { namesOf, type ServerIdentity, sharedWith } from '../interlock/server-identity.ts';
import { notAsked, type Source } from '../interlock/source-proof.ts';
import type { Backup } from '../read/read-backup.ts';
import { restorable } from './restore-order.ts';

export type TargetFacts = {
  readonly target: ServerIdentity;
  /** Every server that backups or restore tests are taken from. */
  readonly sources: readonly Pick<Source, 'variable' | 'identity' | 'trouble'>[];
  /** The hosts that the backup was read from, by its manifest, and the IP addresses that they lead to; empty where it names none. */
  readonly backupHosts: readonly string[];
  /** Null where none is configured. */
  readonly sandboxUri: string | null;
  /** Why Atlas's tag forbids it; null where it does not, or where there is no Atlas to ask. */
  readonly tag: string | null;
  /** Who uses the target now; null where nobody does. */
  readonly inUse: string | null;
  /** A use that ended without cleaning up; what is known to be its own is not in `found`. */
  readonly left: Use | null;
  readonly databases: readonly string[];
  /** Collections that are in the target, by database, for those databases, without what a killed run of ours left. */
  readonly found: Readonly<Record<string, readonly string[]>>;
  readonly mark: MarkFound;
};

/** `drop`: databases of a marked sandbox that have to be emptied first; `marked`: whether it is one. */
export type LocalVerdict =
  | { readonly allowed: true; readonly drop: readonly string[]; readonly marked: boolean }
  | { readonly allowed: false; readonly why: string };

/**
 * Pure: may a backup be restored there? Never to a source, nor to the server that the backup was read from, nor to an Atlas cluster that is not the
 * configured sandbox, nor over data, unless the target is marked as a sandbox. What names leave open is settled by the nonce (`notApart`).
 */
export function localInterlock(facts: TargetFacts): LocalVerdict {
  const why = identityRefusal(facts) ?? dataRefusal(facts);
  if (why !== null) return { allowed: false, why };
  return { allowed: true, drop: occupied(facts), marked: facts.mark.kind === 'marked' };
}

/** Pure: why this server must not be written to, whatever it holds; null where nothing speaks against it. */
export function identityRefusal({
  target,
  sources,
  backupHosts,
  sandboxUri,
  tag,
}: Omit<TargetFacts, 'inUse' | 'left' | 'databases' | 'found' | 'mark'>): string | null {
  if (target.spelled.length === 0) return 'the target address names no host';
  for (const { variable, identity } of sources) {
    const shared = sharedWith(target, identity);
    if (shared !== null) return `the target is the database that ${variable} names (${shared}); restore into another server`;
  }
  const names = namesOf(target);
  const origin = [...new Set(backupHosts.map(comparableHost))].filter((host) => names.includes(host));
  if (origin.length > 0)
    return `the target is the server that the backup was read from (${origin.join(', ')}); restore into another server`;
  const sandbox = new Set(sandboxUri === null ? [] : comparableHosts(sandboxUri));
  const atlas = names.find((host) => isAtlas(host) && !sandbox.has(host));
  if (atlas !== undefined) return `${atlas} is an Atlas cluster and not the one in SANDBOX_MONGODB_URI; set that to the sandbox's address`;
  if (tag !== null) return tag;
  const silent = sources.find(({ trouble }) => trouble !== null);
  return silent === undefined ? null : notAsked(silent.variable, silent.trouble);
}

function dataRefusal(facts: TargetFacts): string | null {
  const { databases, found, mark, inUse, left } = facts;
  if (inUse !== null) return inUseWords(inUse);
  if (databases.length === 0) return 'the backup holds nothing that could be restored';
  if (databases.includes(MARKER.database)) return `the backup holds a database "${MARKER.database}", where the target's mark is kept`;
  const full = occupied(facts);
  if (full.length === 0 || mark.kind === 'marked') return null;
  const named = full.map((database) => `${database} (${found[database]?.length ?? 0} collections)`).join(', ');
  return `the target holds data: ${named}; use an empty server, or a sandbox (docs/recovery.md, The sandbox)${aboutMark(mark)}${aboutLeft(left)}`;
}

/** Pure: the refusal while somebody else uses a target. */
export function inUseWords(use: string): string {
  return `the target is in use: ${use}; wait for its end`;
}

/** Only what a killed run noted as created by it is deleted unasked. */
function aboutLeft(left: Use | null): string {
  if (left === null) return '';
  return `; some of it may have been left by ${useInWords(left)}, but it did not note that it created it: look at it, and drop it by hand`;
}

/** Pure: what to know of a mark that is none; empty where there is nothing to say. */
export function aboutMark(mark: MarkFound): string {
  const collection = `${MARKER.database}.${MARKER.collection}`;
  const how = '`restorewatch sandbox --mark` makes one, after it has made sure that the server is no source';
  if (mark.kind === 'bare') return `; the collection ${collection} alone is no mark: ${how}`;
  if (mark.kind !== 'foreign') return '';
  return `; it was ${markInWords(mark.mark)}, as another server (${mark.mark.servers.join(', ')}), so that mark came with data and means nothing here: ${how}`;
}

function occupied({ databases, found }: TargetFacts): readonly string[] {
  return databases.filter((database) => (found[database] ?? []).length > 0);
}

export function databasesIn(backup: Backup): readonly string[] {
  return databasesOf(restorable(backup).map(({ namespace }) => namespace));
}

export function databasesOf(namespaces: readonly string[]): readonly string[] {
  return [...new Set(namespaces.map((namespace) => halvesOf(namespace).database))];
}

/** Drops databases of a marked sandbox, before and after a restore. Throws the driver's errors. */
export async function dropDatabases(client: MongoClient, databases: readonly string[]): Promise<void> {
  for (const database of databases) await client.db(database).dropDatabase();
}

/**
 * Drops these collections, and their database where only the server's own collections are left in it. Returns the namespaces of everything else in those
 * databases, which stays. Throws the driver's errors.
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

/** Names of a database's collections. Throws the driver's errors. */
export async function collectionsIn(client: MongoClient, database: string): Promise<readonly string[]> {
  const listed = await answered(client.db(database).listCollections({}, { nameOnly: true }).toArray());
  return listed.map(({ name }) => name);
}
