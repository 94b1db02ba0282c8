import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** A MongoDB to test against. It may be shared: give each test file databases of its own and drop them. */
export type Mongo = { readonly uri: string; readonly stop: () => Promise<void> };

/** What is used of mongodb-memory-server, which is no dependency: it downloads a mongod on a person's machine. */
type MemoryServer = { readonly getUri: () => string; readonly stop: () => Promise<unknown> };
type MemoryServerClass = { readonly create: (options: object) => Promise<MemoryServer> };

const OWNER = { name: 'owner', password: 'owner-password' };

/** The address from the environment, or else the file of mongodb-memory-server where it is installed; null where neither is. */
export function whereMongo(variable: 'MONGO_TEST_URI' | 'MONGO_TEST_AUTH_URI'): string | null {
  const given = process.env[variable] ?? '';
  return given === '' ? memoryServerFile() : given;
}

/**
 * The MongoDB at `where`, as `describeWith('mongodb', …)` or `describeWith('mongodb-with-users', …)` hands it: an address, or the package
 * that starts one. With users, `uri` holds the owner's name and password.
 */
export async function mongo(where: string, users: 'with-users' | 'open' = 'open'): Promise<Mongo> {
  if (/^mongodb(\+srv)?:\/\//.test(where)) return { uri: where, stop: () => Promise.resolve() };
  // The package's documented export; it is no dependency, so that no type of it can be imported.
  const { MongoMemoryServer } = (await import(pathToFileURL(where).href)) as { readonly MongoMemoryServer: MemoryServerClass };
  const auth = { enable: true, customRootName: OWNER.name, customRootPwd: OWNER.password };
  const server = await MongoMemoryServer.create(users === 'with-users' ? { auth } : {});
  const uri = users === 'open' ? server.getUri() : server.getUri().replace('://', `://${OWNER.name}:${OWNER.password}@`);
  return { uri, stop: async () => void (await server.stop()) };
}

/**
 * A name of a database, or the beginning of several, that neither another test nor an earlier try of this one had: call it in `beforeEach`, which runs
 * again before each retry. Each connection of DocumentDB caches the collections it met, and by its source (`collection.c`: `CollectionCacheIsValid`) misses
 * that another connection dropped one while it reads the catalogue. When a collection of that name is created later, it refuses every insert into it:
 * "Unable to create the specified collection".
 */
export function nameForTest(label: string): string {
  return `${label}_${randomBytes(4).toString('hex')}`;
}

function memoryServerFile(): string | null {
  try {
    return createRequire(import.meta.url).resolve('mongodb-memory-server');
  } catch {
    return null;
  }
}
