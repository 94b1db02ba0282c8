import type { MongoClient } from 'mongodb';
import { BUCKETS, halvesOf } from '../backup-names.ts';
import { answered } from './ask-identity.ts';

/** What tells a collection from any other of its name, by namespace. A view has no UUID; its definition is all there is of it. */
export type Identities = ReadonlyMap<string, string>;

/** The collections and views of a database. Throws the driver's errors. */
export async function identitiesIn(client: MongoClient, database: string): Promise<Identities> {
  const listed = await answered(client.db(database).listCollections({}, { nameOnly: false }).toArray());
  const uuids = new Map(listed.flatMap(({ name, info }) => (info?.uuid === undefined ? [] : [[name, String(info.uuid)] as const])));
  return new Map(
    listed.flatMap(({ name, type, options }) => {
      // The documents of a time series are in a collection of its own.
      const identity = uuids.get(name) ?? uuids.get(BUCKETS + name) ?? (type === 'view' ? `view ${JSON.stringify(options)}` : null);
      return identity === null ? [] : [[`${database}.${name}`, identity] as const];
    }),
  );
}

/** The identities of those of these namespaces that are there. Throws the driver's errors. */
export async function identitiesOf(client: MongoClient, namespaces: readonly string[]): Promise<Identities> {
  const databases = new Set(namespaces.map((namespace) => halvesOf(namespace).database));
  const found = await Array.fromAsync(databases, (database) => identitiesIn(client, database));
  const wanted = new Set(namespaces);
  return new Map(found.flatMap((one) => [...one].filter(([namespace]) => wanted.has(namespace))));
}
