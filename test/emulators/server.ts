import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** One request as it came in, and how it was answered: a status, or the fault that took its place. */
export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  status: number | Fault['kind'] | null;
};

export type Answer = { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

/**
 * `hang`, `reset`, `status` and `html`: never handled. `lose` and `slow`: handled, then the answer is lost or late. `handledThen`: handled, and
 * something in between answers for the provider, with a page of HTML unless told.
 */
export type Fault =
  | { readonly kind: 'handledThen'; readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'status'; readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'html'; readonly status?: number }
  | { readonly kind: 'hang' | 'reset' | 'lose' }
  | { readonly kind: 'slow'; readonly ms: number };

const PAGE = '<html><body><h1>Bad Gateway</h1></body></html>';

type Rule = { readonly pattern: RegExp; readonly fault: Fault; left: number };

/** What every emulator over HTTP offers. */
export type Emulator = {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly Asked[];
  /** Meets requests whose "METHOD path?query body" matches; `times` of them, or all until `heal`. */
  readonly fault: (pattern: RegExp, fault: Fault, times?: number) => void;
  readonly heal: () => void;
  readonly close: () => Promise<void>;
};

type Setup = {
  readonly port?: number | undefined;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly handle: (asked: Asked) => Answer;
};

/** Listens on 127.0.0.1 and answers by `handle`, spoilt by the faults asked for. */
export async function startServer({ port = 0, tls, handle }: Setup): Promise<Emulator> {
  const requests: Asked[] = [];
  const rules: Rule[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void readRequest(request)
      .then((asked) => {
        requests.push(asked);
        return respond(asked, response, takeRule(rules, asked), handle);
      })
      .catch(() => request.socket.destroy());
  };
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  const at = await listen(server, port);
  return {
    url: `http${tls === undefined ? '' : 's'}://127.0.0.1:${at}`,
    port: at,
    requests,
    fault: (pattern, fault, times = Number.POSITIVE_INFINITY) => void rules.push({ pattern, fault, left: times }),
    heal: () => void rules.splice(0),
    close: () => stop(server),
  };
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const url = new URL(request.url ?? '/', 'http://emulator');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const body = Buffer.concat(chunks).toString();
  return { method: request.method ?? '', path: decodeURIComponent(url.pathname), query: url.searchParams, headers, body, status: null };
}

function takeRule(rules: Rule[], asked: Asked): Fault | null {
  const text = `${asked.method} ${asked.path}?${asked.query.toString()} ${asked.body.slice(0, 4_000)}`;
  const rule = rules.find(({ pattern, left }) => left > 0 && pattern.test(text));
  if (rule === undefined) return null;
  rule.left -= 1;
  return rule.fault;
}

function respond(asked: Asked, response: ServerResponse, fault: Fault | null, handle: Setup['handle']): void {
  asked.status = fault?.kind ?? null;
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'reset') return reset(response);
  if (fault?.kind === 'status')
    return write(asked, response, { status: fault.status, body: fault.body ?? { error: fault.status }, headers: fault.headers ?? {} });
  if (fault?.kind === 'html') return write(asked, response, { status: fault.status ?? 502, body: PAGE });
  const answer = handle(asked);
  if (fault?.kind === 'handledThen')
    return write(asked, response, { status: fault.status, body: fault.body ?? PAGE, headers: fault.headers ?? {} });
  if (fault?.kind === 'lose') return reset(response);
  if (fault?.kind === 'slow') return void setTimeout(() => write(asked, response, answer), fault.ms).unref();
  write(asked, response, answer);
}

function write(asked: Asked, response: ServerResponse, { status, body, headers = {} }: Answer): void {
  asked.status = status;
  const [type, text] = typeof body === 'string' ? ['text/html', body] : ['application/json', JSON.stringify(body)];
  response.writeHead(status, { 'content-type': type, ...headers }).end(text);
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // A server on a TCP port has an AddressInfo, never a pipe's name.
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
