import { createServer, request, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { rawBody } from '../../app/api/body.ts';

const KIB = 1_024;
const MIB = KIB * KIB;

function post(body: BodyInit | null, headers: Record<string, string> = {}): Request {
  return new Request('http://127.0.0.1/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit); // Proof: undici wants `duplex` for a stream; the DOM's type lacks it.
}

/** Gives pieces for ever, and counts how many were taken. */
function endless(): { readonly stream: ReadableStream<Uint8Array>; readonly taken: () => number } {
  let taken = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      taken += 1;
      controller.enqueue(new Uint8Array(64 * KIB));
    },
  });
  return { stream, taken: () => taken };
}

describe('the body of a webhook', () => {
  test('is its raw bytes, also where they are no text', async () => {
    const raw = new Uint8Array([0xff, 0xfe, 0x00, 0x80]);
    expect(await rawBody(post(raw))).toEqual(Buffer.from(raw));
  });

  test('may be empty', async () => expect(await rawBody(post(null))).toEqual(Buffer.alloc(0)));

  test.for([
    [512 * KIB, true],
    [512 * KIB + 1, false],
    [10 * MIB, false],
  ] as const)('of %i bytes is taken: %s', async ([size, taken]) =>
    expect((await rawBody(post(new Uint8Array(size)))) !== null).toBe(taken),
  );

  test('with a longer Content-Length than we would read is refused unread', async () => {
    const { stream, taken } = endless();
    expect(await rawBody(post(stream, { 'content-length': String(16 * MIB + 1) }))).toBeNull();
    expect(taken()).toBeLessThanOrEqual(1);
  });

  test('that never ends is read only up to the limit', async () => {
    const { stream, taken } = endless();
    expect(await rawBody(post(stream))).toBeNull();
    expect(taken() * 64 * KIB).toBeLessThan(18 * MIB);
  });

  test.for([
    ['with its length', { 'content-length': String(10 * MIB) }],
    ['in pieces', { 'transfer-encoding': 'chunked' }],
  ] as const)('of 10 MB, sent %s over a real connection, gets its answer and no broken pipe', async ([, headers]) => {
    const server = createServer((request, response) => {
      const url = `http://127.0.0.1${request.url}`;
      // Proof: as Next does; undici wants `duplex` for a stream, and the DOM's types know neither that nor Node's streams.
      const asked = new Request(url, { method: 'POST', body: Readable.toWeb(request), duplex: 'half' } as unknown as RequestInit);
      void rawBody(asked).then((body) => response.writeHead(body === null ? 413 : 200, { connection: 'close' }).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    expect(await answerTo(server, headers, 10 * MIB)).toBe(413);
  });
});

/** The status that a client gets who sends it all before it reads; an error where the connection breaks. */
function answerTo(server: Server, headers: Readonly<Record<string, string>>, bytes: number): Promise<number | undefined> {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return new Promise((resolve, reject) => {
    const asking = request({ port, host: '127.0.0.1', method: 'POST', headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(asking.writableFinished ? answer.statusCode : undefined));
    });
    asking.once('error', reject);
    asking.end(Buffer.alloc(bytes));
  });
}
