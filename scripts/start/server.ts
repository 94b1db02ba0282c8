import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state.js';
import { MINUTE, SECOND, type Duration } from '../../lib/domain/time.ts';
import { boundConnections } from './connection-room.ts';
import { METHODS, READING, refusedRequest, type RequestRefusal } from '../../lib/domain/request-target.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Half of the 1,024 descriptors that a process usually has, so that the state file, Atlas and the channels always find some. */
const CONNECTIONS = 512;
/** More than these are refused unseen, should connections come faster than others can be ended for them. */
const REFUSED_BEYOND = CONNECTIONS + 128;

/** What one sender may cost us. A proxy in front of us may be stricter. */
const LIMITS = {
  /** Node's own number, written down: name, password and cookies take a few hundred bytes. A longer head is 431. */
  maxHeaderSize: 16 * 1024,
  /** A head is one packet or two. Whoever takes longer holds a socket open on purpose. */
  headersTimeout: 10 * SECOND,
  /** The whole request with its body, of which 512 kB are taken (app/api/body.ts): 150 kbit/s are enough. */
  requestTimeout: 30 * SECOND,
  /** Node looks for what is late that often; its default of 30 s would make the two above 40 s and 60 s. */
  connectionsCheckingInterval: 5 * SECOND,
  /** Node's own number. A proxy that keeps connections to us has to let go of them sooner. */
  keepAliveTimeout: 5 * SECOND,
} as const;

/** Beyond the longest answer there is, that of a check. */
const SILENCE: Duration = MINUTE;

/**
 * The server that `npm start` listens with: bounded connections, heads and times; what no route could answer is refused before Next sees it. An upgrade is
 * refused as well, since Next answers none in production and would leave its socket open. `longest`: the longest time that an answer takes; `connections`:
 * the most at a time.
 */
export function openServer(handle: Handler, longest: Duration, connections = CONNECTIONS): Server {
  // Node would answer a request without a host itself, and without the headers that every answer has.
  const server = createServer({ ...LIMITS, requireHostHeader: false });
  server.maxConnections = REFUSED_BEYOND;
  boundConnections(server, connections);
  // Ends the socket of a client that does not read its answer.
  server.timeout = longest + SILENCE;
  // Whoever is idle makes room.
  server.on('drop', () => server.closeIdleConnections());
  server.on('connect', (_: IncomingMessage, socket: Duplex) => refuseTunnel(socket));
  // Node's own answer of 417 says nothing, and leaves the connection to what follows.
  server.on('checkExpectation', (_, response) =>
    refuse(response, { status: 417, text: 'This server meets no expectation but 100-continue.' }),
  );
  server.on('request', (request, response) => {
    const refusal = refusedHost(request) ?? refusedUpgrade(request) ?? refusedRequest(request.method ?? '', request.url ?? '');
    if (refusal !== null) return refuse(response, refusal);
    forgetNextsOwn(request);
    const unreadable = refusedRouterState(request);
    if (unreadable !== null) return refuse(response, unreadable);
    handle(request, response);
  });
  return server;
}

/** RFC 9112, 3.2. */
function refusedHost({ httpVersion, headers: { host } }: IncomingMessage): RequestRefusal | null {
  return httpVersion === '1.1' && host === undefined ? { status: 400, text: 'A request of HTTP/1.1 has to name its host.' } : null;
}

/**
 * Nobody listens for `upgrade` on this server, so Node gives such a request to the usual listener. `h2c`, with which Java's client begins every request, may
 * be ignored (RFC 9110, 7.8); whoever asks for anything else waits for it.
 */
function refusedUpgrade({ headers: { upgrade, connection } }: IncomingMessage): RequestRefusal | null {
  const isAsked = upgrade !== undefined && /(^|,)\s*upgrade\s*(,|$)/i.test(connection ?? '');
  if (!isAsked || upgrade.trim().toLowerCase() === 'h2c') return null;
  return { status: 400, text: 'This server speaks HTTP/1.1 and changes to no other protocol.' };
}

/** Headers by which a page of Next's asks for its data, or for an action. */
const NEXTS_OWN = ['rsc', 'next-action', 'next-router-state-tree', 'next-router-prefetch', 'next-router-segment-prefetch'];

/** No page of ours has actions, and its data are only read: of any other request Next makes a server error (measured with 16.4). */
function forgetNextsOwn({ method = '', headers }: IncomingMessage): void {
  if (!READING.includes(method)) for (const name of NEXTS_OWN) delete headers[name];
}

/**
 * A page that refreshes itself says which parts it has. Of a state that Next cannot read it makes a server error, and a stack in the log each time
 * (measured with 16.4), so its own function decides.
 */
function refusedRouterState({ headers }: IncomingMessage): RequestRefusal | null {
  try {
    parseAndValidateFlightRouterState(headers['next-router-state-tree']);
    return null;
  } catch {
    return { status: 400, text: 'The header Next-Router-State-Tree of this request cannot be read.' };
  }
}

/** Closes the connection, because what follows on it may not be what it seems. */
function refuse(response: ServerResponse, { status, text, ...more }: RequestRefusal): void {
  const allow = 'allowed' in more ? { Allow: more.allowed.join(', ') } : {};
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };
  response.writeHead(status, { ...headers, ...allow, Connection: 'close' }).end(text);
}

/** CONNECT comes with a bare socket, and Node would close it without a word. */
function refuseTunnel(socket: Duplex): void {
  // Whoever is gone by now needs no answer.
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 405 Method Not Allowed\r\nAllow: ${METHODS.join(', ')}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  socket.once('finish', () => socket.destroy());
}
