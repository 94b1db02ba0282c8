import { type Collection, type MongoClient, MongoServerError } from 'mongodb';
import { type Duration, type Instant, iso, MINUTE } from '../../../domain/time.ts';
import { answered } from './ask-identity.ts';
import { DOCUMENT, type Kept, type Mark, MARKER, readKept, type Use } from './sandbox-mark.ts';

/** How long a use lasts without being renewed. A process that was killed keeps others away for so long at most. */
export const LEASE: Duration = 5 * MINUTE;
/** A use is renewed so often, so that four renewals may fail before others take the target. */
export const RENEW_EVERY: Duration = MINUTE;

/** Who is going to use a target, and what for. */
export type User = Pick<Use, 'id' | 'owner' | 'host' | 'process' | 'what' | 'namespaces'>;

/** A target that is ours for a while. Each method throws the driver's errors. */
export type Lease = {
  /** Written into the target when it was taken, and nowhere else. */
  readonly nonce: string;
  /** Holds it for another `LEASE`. False where somebody else has it by now: then nothing may be changed there any more. */
  readonly renew: () => Promise<boolean>;
  /** Notes the UUIDs of the collections that were created, for whoever cleans up after a process that is killed. False as above. */
  readonly note: (created: readonly string[]) => Promise<boolean>;
  /** Marks the server as a sandbox while it is held. False as above. */
  readonly mark: (mark: Mark) => Promise<boolean>;
  readonly release: () => Promise<void>;
};

type Stored = { _id: string } & Omit<Kept, '_id'>;
export type Taken = { readonly lease: Lease } | { readonly heldBy: Use };

/** Pure: may somebody else take the target? At `until`, not before, and at once where the process that used it is known to be gone. */
export function isOver(use: Use, now: Instant, isGone: (use: Use) => boolean): boolean {
  return use.until.getTime() <= now || isGone(use);
}

/** "validate of /backups/x, by Ada on build-1, until 2026-11-22T13:42:00Z". */
export function useInWords({ what, owner, host, until }: Use): string {
  return `${what}, by ${owner} on ${host}, until ${iso(until.getTime())}`;
}

/** The server's own time, which is one for all who use it. Throws Error where the server does not tell it, and the driver's errors. */
export async function serverTime(client: MongoClient): Promise<Instant> {
  const { localTime } = await answered(client.db('admin').command({ hello: 1 }));
  if (!(localTime instanceof Date)) throw new Error('the target does not tell its time, so nobody can hold it for a while');
  return localTime.getTime();
}

/** Takes the target, unless somebody else has it. `previous` is what was there a moment ago; another who comes between gets it. Throws the driver's errors. */
export async function takeLease(
  client: MongoClient,
  user: User,
  { previous, isGone }: { readonly previous: Kept | null; readonly isGone: (use: Use) => boolean },
): Promise<Taken> {
  const now = await serverTime(client);
  const before = previous?.use ?? null;
  if (before !== null && !isOver(before, now, isGone)) return { heldBy: before };
  const use: Use = { ...user, since: new Date(now), until: new Date(now + LEASE) };
  const collection = collectionIn(client);
  if (await taken(collection, previous, use)) return { lease: leaseOf(client, use.id) };
  const held = (await readKept(client))?.use;
  if (!held) throw new Error('the target was marked or given back at this very moment: try again');
  return { heldBy: held };
}

/** 11000 is MongoDB's duplicate key: another was first. */
async function taken(collection: Collection<Stored>, previous: Kept | null, use: Use): Promise<boolean> {
  if (previous === null)
    return answered(collection.insertOne({ _id: DOCUMENT, use })).then(
      () => true,
      (error: unknown) => (error instanceof MongoServerError && error.code === 11_000 ? false : Promise.reject(error)),
    );
  // One that ran out may have been renewed a moment ago.
  const unchanged = previous.use ? { 'use.id': previous.use.id, 'use.until': previous.use.until } : { use: null };
  const { matchedCount } = await answered(collection.updateOne({ _id: DOCUMENT, ...unchanged }, { $set: { use } }));
  return matchedCount === 1;
}

function leaseOf(client: MongoClient, id: string): Lease {
  const collection = collectionIn(client);
  const change = async (set: object): Promise<boolean> =>
    (await answered(collection.updateOne({ _id: DOCUMENT, 'use.id': id }, { $set: set }))).matchedCount === 1;
  return {
    nonce: id,
    renew: async () => change({ 'use.until': new Date((await serverTime(client)) + LEASE) }),
    note: (created) => change({ 'use.created': created }),
    mark: (mark) => change({ mark }),
    release: async () => {
      await change({ use: null });
      await tidy(client, collection);
    },
  };
}

/** Of a target without a mark nothing of ours stays. */
async function tidy(client: MongoClient, collection: Collection<Stored>): Promise<void> {
  const { deletedCount } = await answered(collection.deleteOne({ _id: DOCUMENT, mark: null, use: null }));
  if (deletedCount === 0 || (await answered(collection.countDocuments({}))) > 0) return;
  await answered(collection.drop());
  const left = await answered(client.db(MARKER.database).listCollections({}, { nameOnly: true }).toArray());
  if (left.length === 0) await answered(client.db(MARKER.database).dropDatabase());
}

function collectionIn(client: MongoClient): Collection<Stored> {
  return client.db(MARKER.database).collection<Stored>(MARKER.collection, { writeConcern: { w: 'majority' } });
}
