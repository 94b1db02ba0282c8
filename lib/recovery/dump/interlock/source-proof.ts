import { type MongoClient, MongoServerError } from 'mongodb';
import { answered, askIdentity, NoAnswer, type Machine } from './ask-identity.ts';
import { DOCUMENT, MARKER } from './sandbox-mark.ts';
import { areOfDifferentSets, identityByName, type ServerIdentity } from './server-identity.ts';

/** An address whose data must never be overwritten, and the variable that holds it. */
export type SourceAddress = { readonly variable: string; readonly uri: string };

/** What is known of a source. `client` is null, and `trouble` says why, where it could not be asked. */
export type Source = {
  readonly variable: string;
  readonly identity: ServerIdentity;
  readonly client: MongoClient | null;
  readonly trouble: string | null;
};

export type Opening = { readonly machine: Machine; readonly open: (uri: string) => Promise<MongoClient> };

/** Asks every source who it is, and keeps them open for `act`. One that cannot be asked is no error here: the interlock refuses. Throws what `act` throws. */
export async function withSources<T>(
  addresses: readonly SourceAddress[],
  opening: Opening,
  act: (sources: readonly Source[]) => Promise<T>,
): Promise<T> {
  const sources = await Promise.all(addresses.map((address) => asked(address, opening)));
  try {
    return await act(sources);
  } finally {
    // Not waited for: closing may wait for a server that hangs.
    for (const { client } of sources) client?.close().catch(() => undefined);
  }
}

async function asked({ variable, uri }: SourceAddress, { machine, open }: Opening): Promise<Source> {
  let client: MongoClient | null = null;
  try {
    client = await open(uri);
    return { variable, client, identity: await askIdentity(client, uri, machine), trouble: null };
  } catch (error) {
    client?.close().catch(() => undefined);
    return { variable, client: null, identity: identityByName(uri), trouble: troubleIn(error) };
  }
}

/**
 * Why a target may be one of these sources, although no name says so: the nonce that was just written to it can be read there, or nobody can look. Null where
 * each source has shown that it does not have it.
 */
export async function notApart(nonce: string, target: ServerIdentity, sources: readonly Source[]): Promise<string | null> {
  for (const source of sources) {
    const why = await sharesWith(nonce, target, source);
    if (why !== null) return why;
  }
  return null;
}

async function sharesWith(nonce: string, target: ServerIdentity, { variable, identity, client, trouble }: Source): Promise<string | null> {
  if (client === null) return notAsked(variable, trouble);
  const differ = areOfDifferentSets(identity, target);
  const seen = await nonceAt(client).catch((error: unknown) => ({ trouble: troubleIn(error) }));
  if (seen === nonce)
    return `the target is the database that ${variable} names: what was just written to the target can be read there; restore into another server`;
  if (differ) return null;
  if (typeof seen === 'object' && seen !== null)
    return `whether the target is the database that ${variable} names cannot be told (${seen.trouble}): give the user of ${variable} the right to read ${MARKER.database}.${MARKER.collection} there`;
  if (identity.isPrimary) return null;
  return `whether the target is the database that ${variable} names cannot be told, as ${variable} leads to a member that may lag behind: take directConnection out of it`;
}

/** Why a target is refused while a source is silent. */
export function notAsked(variable: string, trouble: string | null): string {
  return `whether the target is the database that ${variable} names cannot be told, as that does not answer (${trouble ?? 'no answer'}): go on where it does, or, if its server is gone for good, leave ${variable} unset`;
}

async function nonceAt(client: MongoClient): Promise<string | null> {
  const collection = client.db(MARKER.database).collection<{ _id: string; use?: { id?: unknown } | null }>(MARKER.collection);
  const found = await answered(collection.findOne({ _id: DOCUMENT }, { readPreference: 'primary' }));
  return typeof found?.use?.id === 'string' ? found.use.id : null;
}

/** The words of a `ConnectError` hold no address; the server's own may, so that only its code is named. */
function troubleIn(error: unknown): string {
  if (error instanceof MongoServerError) return error.codeName ?? `error ${String(error.code)}`;
  if (error instanceof NoAnswer) return error.message;
  if (error instanceof Error) return error.name === 'ConnectError' ? error.message : error.name;
  return 'no answer';
}
