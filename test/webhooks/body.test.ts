import { describe, expect, test } from 'vitest';
import { rawBody } from '../../app/api/webhooks/body.ts';

const KIB = 1_024;

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
    [10 * KIB * KIB, false],
  ] as const)('of %i bytes is taken: %s', async ([size, taken]) =>
    expect((await rawBody(post(new Uint8Array(size)))) !== null).toBe(taken),
  );

  test('that says to be 10 MB is refused unread', async () => {
    const { stream, taken } = endless();
    expect(await rawBody(post(stream, { 'content-length': '10485760' }))).toBeNull();
    expect(taken()).toBeLessThanOrEqual(1);
  });

  test('that never ends is read no further than it may be', async () => {
    const { stream, taken } = endless();
    expect(await rawBody(post(stream))).toBeNull();
    expect(taken()).toBeLessThan(20);
  });
});
