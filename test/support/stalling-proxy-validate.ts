import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A server's address through which bytes go until it stalls: then connections stay open and nothing comes any more. */
export type StallingProxy = { readonly uri: string; readonly stall: () => void; readonly stop: () => void };

export async function stallingProxy(uri: string): Promise<StallingProxy> {
  const target = new URL(uri);
  const sockets = new Set<Socket>();
  let stalled = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => void (stalled || to.write(bytes)));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const proxied = new URL(uri);
  proxied.host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    uri: proxied.href,
    stall: () => void (stalled = true),
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
