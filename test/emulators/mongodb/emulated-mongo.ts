import { createServer, type AddressInfo, type Socket } from 'node:net';
import { answerTo, type Databases } from './commands.ts';
import { commandIn, messagesIn, reply } from './wire.ts';

export type EmulatedMongoServer = { readonly uri: string; readonly databases: Databases; readonly close: () => Promise<void> };

/**
 * Speaks as much of MongoDB's wire protocol as a restore test asks, on 127.0.0.1, with its data in memory. It lets the state machine be shown where no
 * MongoDB is at hand, and proves nothing about MongoDB: what it does not know, it refuses.
 */
export async function startEmulatedMongo(now: () => number = Date.now): Promise<EmulatedMongoServer> {
  const databases: Databases = new Map();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A client that is gone needs no answer.
    socket.on('error', () => socket.destroy());
    serve(socket, databases, now);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // Proof: a server on a TCP port has an AddressInfo, never a pipe's name.
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { uri: `mongodb://127.0.0.1:${port}/`, databases, close };
}

function serve(socket: Socket, databases: Databases, now: () => number): void {
  let come = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    try {
      const { messages, rest } = messagesIn(Buffer.concat([come, bytes]));
      come = Buffer.from(rest);
      for (const message of messages) {
        const command = commandIn(message);
        socket.write(reply(command, answerTo(command.body, databases, now)));
      }
    } catch {
      // Bytes that are no message of the protocol: a server hangs up, too.
      socket.destroy();
    }
  });
}
