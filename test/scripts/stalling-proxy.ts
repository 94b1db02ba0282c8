import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type StallingProxy = {
  readonly port: number;
  /** When the connection hangs. */
  readonly stalled: Promise<void>;
  /** Lets it go on. */
  readonly resume: () => void;
  readonly stop: () => void;
};

/** Passes connections on to the port, until so many bytes have gone over one of them, either way: from then on all of them hang. */
export async function stallAfter(bytes: number, host: string, port: number): Promise<StallingProxy> {
  const stalled = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  let open = false;
  function pass(from: Socket, to: Socket): void {
    let passed = 0;
    sockets.add(from);
    from.on('error', () => from.destroy()).on('close', () => to.destroy());
    from.on('data', (piece: Buffer) => {
      to.write(piece);
      passed += piece.length;
      if (open || passed <= bytes) return;
      for (const socket of sockets) socket.pause();
      stalled.resolve();
    });
  }
  const server = createServer((client) => {
    const upstream = connect(port, host);
    pass(client, upstream);
    pass(upstream, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A server on a port has an address of this form.
    port: (server.address() as AddressInfo).port,
    stalled: stalled.promise,
    resume: () => {
      open = true;
      for (const socket of sockets) socket.resume();
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
