/** Webhooks are at most 55 KB (PagerDuty guarantees no more); what is longer is not kept. */
const MOST_BYTES = 512 * 1024;
/** So much of it is read and thrown away: who is answered in the middle of sending finds a broken pipe instead of the answer. */
const DRAINED_BYTES = 16 * 1024 * 1024;

/** The raw body, which is what signatures are made over; null where it is too long. */
export async function rawBody(request: Request): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length') ?? 0) > DRAINED_BYTES) return null;
  const chunks: Uint8Array[] = [];
  let length = 0;
  // The stream of a Request is async iterable in Node; its DOM type does not say so.
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > DRAINED_BYTES) return null;
    if (length <= MOST_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length > MOST_BYTES ? null : Buffer.concat(chunks);
}
