import type { RequestListener, Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { markRequests } from '../../../scripts/start/mark-request.ts';
import { openServer } from '../../../scripts/start/server.ts';

/** A server, and the requests that its handler saw. */
async function started(answer: RequestListener = (_, response) => void response.end('handled'), connections?: number) {
  const seen: string[] = [];
  const server = openServer(
    (request, response) => {
      seen.push(`${request.method} ${request.url}`);
      answer(request, response);
    },
    1_000,
    connections,
  );
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, seen: seen as readonly string[] }; // proof: the same array, which the tests only read
}

function dial(server: Server, from = '127.0.0.1'): Socket {
  // A server on a TCP port has an AddressInfo, never a pipe's name.
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Sends the lines as a head and gives all that comes until the server closes. The sender itself closes nothing. */
function exchange(server: Server, ...lines: readonly string[]): Promise<string> {
  const socket = dial(server);
  socket.write([...lines, '', ''].join('\r\n'));
  return text(socket);
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
const HOST = 'Host: status.example.com';

test.for([
  ['POST', []],
  ['GET', ['rsc', 'next-action']],
] as const)("a %s has of Next's own headers %j, since of others than reads Next makes a server error", async ([method, kept]) => {
  const { server } = await started(({ headers }, response) =>
    response.end(JSON.stringify(Object.keys(headers).filter((name) => ['rsc', 'next-action'].includes(name)))),
  );
  const answer = await exchange(
    server,
    `${method} /api/nothing HTTP/1.1`,
    HOST,
    'Connection: close',
    'RSC: 1',
    'Next-Action: x',
    'Content-Length: 0',
  );
  expect(answer).toContain(JSON.stringify(kept));
});

const treeOf = (state: unknown): string => encodeURIComponent(JSON.stringify(state));

test.for([
  ['that of the first page', treeOf(['', { children: ['__PAGE__', {}] }]), 200],
  ['that of a page with parameters', treeOf(['', { children: [['name', 'rpo', 'd', null], {}, null, 'refetch'] }]), 200],
  ['no escape', '%5B%22%zz', 400],
  ['no JSON', '%5B%22', 400],
  ['no state', treeOf([]), 400],
  ['an empty text', '', 400],
  ['a state of a kind that Next does not know', treeOf(['', { children: [['name', 'rpo', 'odd', null], {}] }]), 400],
] as const)(
  "the state of Next's router, %s, which Next answers with a server error if it cannot be read: %s %i",
  async ([, state, status]) => {
    const { server, seen } = await started();
    const answer = await exchange(
      server,
      'GET /clusters HTTP/1.1',
      HOST,
      'Connection: close',
      'RSC: 1',
      `Next-Router-State-Tree: ${state}`,
    );
    expect([statusOf(answer), seen.length]).toEqual([status, status === 200 ? 1 : 0]);
  },
);

test('a POST to a page is refused before its body comes, and the answer names the methods of pages', async () => {
  const { server, seen } = await started();
  const answer = await exchange(server, 'POST / HTTP/1.1', HOST, 'Content-Length: 1000000');
  expect([statusOf(answer), /^Allow: (.*)\r$/m.exec(answer)?.[1], seen]).toEqual([405, 'GET, HEAD', []]);
});

describe('a request that changes the protocol', () => {
  const whole = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];

  test.for([
    ['to websocket', '/', ['Connection: Upgrade', 'Upgrade: websocket']],
    ['to websocket, complete', '/api/status', ['Connection: keep-alive, Upgrade', 'Upgrade: websocket', ...whole]],
    ['to something unknown', '/records', ['Connection: upgrade', 'Upgrade: nonsense/1']],
    ['to TLS', '/', ['Connection: Upgrade', 'Upgrade: TLS/1.2']],
  ] as const)('%s is refused at once, its socket is closed, and nothing else sees it', async ([, path, headers]) => {
    const { server, seen } = await started();
    const answer = await exchange(server, `GET ${path} HTTP/1.1`, HOST, ...headers);
    expect(statusOf(answer)).toBe(400);
    expect(answer).toMatch(/^Connection: close\r$/m);
    expect(seen).toEqual([]);
  });

  test('three hundred at once leave no socket open', async () => {
    const { server } = await started();
    const ask = () => exchange(server, 'GET / HTTP/1.1', HOST, 'Connection: Upgrade', 'Upgrade: websocket');
    const answers = await Promise.all(Array.from({ length: 300 }, ask));
    expect(new Set(answers.map(statusOf))).toEqual(new Set([400]));
    await expect.poll(() => connectionsOf(server)).toBe(0);
  });

  test.for([
    [
      'to HTTP/2 in the clear, as Java asks with each first request',
      ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AA'],
    ],
    ['that is named but not asked for', ['Connection: close', 'Upgrade: websocket']],
  ] as const)('%s is answered as any other', async ([, headers]) => {
    const { server, seen } = await started();
    const socket = dial(server);
    socket.write(['GET /api/health HTTP/1.1', HOST, ...headers, '', ''].join('\r\n'));
    expect(await firstPiece(socket)).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen).toEqual(['GET /api/health']);
  });

  test('CONNECT is 405 and closed', async () => {
    const { server, seen } = await started();
    const answer = await exchange(server, 'CONNECT elsewhere.example.com:443 HTTP/1.1', HOST);
    expect([statusOf(answer), seen]).toEqual([405, []]);
    expect(answer).toContain('Allow: GET, HEAD, POST');
  });
});

