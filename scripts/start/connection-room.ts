import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '../../lib/people/sign-in/client-address.ts';

/**
 * Keeps a server at `most` connections by ending one of the address that holds the most of them whenever one comes too many. So nobody who opens as many as
 * he likes keeps a cron or a person at another address out. An address gives up the connection that has waited longest without being answered; if all of
 * its connections are being answered, the last one that came.
 */
export function boundConnections(server: Server, most: number): void {
  const held = new Map<string, Set<Socket>>();
  const answering = new Set<Socket>();
  let count = 0;

  function remove(network: string, socket: Socket): void {
    const sockets = held.get(network);
    if (!sockets?.delete(socket)) return;
    count -= 1;
    if (sockets.size === 0) held.delete(network);
  }

  const waitingIn = (sockets: ReadonlySet<Socket>): Socket | undefined => [...sockets].find((socket) => !answering.has(socket));

  /** Null if each address has one connection, and each of them is being answered. */
  function superfluous(): readonly [string, Socket] | null {
    const largest = Math.max(...[...held.values()].map(({ size }) => size));
    const greediest = [...held].filter(([, { size }]) => size === largest);
    const waiting = greediest.flatMap(([network, sockets]) => [[network, waitingIn(sockets)] as const]);
    const found = waiting.find(([, socket]) => socket !== undefined) ?? waiting[0];
    if (found === undefined) return null;
    const [network, socket] = found;
    const ended = socket ?? (largest > 1 ? [...(held.get(network) ?? [])].at(-1) : undefined);
    return ended === undefined ? null : [network, ended];
  }

  server.on('connection', (socket: Socket) => {
    const network = networkOf((socket.remoteAddress ?? '').replace(/^::ffff:(?=[\d.]+$)/i, ''));
    held.set(network, (held.get(network) ?? new Set()).add(socket));
    count += 1;
    socket.once('close', () => remove(network, socket));
    if (count <= most) return;
    const [from, ended] = superfluous() ?? [network, socket];
    remove(from, ended);
    ended.destroy();
  });
  server.on('request', ({ socket }, response) => {
    answering.add(socket);
    response.once('close', () => answering.delete(socket));
  });
}
