/** Webhooks are at most 55 KB (PagerDuty guarantees no more); what is longer is not read to its end. */
const MOST_BYTES = 512 * 1024;

/** The raw body, which is what signatures are made over; null where it is too long. */
export async function rawBody(request: Request): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) return null;
  const chunks: Uint8Array[] = [];
  let length = 0;
  // The stream of a Request is async iterable in Node; its DOM type does not say so.
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
