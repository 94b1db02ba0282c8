import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { MongoClient } from 'mongodb';
import { DOCUMENT, MARKER } from '../../lib/recovery/dump/interlock/sandbox-mark.ts';

/**
 * A wire to the test server on which the database of the sandbox's mark has a name of its own. The server is shared: without it, test files would find each
 * other's marks and leases. As far as marks tell, two of them are two servers, which cannot be had where the test server is one.
 */
export type OwnMarks = {
  readonly uri: string;
  readonly port: number;
  /** Its name on the server. A second wire with the same name is the same server at another address. */
  readonly database: string;
  /** What the collection of the mark holds. */
  readonly kept: () => Promise<unknown>;
  /** Puts this there, in place of what is. */
  readonly put: (document: object | null) => Promise<void>;
  /** Marks it as a sandbox, as `restorewatch sandbox --mark` does. */
  readonly mark: () => Promise<void>;
  /** Drops the database. */
  readonly stop: () => Promise<void>;
};

/** As long as the name that it takes the place of, so that no length in a message changes. */
function nameOfOurs(): string {
  return `rw${randomBytes(8).toString('hex')}`.slice(0, MARKER.database.length);
}

/** In front of the server, on a port of its own. */
export async function openOwnMarks(uri: string, database: string = nameOfOurs()): Promise<OwnMarks> {
  const { hostname: host, port } = new URL(uri);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    pass(near, far, [MARKER.database, database]);
    pass(far, near, [database, MARKER.database]);
    for (const socket of [near, far]) sockets.add(socket.on('close', () => sockets.delete(socket)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = await new MongoClient(uri).connect();
  const collection = client.db(database).collection<{ _id: string }>(MARKER.collection);
  const put = async (document: object | null): Promise<void> => {
    await collection.deleteMany({});
    if (document !== null) await collection.insertOne({ ...document, _id: DOCUMENT });
  };
  // A server on a port has an address of this form.
  const { port: own } = server.address() as AddressInfo;
  return {
    uri: uri.replace(`:${port}`, `:${own}`),
    port: own,
    database,
    kept: () => collection.findOne({ _id: DOCUMENT }),
    put,
    // This machine's own servers go by its name.
    mark: () => put({ mark: { id: 'mark-1', owner: 'Eve', host: 'desk', at: new Date(0), servers: [`${hostname()}:${own}`] } }),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await client.db(database).dropDatabase();
      await client.close();
    },
  };
}

/** Passes whole messages on, whose first four bytes are their length, with one database's name in place of another. */
function pass(from: Socket, to: Socket, [old, other]: readonly [string, string]): void {
  let waiting = Buffer.alloc(0);
  from.on('error', () => from.destroy()).on('close', () => to.destroy());
  from.on('data', (piece: Buffer) => {
    waiting = Buffer.concat([waiting, piece]);
    while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
      const message = waiting.subarray(0, waiting.readInt32LE(0));
      waiting = waiting.subarray(message.length);
      to.write(renamed(message, old, other));
    }
  });
}

/** Alone, or in front of a collection: "restorewatch_drill" stays. */
function renamed(message: Buffer, old: string, other: string): Buffer {
  for (const end of ['\0', '.'])
    for (let at = message.indexOf(old + end); at !== -1; at = message.indexOf(old + end, at + 1)) message.write(other, at);
  return message;
}
