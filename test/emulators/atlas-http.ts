import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duration } from '../../lib/domain/time.ts';

/** One request as it came in, and how it was answered: a status, or the fault that took its place. */
export type AtlasRequest = {
  readonly method: string;
  readonly path: string;
  /** Path and query exactly as sent: what a digest is made over. */
  readonly target: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  status: number | AtlasFault['kind'] | null;
};

export type AtlasAnswer = { readonly status: number; readonly body: unknown; readonly headers: Readonly<Record<string, string>> };

/** `status`, `html`, `hang` and `reset` are never handled; `slow`, `truncate`, `edit` and `lost` (its answer is) are handled, then spoilt. */
export type AtlasFault =
  | { readonly kind: 'status'; readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'html'; readonly status?: number }
  | { readonly kind: 'hang' | 'reset' | 'truncate' | 'lost' }
  | { readonly kind: 'slow'; readonly ms: Duration }
  | { readonly kind: 'edit'; readonly edit: (answer: AtlasAnswer, request: AtlasRequest) => AtlasAnswer };

type Rule = { readonly pattern: RegExp; readonly fault: AtlasFault; left: number };

export type AtlasHttp = {
  readonly url: string;
  readonly port: number;
  readonly requests: AtlasRequest[];
  /** The most requests that were ever under way at once. */
  readonly highWater: number;
  latencyMs: Duration;
  /** Requests wait until this many are under way, once; then it is 0 again. */
  holdUntil: number;
  /** Meets requests whose "METHOD path?query" matches; `times` of them, or all until `heal`. */
  readonly fault: (pattern: RegExp, fault: AtlasFault, times?: number) => void;
  readonly heal: () => void;
  /**
   * As `fetch`, but answered in this process, without a socket: for whoever asks thousands of times. Of the faults, those that are an answer are met. It
   * counts into neither `requests` nor `highWater`, and knows no latency, hold or abort.
   */
  readonly fetch: typeof fetch;
  /** Whether a fault is asked for that `fetch` does not meet. */
  readonly needsSockets: () => boolean;
  readonly close: () => Promise<void>;
};

type Setup = {
  readonly port: number;
  readonly latencyMs: Duration;
  readonly handle: (request: AtlasRequest) => AtlasAnswer | Promise<AtlasAnswer>;
};

/** Listens on 127.0.0.1 and answers by `handle`, late by the latency, spoilt by the faults asked for. */
export async function startAtlasHttp({ port, latencyMs, handle }: Setup): Promise<AtlasHttp> {
  const rules: Rule[] = [];
  const state = { requests: [] as AtlasRequest[], highWater: 0, latencyMs, holdUntil: 0 };
  let active = 0;
  const held: (() => void)[] = [];
  const crowd = async (): Promise<void> => {
    if (held.length + 1 < state.holdUntil) return new Promise((resolve) => void held.push(resolve));
    state.holdUntil = 0;
    for (const go of held.splice(0)) go();
    return undefined;
  };
  const server = createServer((incoming, response) => {
    active += 1;
    state.highWater = Math.max(state.highWater, active);
    response.once('close', () => (active -= 1));
    void readRequest(incoming)
      .then(async (request) => {
        state.requests.push(request);
        if (state.latencyMs > 0) await later(state.latencyMs);
        if (state.holdUntil > 0) await crowd();
        await respond(request, response, takeRule(rules, request), handle);
      })
      .catch(() => incoming.socket.destroy());
  });
  const at = await listen(server, port);
  return Object.assign(state, {
    url: `http://127.0.0.1:${at}`,
    port: at,
    fault: (pattern: RegExp, fault: AtlasFault, times = Number.POSITIVE_INFINITY) => void rules.push({ pattern, fault, left: times }),
    heal: () => void rules.splice(0),
    fetch: (input: string | URL | Request, init: RequestInit = {}) =>
      directly(input instanceof Request ? input.url : input.toString(), init, (request) =>
        answerOf(takeRule(rules, request), request, handle),
      ),
    needsSockets: () => rules.some(({ fault, left }) => left > 0 && !WITHOUT_SOCKET.has(fault.kind)),
    close: () => stop(server),
  });
}

/** Faults that are an answer, whatever carries it. */
const WITHOUT_SOCKET: ReadonlySet<AtlasFault['kind']> = new Set(['status', 'html', 'edit']);

async function directly(address: string, { method = 'GET', headers, body }: RequestInit, handle: Setup['handle']): Promise<Response> {
  const { pathname, search, searchParams: query } = new URL(address);
  const asked = { method, path: decodeURIComponent(pathname), target: `${pathname}${search}`, query };
  const request = {
    ...asked,
    headers: Object.fromEntries(new Headers(headers)),
    body: typeof body === 'string' ? body : body instanceof URLSearchParams ? body.toString() : '',
  };
  const answer = await handle({ ...request, status: null });
  const { text, type } = writtenOut(answer);
  return new Response(text, { status: answer.status, headers: { 'content-type': type, ...answer.headers } });
}

function writtenOut({ body }: AtlasAnswer): { readonly text: string; readonly type: string } {
  return typeof body === 'string' ? { text: body, type: 'text/html' } : { text: JSON.stringify(body), type: 'application/json' };
}

function later(duration: Duration): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, duration).unref());
}

async function readRequest(incoming: IncomingMessage): Promise<AtlasRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const target = incoming.url ?? '/';
  const url = new URL(target, 'http://emulator');
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const body = Buffer.concat(chunks).toString();
  return {
    method: incoming.method ?? '',
    path: decodeURIComponent(url.pathname),
    target,
    query: url.searchParams,
    headers,
    body,
    status: null,
  };
}

function takeRule(rules: Rule[], request: AtlasRequest): AtlasFault | null {
  const text = `${request.method} ${request.path}?${request.query.toString()}`;
  const rule = rules.find(({ pattern, left }) => left > 0 && pattern.test(text));
  if (rule === undefined) return null;
  rule.left -= 1;
  return rule.fault;
}

async function respond(request: AtlasRequest, response: ServerResponse, fault: AtlasFault | null, handle: Setup['handle']): Promise<void> {
  request.status = fault?.kind ?? null;
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'reset') return void response.socket?.resetAndDestroy();
  if (fault?.kind === 'slow') await later(fault.ms);
  const answer = await answerOf(fault, request, handle);
  if (fault?.kind === 'lost') return void response.socket?.resetAndDestroy();
  request.status = answer.status;
  const { text, type } = writtenOut(answer);
  const sent = fault?.kind === 'truncate' ? text.slice(0, Math.floor(text.length / 2)) : text;
  response.writeHead(answer.status, { 'content-type': type, ...answer.headers }).end(sent);
}

const PAGE = '<html><body><h1>502 Bad Gateway</h1></body></html>';

async function answerOf(fault: AtlasFault | null, request: AtlasRequest, handle: Setup['handle']): Promise<AtlasAnswer> {
  if (fault?.kind === 'status') return { status: fault.status, body: fault.body ?? { error: fault.status }, headers: fault.headers ?? {} };
  if (fault?.kind === 'html') return { status: fault.status ?? 502, body: PAGE, headers: {} };
  const answer = await handle(request);
  return fault?.kind === 'edit' ? fault.edit(answer, request) : answer;
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
