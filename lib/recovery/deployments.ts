import type { MongoClient } from 'mongodb';
import type { Duration, Instant } from '../domain/time.ts';
import { hostsNamed } from './dump/hosts.ts';
import type { Deployments } from './world.ts';

type Opening = { readonly timeoutMs: Duration; /** The clock by which deadlines are meant. */ readonly now?: () => Instant };

/** Where to go; the driver is loaded when first needed, so that an hourly check never pays for it. */
export function openDeployments({ timeoutMs, now = Date.now }: Opening): Deployments {
  const through = async <T>(uri: string, act: (client: MongoClient) => Promise<T>): Promise<T> => {
    const { connect } = await import('./validate/connect.ts');
    const client = await connect(uri, { timeoutMs });
    try {
      return await act(client);
    } finally {
      // Not waited for: on a server that hangs it would wait for the server, beyond every deadline.
      void client.close().catch(() => undefined);
    }
  };
  return {
    hostsOf: hostsNamed,
    validate: (uri, plan, until) =>
      through(uri, async (client) => (await import('./validate/database.ts')).validateDatabase(client, plan, { ...until, now })),
    writeAccess: (uri) => through(uri, async (client) => (await import('./validate/write-access.ts')).writeAccess(client)),
    manifest: (uri, until) =>
      through(uri, async (client) => (await import('./validate/manifest.ts')).takeManifest(client, { ...until, now })),
    hold: (uri, assertions, until) =>
      through(uri, async (client) => (await import('./validate/assertion.ts')).holdAssertions(client, assertions, { ...until, now })),
    drop: (uri, until) => through(uri, async (client) => (await import('./drop.ts')).dropDatabases(client, { ...until, now })),
  };
}
