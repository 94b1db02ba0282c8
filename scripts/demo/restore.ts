import { MongoClient, type MongoClientOptions } from 'mongodb';
import { DAY, MINUTE, SECOND, type Instant } from '../../lib/domain/time.ts';
import type { AtlasEmulator } from '../../test/emulators/atlas.ts';
import type { EmulatedCluster } from '../../test/emulators/atlas-model.ts';
import { startEmulatedMongo } from '../../test/emulators/mongodb/emulated-mongo.ts';
import { mongo, type Mongo, whereMongo } from '../../test/support/mongo.ts';

/** Source and sandbox live on one server here: the source's database under this prefix. */
const PREFIX = 'src_';
const ORDERS = 500;
const PROVES_NOTHING = 'emulated-proves-nothing';

/** What restore tests of the demo need of the outside. */
export type DemoRestore = {
  /** False: the data lies in a small server of our own, of which a restore test proves nothing about MongoDB. */
  readonly isReal: boolean;
  readonly plan: { readonly name: string; readonly target: Readonly<Record<'project' | 'cluster', string>> } & Readonly<
    Record<string, unknown>
  >;
  readonly assertion: object;
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
};

/** Gives `orders` data on a server, and a sandbox to restore it into: a MongoDB where one is at hand (MONGO_TEST_URI, or mongodb-memory-server installed). */
export async function openRestore(atlas: AtlasEmulator, orders: EmulatedCluster, now: () => Instant): Promise<DemoRestore> {
  const where = whereMongo('MONGO_TEST_URI');
  const server = where === null ? await emulated(now) : await mongo(where);
  const database = `restorewatch_demo_${process.pid}`;
  const client = await new MongoClient(server.uri, patienceOf(server.uri)).connect();
  await client.db(PREFIX + database).dropDatabase();
  await client
    .db(PREFIX + database)
    .collection('orders')
    .insertMany(documents(now()));
  orders.mongo = { uri: server.uri, databases: [database], prefix: PREFIX };
  const isReal = where !== null;
  const target = { project: 'sandbox', cluster: isReal ? 'restore-sandbox' : PROVES_NOTHING };
  atlas.addProject(target.project).addCluster(target.cluster, {
    tags: { restorewatch: 'sandbox' },
    history: false,
    mongo: { uri: server.uri, databases: [database] },
  });
  await atlas.recovery.data.mark(orders, now() - 60 * DAY);
  const { clientId, clientSecret } = atlas.recovery.credentials;
  return {
    isReal,
    ...promised(database, target, isReal),
    environment: { ATLAS_RESTORE_CLIENT_ID: clientId, ATLAS_RESTORE_CLIENT_SECRET: clientSecret, SANDBOX_MONGODB_URI: server.uri },
    async close() {
      for (const name of [database, PREFIX + database]) await client.db(name).dropDatabase();
      await client.close();
      await server.stop();
    },
  };
}

/** How long a server is waited for: an option would override what the address says. */
export function patienceOf(uri: string): MongoClientOptions {
  return /[?&]serverSelectionTimeoutMS=/i.test(uri) ? {} : { serverSelectionTimeoutMS: 5 * SECOND };
}

async function emulated(now: () => Instant): Promise<Mongo> {
  const { uri, close } = await startEmulatedMongo(now);
  return { uri, stop: close };
}

function documents(now: Instant): object[] {
  return Array.from({ length: ORDERS }, (_, number) => ({ number, total: (number * 37) % 900, at: new Date(now - MINUTE) }));
}

/** The plan of the tests, and what must hold of the data. Where nothing is proven, their names say so: they stand wherever a test is shown. */
function promised(database: string, target: DemoRestore['plan']['target'], isReal: boolean): Pick<DemoRestore, 'plan' | 'assertion'> {
  const name = isReal ? 'every-four-days' : `${PROVES_NOTHING}-about-mongodb`;
  const sources = [{ project: 'shop', cluster: 'orders' }];
  // Often enough that no proven point comes near its end: hourly snapshots are kept for a week.
  const plan = { name, sources, target, everyDays: 4, graceHours: 24, points: ['latest', 'moment'], databases: [database] };
  const words = isReal ? '' : ' (emulated: proves nothing about MongoDB)';
  return { plan, assertion: { name: `every order is there${words}`, collection: `${database}.orders`, min: ORDERS } };
}
