import { once } from 'node:events';
import { createServer } from 'node:net';

type Wanted = { readonly name: 'PORT' | 'CONTROL_PORT'; readonly host: string; readonly port: number };

/** Throws, before anything takes time, where one of the places is taken already, with what to set. */
export async function refuseTakenPorts(wanted: readonly Wanted[]): Promise<void> {
  const ports = wanted.map(({ port }) => port);
  if (new Set(ports).size < ports.length) throw new Error(`demo: PORT and CONTROL_PORT are both ${ports[0]}; set one of them to another`);
  for (const { name, host, port } of wanted) {
    const problem = await problemOf(host, port);
    if (problem !== null) throw new Error(`demo: cannot listen on port ${port} (${problem}); set ${name} to one that is free`);
  }
}

async function problemOf(host: string, port: number): Promise<string | null> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return 'a port is a number from 1 to 65535';
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'it is taken';
  } finally {
    server.close();
  }
}
