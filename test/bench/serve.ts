import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import next from 'next';

/** Serves a built app as scripts/start.ts does, with nothing around it. Argument: its folder. */
async function serve(dir: string): Promise<void> {
  const server = createServer();
  const app = next({ dev: false, dir, port: 0, httpServer: server });
  await app.prepare();
  const handle = app.getRequestHandler();
  server.on('request', (request, response) => void handle(request, response));
  // A server on a TCP port has an AddressInfo, never a pipe's name.
  server.listen(0, '127.0.0.1', () => process.stdout.write(`listens on port ${(server.address() as AddressInfo).port}\n`));
}

await serve(process.argv[2] ?? '');
