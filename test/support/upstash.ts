import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createApp } from '@humanwhocodes/upstash-redis-server';

/**
 * What happens to a request instead of its command: `hang` and `reset` before it is applied, `lose` after,
 * `answer` is another body with status 500, `redirect` an answer that leads elsewhere.
 */
export type Fault =
  | { readonly kind: 'hang' | 'reset' | 'lose' }
  | { readonly kind: 'answer'; readonly body: string }
  | { readonly kind: 'redirect'; readonly status: number; readonly to: string };

/** Upstash's REST protocol before a real Redis. */
export type Upstash = {
  readonly url: string;
  readonly token: string;
  /** Every command that arrived, its name first: what Upstash would bill. */
  readonly commands: (readonly (string | number)[])[];
  /** Faults of the next requests, in order; none is as usual. */
  readonly faults: Fault[];
  /** Runs a command beside the counted ones. */
  readonly run: (...command: string[]) => Promise<unknown>;
  readonly stop: () => Promise<void>;
};

const TOKEN = 'upstash-token-for-tests-only';

export async function startUpstash(redisSocket: string): Promise<Upstash> {
  const app = createApp({ token: TOKEN, redisUrl: redisSocket });
  const commands: (string | number)[][] = [];
  const faults: Fault[] = [];
  async function apply(path: string, headers: Headers, body: string): Promise<Response> {
    return app.fetch(new Request(`http://upstash${path}`, { method: 'POST', headers, body }));
  }
  const server = createServer((request, response) => void handle(request, response));
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    commands.push(JSON.parse(body));
    const fault = faults.shift();
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') return void request.socket.resetAndDestroy();
    if (fault?.kind === 'answer') return void response.writeHead(500).end(fault.body);
    if (fault?.kind === 'redirect') return void response.writeHead(fault.status, { location: fault.to }).end();
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return void response.writeHead(401).end('{"error":"Unauthorized"}');
    const answer = await apply(request.url ?? '/', headersOf(request), body);
    if (fault?.kind === 'lose') return void request.socket.resetAndDestroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  }
  async function run(...command: string[]): Promise<unknown> {
    const headers = new Headers({ authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' });
    const answer: { result?: unknown } = await (await apply('/', headers, JSON.stringify(command))).json();
    return answer.result;
  }
  const url = await listen(server);
  return { url, token: TOKEN, commands, faults, run, stop: () => stop(server, run) };
}

function headersOf(request: IncomingMessage): Headers {
  return new Headers({ authorization: request.headers.authorization ?? '', 'content-type': 'application/json' });
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      // A server that listens on a port has an AddressInfo (nodejs.org/api/net.html#serveraddress).
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

async function stop(server: Server, run: Upstash['run']): Promise<void> {
  server.closeAllConnections();
  server.close();
  // Without it the app's Redis client would look for its server for ever, and say so.
  await run('quit');
}
