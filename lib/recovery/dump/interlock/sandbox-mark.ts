import type { MongoClient } from 'mongodb';
import { z } from 'zod';
import { iso } from '../../../domain/time.ts';
import { comparableHost, THIS_MACHINE } from '../connection-string.ts';
import { answered } from './ask-identity.ts';
import { namesOf, type ServerIdentity } from './server-identity.ts';

/** Where a sandbox's mark, and the lease of whoever uses a target, are kept. */
export const MARKER = { database: 'restorewatch', collection: 'sandbox' } as const;
export const DOCUMENT = 'sandbox';

const MARK = z.object({
  id: z.string(),
  owner: z.string(),
  /** The machine on which it was made. */
  host: z.string(),
  at: z.date(),
  /** The names that the server went by then: a mark that was copied to another server marks nothing. */
  servers: z.array(z.string()).readonly(),
});
const USE = z.object({
  /** Drawn anew for each use: also the nonce that no source may show. */
  id: z.string(),
  owner: z.string(),
  host: z.string(),
  /** The identity of the process, where its system tells one. */
  process: z.string().nullable(),
  what: z.string(),
  since: z.date(),
  until: z.date(),
  /** Collections that it restores, and drops at its end. */
  namespaces: z.array(z.string()).readonly(),
  /** UUIDs of those that it has created: another collection of the same name is somebody else's. Earlier versions wrote none. */
  created: z.array(z.string()).readonly().optional(),
});
const KEPT = z.object({ _id: z.literal(DOCUMENT), mark: MARK.nullish(), use: USE.nullish() });

/** Who made a sandbox of a server, and when. */
export type Mark = Readonly<z.infer<typeof MARK>>;
/** Who uses a target, and until when. */
export type Use = Readonly<z.infer<typeof USE>>;
export type Kept = Readonly<z.infer<typeof KEPT>>;

/** `bare`: there is the collection alone, which older versions took for a mark. `foreign`: the mark was made for another server. */
export type MarkFound =
  | { readonly kind: 'marked'; readonly mark: Mark }
  | { readonly kind: 'foreign'; readonly mark: Mark }
  | { readonly kind: 'bare' | 'none' };

/** What the collection of the mark holds. Throws Error for a document that this program does not know, and the driver's errors. */
export async function readKept(client: MongoClient): Promise<Kept | null> {
  const collection = client.db(MARKER.database).collection<{ _id: string }>(MARKER.collection);
  const document = await answered(collection.findOne({ _id: DOCUMENT }, { readPreference: 'primary' }));
  if (document === null) return null;
  const read = KEPT.safeParse(document);
  if (read.success) return read.data;
  const field = read.error.issues[0]?.path.join('.') ?? '';
  throw new Error(
    `the target's ${MARKER.database}.${MARKER.collection} holds a document "${DOCUMENT}" that this version does not know (${field}): see who wrote it, and delete it where nobody uses the target`,
  );
}

/** Pure: is the server marked? `collections` are those of the mark's database. */
export function markIn(kept: Kept | null, collections: readonly string[], server: ServerIdentity, machine: string): MarkFound {
  const mark = kept?.mark ?? null;
  if (mark === null) return { kind: kept === null && collections.includes(MARKER.collection) ? 'bare' : 'none' };
  const names = new Set(serversOf(server, machine));
  return { kind: mark.servers.some((name) => names.has(name)) ? 'marked' : 'foreign', mark };
}

/** The names by which a mark knows its server again; "localhost" is told by the machine's name, as it means another server on another machine. */
export function serversOf(server: ServerIdentity, machine: string): readonly string[] {
  return namesOf(server).map((name) =>
    name.startsWith(`${THIS_MACHINE}:`) ? comparableHost(`${machine}${name.slice(THIS_MACHINE.length)}`) : name,
  );
}

/** "marked as a sandbox by Ada on build-1, 2026-11-22". */
export function markInWords({ owner, host, at }: Mark): string {
  return `marked as a sandbox by ${owner} on ${host}, ${iso(at.getTime()).slice(0, 10)}`;
}
