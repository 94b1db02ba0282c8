import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { TestEnd } from './ports.ts';

/** A wire to a real server that a test can cut: a fault of the network, not an emulated one. */
export type TcpProxy = {
  readonly port: number;
  /** Ends every connection, and refuses so many new ones before it lets them through again. */
  readonly cut: (refuse: number) => void;
  /** Connections pass no byte any more, and are not ended: a server that hangs. */
  readonly hang: () => void;
  readonly refused: () => number;
};

/** In front of host and port, on a port of its own; gone with the test, whose context it is told where tests run side by side. */
export async function openTcpProxy(
  target: { readonly host: string; readonly port: number },
  context: TestEnd = { onTestFinished },
): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let [toRefuse, refused, hangs] = [0, 0, false];
  const server = createServer((near) => {
    if (toRefuse > 0) {
      [toRefuse, refused] = [toRefuse - 1, refused + 1];
      near.destroy();
      return;
    }
    const far = connect(target);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('data', (bytes) => void (hangs || other.write(bytes)));
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const end = (): void => {
    for (const socket of open) socket.destroy();
  };
  context.onTestFinished(() => {
    end();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  return {
    port: address.port,
    cut(refuse) {
      toRefuse = refuse;
      end();
    },
    hang: () => void (hangs = true),
    refused: () => refused,
  };
}
