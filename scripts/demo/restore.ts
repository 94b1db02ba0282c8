import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { DAY, MINUTE, SECOND } from '../../lib/domain/time.ts';
import type { AtlasEmulator } from '../../test/emulators/atlas.ts';
import type { EmulatedCluster } from '../../test/emulators/atlas-model.ts';
import { mongo, whereMongo } from '../../test/support/mongo.ts';

const DATABASE = 'restorewatch_demo_shop';
/** Source and sandbox live on one server here: the source's database under this prefix. */
const PREFIX = 'src_';
const ORDERS = 500;

/** What a restore test of the demo needs of the outside, where a MongoDB can be had. */
export type DemoRestore = { readonly environment: Readonly<Record<string, string>>; readonly close: () => Promise<void> };

/**
 * Gives `orders` real data on a real server, and a sandbox to restore it into; null, where there is none to be had (MONGO_TEST_URI, or
 * mongodb-memory-server installed), and then the demo shows no restore test.
 */
export async function openRestore(atlas: AtlasEmulator, orders: EmulatedCluster, folder: string): Promise<DemoRestore | null> {
  const where = whereMongo('MONGO_TEST_URI');
  if (where === null) return null;
  const server = await mongo(where);
  const client = await new MongoClient(server.uri, { serverSelectionTimeoutMS: 5 * SECOND }).connect();
  const documents = Array.from({ length: ORDERS }, (_, number) => ({
    number,
    total: (number * 37) % 900,
    at: new Date(Date.now() - MINUTE),
  }));
  await client.db(PREFIX + DATABASE).dropDatabase();
  await client
    .db(PREFIX + DATABASE)
    .collection('orders')
    .insertMany(documents);
  orders.mongo = { uri: server.uri, databases: [DATABASE], prefix: PREFIX };
  atlas.addProject('sandbox').addCluster('restore-sandbox', {
    tags: { restorewatch: 'sandbox' },
    history: false,
    mongo: { uri: server.uri, databases: [DATABASE] },
  });
  atlas.recovery.restoreTakes = 20 * SECOND;
  await atlas.recovery.data.mark(orders, Date.now() - 60 * DAY);
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy()));
  const { clientId, clientSecret } = atlas.recovery.credentials;
  return {
    environment: {
      ATLAS_RESTORE_CLIENT_ID: clientId,
      ATLAS_RESTORE_CLIENT_SECRET: clientSecret,
      SANDBOX_MONGODB_URI: server.uri,
      POLICY_FILE: join(folder, 'policy.json'),
    },
    async close() {
      for (const name of [DATABASE, PREFIX + DATABASE]) await client.db(name).dropDatabase();
      await client.close();
      await server.stop();
    },
  };
}

/** Due again a moment later, so that the button always begins one. */
function policy(): object {
  const plan = {
    name: 'demo',
    sources: [{ project: 'shop', cluster: 'orders' }],
    target: { project: 'sandbox', cluster: 'restore-sandbox' },
    everyDays: 0.01,
    graceHours: 24,
    points: ['latest'],
    databases: [DATABASE],
  };
  return { restoreTests: [plan], assertions: [{ name: 'every order is there', collection: `${DATABASE}.orders`, min: ORDERS }] };
}
