import { type MongoClient, MongoServerError } from 'mongodb';
import { plural } from '../../../domain/text.ts';
import { isServerCollection } from '../backup-names.ts';
import { addressesOf, answered, askIdentity } from '../interlock/ask-identity.ts';
import { identitiesOf } from '../interlock/created-collections.ts';
import { isOver, type Lease, serverTime, takeLease, type User, useInWords } from '../interlock/sandbox-lease.ts';
import { type Kept, MARKER, markIn, readKept, type Use } from '../interlock/sandbox-mark.ts';
import { notApart, type Opening, type Source, type SourceAddress } from '../interlock/source-proof.ts';
import { collectionsIn, dropCollections, inUseWords, type TargetFacts } from './restore-target.ts';

/** What the interlock is asked with. */
export type Asking = Opening & {
  readonly targetUri: string;
  readonly sources: readonly SourceAddress[];
  readonly sandboxUri: string | null;
  /** Why Atlas's tag forbids it; null where it does not, or where there is no Atlas to ask. */
  readonly tag: () => Promise<string | null>;
  /** Is the process that used the target known to have ended? */
  readonly isGone: (use: Use) => boolean;
};

/** The interlock refused: nothing was changed. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** What a target and its sources say right now. `left` is a use that ended without cleaning up. */
export type Asked = { readonly facts: TargetFacts; readonly kept: Kept | null; readonly left: Use | null };

export type Wanted = { readonly databases: readonly string[]; readonly backupHosts: readonly string[] };

/** Asks the target what the interlock has to know. Reads alone. Throws the driver's errors. */
export async function askTarget(
  client: MongoClient,
  { databases, backupHosts: spelled }: Wanted,
  { targetUri, sandboxUri, machine, tag, isGone, sources }: Omit<Asking, 'sources' | 'open'> & { readonly sources: readonly Source[] },
): Promise<Asked> {
  const target = await askIdentity(client, targetUri, machine);
  const [kept, time] = [await readKept(client), await serverTime(client)];
  const use = kept?.use ?? null;
  const left = use !== null && isOver(use, time, isGone) ? use : null;
  const found: Record<string, readonly string[]> = {};
  const ours = new Set(left === null ? [] : await leftBy(client, left));
  for (const database of databases) found[database] = withoutLeft(database, await collectionsIn(client, database), ours);
  const mark = markIn(kept, await collectionsIn(client, MARKER.database), target, machine.name);
  const inUse = use === null || left !== null ? null : useInWords(use);
  // The backup may have been taken from this very server under another name of it.
  const backupHosts = [...spelled, ...(await addressesOf(spelled, machine))];
  return { kept, left, facts: { target, sources, backupHosts, sandboxUri, tag: await tag(), inUse, left, databases, found, mark } };
}

/** What a killed run of ours restored counts as nothing, and the server's own collections beside it too. */
function withoutLeft(database: string, found: readonly string[], ours: ReadonlySet<string>): readonly string[] {
  const others = found.filter((name) => !ours.has(`${database}.${name}`));
  return others.length < found.length && others.every(isServerCollection) ? [] : others;
}

/**
 * Takes the target for a while, and makes sure by what it writes there that it is no source. What a killed run left there is named and dropped. Throws
 * `Refused`, and the driver's errors; then the target is not held.
 */
export async function takeTarget(
  client: MongoClient,
  { facts, kept, left }: Asked,
  { user, sources, isGone, say }: Pick<Asking, 'isGone'> & Taking,
): Promise<Lease> {
  const taken = await takeLease(client, user, { previous: kept, isGone }).catch(explained);
  if ('heldBy' in taken) throw new Refused(`refused: ${inUseWords(useInWords(taken.heldBy))}`);
  const { lease } = taken;
  try {
    const why = await notApart(lease.nonce, facts.target, sources);
    if (why !== null) throw new Refused(`refused: ${why}`);
    if (left !== null) await dropLeft(client, left, say);
    return lease;
  } catch (error) {
    await lease.release();
    throw error;
  }
}

/** Unauthorized, and Atlas's own (src/mongo/base/error_codes.yml of MongoDB). */
const DENIED: ReadonlySet<unknown> = new Set([13, 8000]);

function explained(error: unknown): never {
  if (!(error instanceof MongoServerError) || !DENIED.has(error.code)) throw error;
  const place = `${MARKER.database}.${MARKER.collection}`;
  throw new Refused(
    `refused: the user of the target may not write ${place} there, so nobody can hold it: give it the role readWriteAnyDatabase`,
  );
}

type Taking = { readonly user: User; readonly sources: readonly Source[]; readonly say: (line: string) => void };

/**
 * What a killed run of ours created and nobody replaced. The name alone proves nothing: somebody may have restored the same backup there since, for good.
 * Throws the driver's errors.
 */
async function leftBy(client: MongoClient, { namespaces, created = [] }: Use): Promise<readonly string[]> {
  if (created.length === 0) return [];
  const known = new Set(created);
  return [...(await identitiesOf(client, namespaces))].flatMap(([namespace, identity]) => (known.has(identity) ? [namespace] : []));
}

async function dropLeft(client: MongoClient, left: Use, say: Taking['say']): Promise<void> {
  const { what, owner, host } = left;
  const ours = await leftBy(client, left);
  const found = ours.length === 0 ? 'it left nothing' : `dropping the ${plural(ours.length, 'collection')} that it left`;
  say(`${what}, by ${owner} on ${host}, ended without giving the target back: ${found}`);
  await dropCollections(client, ours);
}

/** The databases of people that a server holds. Throws the driver's errors. */
export async function peoplesDatabases(client: MongoClient): Promise<readonly string[]> {
  const { databases } = await answered(client.db('admin').admin().listDatabases({ nameOnly: true }));
  return databases.map(({ name }) => name).filter((name) => !SERVER_DATABASES.includes(name));
}

/** What a server keeps for itself, and the database of the mark. */
const SERVER_DATABASES: readonly string[] = ['admin', 'config', 'local', MARKER.database];
