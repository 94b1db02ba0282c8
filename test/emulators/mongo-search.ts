import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { BSON } from 'mongodb';

/** What `$listSearchIndexes` answers of a namespace ("shop.orders"). */
export type SearchAnswer = (namespace: string) => readonly object[];

export type SearchProxy = { readonly uri: string; readonly stop: () => void };

/** https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol: header of 16 bytes, flags of 4, one byte for the kind of section. */
const [HEADER, FLAGS, KIND] = [16, 4, 1];
const OP_MSG = 2013;

/**
 * A proxy in front of a real server, which has no search: it answers the stage `$listSearchIndexes` itself, and passes everything else on. Only that
 * answer is emulated.
 */
export async function searchProxy(uri: string, answer: SearchAnswer): Promise<SearchProxy> {
  const target = new URL(uri);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => client.destroy()).on('close', () => upstream.destroy()));
    upstream.pipe(client);
    let left = Buffer.alloc(0);
    client.on('data', (bytes: Buffer) => {
      left = Buffer.concat([left, bytes]);
      while (left.length >= HEADER && left.length >= left.readInt32LE(0)) {
        const message = left.subarray(0, left.readInt32LE(0));
        left = left.subarray(message.length);
        const reply = answerTo(message, answer);
        if (reply) client.write(reply);
        else upstream.write(message);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(uri);
  // A server on a TCP port has an AddressInfo, never a pipe's name.
  own.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  own.searchParams.set('directConnection', 'true');
  return {
    uri: own.href,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function answerTo(message: Buffer, answer: SearchAnswer): Buffer | null {
  if (message.readInt32LE(12) !== OP_MSG) return null;
  const command = BSON.deserialize(message.subarray(HEADER + FLAGS + KIND));
  if (!('aggregate' in command) || !('$listSearchIndexes' in (command['pipeline']?.[0] ?? {}))) return null;
  const namespace = `${command['$db']}.${command['aggregate']}`;
  const body = BSON.serialize({ cursor: { id: BSON.Long.ZERO, ns: namespace, firstBatch: answer(namespace) }, ok: 1 });
  const reply = Buffer.alloc(HEADER + FLAGS + KIND + body.length);
  reply.writeInt32LE(reply.length, 0);
  reply.writeInt32LE(message.readInt32LE(4), 8);
  reply.writeInt32LE(OP_MSG, 12);
  reply.set(body, HEADER + FLAGS + KIND);
  return reply;
}