describe('what no route could answer', () => {
  test.for([
    ['TRACE /', 405],
    ['PROPFIND /api/status', 405],
    ['PUT /api/health', 405],
    ['DELETE /api/cron/check', 405],
    ['GET *', 400],
    ['GET http://elsewhere.example.com/', 400],
    ['GET /runbooks/rpo%zz', 400],
    ['GET /records/%00', 400],
    ['GET /%c0%af', 400],
  ] as const)('%s is %i, the connection is closed, and nothing else sees it', async ([line, status]) => {
    const { server, seen } = await started();
    const answer = await exchange(server, `${line} HTTP/1.1`, HOST);
    expect([statusOf(answer), seen]).toEqual([status, []]);
    expect(/^Allow: GET, HEAD, POST\r$/m.test(answer)).toBe(status === 405);
  });

  test.for([
    ['is no HTTP', ['hello'], 400],
    ['has a header without a colon', ['GET / HTTP/1.1', HOST, 'nonsense'], 400],
    ['has no host', ['GET / HTTP/1.1'], 400],
    ['has two lengths', ['POST / HTTP/1.1', HOST, 'Content-Length: 1', 'Content-Length: 2'], 400],
    ['has a length and is in pieces', ['POST / HTTP/1.1', HOST, 'Content-Length: 1', 'Transfer-Encoding: chunked'], 400],
    ['is longer than 16 KiB', ['GET / HTTP/1.1', HOST, `X-Long: ${'x'.repeat(16 * 1_024)}`], 431],
    ['has a path of 20,000 characters', [`GET /${'x'.repeat(20_000)} HTTP/1.1`, HOST], 431],
  ] as const)('a head that %s is closed', async ([, lines, status]) => {
    const { server, seen } = await started();
    expect(statusOf(await exchange(server, ...lines))).toBe(status);
    expect(seen).toEqual([]);
  });
});

