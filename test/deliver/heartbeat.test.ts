import { createServer, type RequestListener } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HeartbeatKind, openHeartbeat } from '../../lib/deliver/heartbeat.ts';

type Switch = {
  /** Its address; the key in it is a secret. */
  readonly at: string;
  /** "POST /path?query body", as they came. */
  readonly pings: readonly string[];
};

const answerOk: RequestListener = (_, response) => void response.end('OK');

/** A dead-man switch that keeps what it was told and answers as given. */
async function deadManSwitch(answer: RequestListener = answerOk): Promise<Switch> {
  const pings: string[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => void pieces.push(piece));
    request.on('end', () => {
      pings.push(`${request.method} ${request.url} ${Buffer.concat(pieces).toString()}`);
      answer(request, response);
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the server listens on no port');
  return { at: `http://127.0.0.1:${bound.port}`, pings };
}

function pinging(address: string | null, timeout = 5_000): { readonly ping: ReturnType<typeof openHeartbeat>; readonly log: string[] } {
  const log: string[] = [];
  return { ping: openHeartbeat(address, timeout, (line) => log.push(line)), log };
}

describe('the heartbeat goes', () => {
  test.for([
    ['start', '/ping/uuid', '/ping/uuid/start'],
    ['success', '/ping/uuid', '/ping/uuid'],
    ['fail', '/ping/uuid', '/ping/uuid/fail'],
    ['start', '/ping/uuid/', '/ping/uuid/start'],
    ['success', '/ping/uuid//', '/ping/uuid'],
    ['start', '/key/slug?create=1', '/key/slug/start?create=1'],
    ['success', '/key/slug?create=1', '/key/slug?create=1'],
    ['fail', '/key/slug?create=1', '/key/slug/fail?create=1'],
    ['fail', '/key/slug/?token=a%2Fb&x=/', '/key/slug/fail?token=a%2Fb&x=/'],
    ['start', '', '/start'],
    ['success', '', '/'],
  ] as const satisfies readonly (readonly [HeartbeatKind, string, string])[])('as %s of “%s” to %s', async ([kind, path, wanted]) => {
    const { at, pings } = await deadManSwitch();
    const { ping, log } = pinging(at + path);
    expect(await ping(kind, 'words')).toBe(true);
    expect(pings).toEqual([`POST ${wanted} words`]);
    expect(log).toEqual([]);
  });

  test('nowhere where no address is set, and that is no trouble', async () => {
    const { ping, log } = pinging(null);
    expect([await ping('success', ''), log]).toEqual([true, []]);
  });

  test('with its first 500 characters at most', async () => {
    const { at, pings } = await deadManSwitch();
    await pinging(at).ping('fail', 'x'.repeat(501));
    expect(pings).toEqual([`POST /fail ${'x'.repeat(500)}`]);
  });
});

describe('the heartbeat was not received, and the log says so without the address, where the switch', () => {
  test.for([
    ['answers 404', (_, response) => void response.writeHead(404).end(), 'answered 404'],
    ['answers 503', (_, response) => void response.writeHead(503).end('later'), 'answered 503'],
    ['sends it elsewhere', (_, response) => void response.writeHead(302, { location: '/login' }).end(), 'answered 302'],
    ['answers 200 for a check that is gone', (_, response) => void response.end('OK (not found)'), 'answered 200, and says “not found”'],
    ['answers 200 and drops it', (_, response) => void response.end('OK (rate limited)'), 'answered 200, and says “rate limited”'],
    ['closes without an answer', (request) => void request.socket.destroy(), 'TypeError'],
    ['never answers', () => {}, 'TimeoutError'],
    ['answers, and never ends', (_, response) => response.writeHead(200).flushHeaders(), 'TimeoutError'],
  ] as const satisfies readonly (readonly [string, RequestListener, string])[])('%s', async ([, answer, said]) => {
    const { at } = await deadManSwitch(answer);
    const { ping, log } = pinging(`${at}/ping/secret-uuid`, said === 'TimeoutError' ? 100 : 5_000);
    expect(await ping('start', 'words')).toBe(false);
    expect(log).toEqual([`heartbeat start: ${said}`]);
  });

  test('is not there', async () => {
    const { ping, log } = pinging('http://127.0.0.1:1/ping/secret-uuid');
    expect([await ping('success', ''), log]).toEqual([false, ['heartbeat success: TypeError']]);
  });
});

test('a heartbeat that is answered with many megabytes was received, and the answer is not read to its end', async () => {
  const { at } = await deadManSwitch((_, response) => {
    const more = (): void =>
      void (response.writable && response.write('x'.repeat(65_536)) ? setImmediate(more) : response.once('drain', more));
    more();
  });
  expect(await pinging(at).ping('success', '')).toBe(true);
});