describe('what came over TLS by a proxy', () => {
  test.for([
    ['is handled', [HOST], 200],
    ['expects something unknown', [HOST, 'Expect: a-miracle'], 417],
    ['has no host', [], 400],
    ['asks for another protocol', [HOST, 'Upgrade: websocket'], 400],
  ] as const)('and %s is answered with HSTS', async ([, lines, status]) => {
    const { server } = await started();
    markRequests(server, ['127.0.0.1', '::ffff:127.0.0.1']);
    const connection = `Connection: ${lines.length > 1 ? 'Upgrade' : 'close'}`;
    const answer = await exchange(server, 'GET / HTTP/1.1', 'X-Forwarded-Proto: https', connection, ...lines);
    expect([statusOf(answer), /^Strict-Transport-Security: (.*)\r$/m.exec(answer)?.[1]]).toEqual([status, 'max-age=31536000']);
  });

  test('and expects something unknown is closed, unseen by anything else, with the reason', async () => {
    const { server, seen } = await started();
    const answer = await exchange(server, 'POST /api/silences HTTP/1.1', HOST, 'Expect: a-miracle', 'Content-Length: 9');
    expect(seen).toEqual([]);
    expect(answer).toContain('This server meets no expectation but 100-continue.');
    expect(answer).toMatch(/^Connection: close\r$/m);
  });
});

describe('the bounds', () => {
  test('of connections, heads, bodies, idle time and silence are set', async () => {
    const { server } = await started();
    const { maxConnections, headersTimeout, requestTimeout, keepAliveTimeout, timeout } = server;
    expect({ maxConnections, headersTimeout, requestTimeout, keepAliveTimeout, timeout }).toEqual({
      maxConnections: 640,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 5_000,
      timeout: 61_000,
    });
  });

  test('whoever holds all connections, with half a head in each, keeps nobody at another address out', async () => {
    const { server } = await started(undefined, 20);
    for (let round = 0; round < 30; round += 1) dial(server, '127.0.0.9').write('GET / HT');
    await expect.poll(() => connectionsOf(server)).toBe(20);
    expect(statusOf(await exchange(server, 'GET /api/cron/check HTTP/1.1', HOST, 'Connection: close'))).toBe(200);
  });

  test('a connection beyond the most makes one go that waits, and none that is being answered', async () => {
    const slow = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const { server } = await started((request, response) => {
      if (request.url !== '/slow') return void response.end('handled');
      begun.resolve();
      void slow.promise.then(() => response.end('slow'));
    }, 2);
    const [busy, idle] = [dial(server), dial(server)];
    busy.write(`GET /slow HTTP/1.1\r\n${HOST}\r\n\r\n`);
    await begun.promise;
    idle.write(`GET / HTTP/1.1\r\n${HOST}\r\n\r\n`);
    await firstPiece(idle);
    const idleEnds = new Promise<void>((resolve) => idle.once('close', () => resolve()));
    expect(statusOf(await exchange(server, 'GET / HTTP/1.1', HOST, 'Connection: close'))).toBe(200);
    await idleEnds;
    slow.resolve();
    expect(await firstPiece(busy)).toMatch(/slow$/);
  });

  test('where each connection is being answered, the last one of the address with the most goes', async () => {
    const slow = Promise.withResolvers<void>();
    const { server, seen } = await started((_, response) => void slow.promise.then(() => response.end('slow')), 3);
    const sockets = ['127.0.0.9', '127.0.0.9', '127.0.0.8'].map((from) => dial(server, from));
    for (const socket of sockets) {
      socket.write(`GET / HTTP/1.1\r\n${HOST}\r\n\r\n`);
      await expect.poll(() => seen.length).toBe(sockets.indexOf(socket) + 1);
    }
    const ended = new Promise<void>((resolve) => sockets[1]?.once('close', () => resolve()));
    const fourth = dial(server);
    await ended;
    fourth.write(`GET / HTTP/1.1\r\n${HOST}\r\n\r\n`);
    slow.resolve();
    expect(await firstPiece(fourth)).toMatch(/slow$/);
  });
});

function firstPiece(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('data', (piece) => resolve(piece.toString()));
    socket.once('error', reject);
    socket.once('end', () => reject(new Error('closed without an answer')));
  });
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
}
