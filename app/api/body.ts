import { countRefusal } from '../refusals.ts';
import { json } from './answer.ts';

/** Webhooks have at most 55 KB (PagerDuty's limit). A longer body is not kept. */
const MOST_BYTES = 512 * 1024;
/** A longer body is read up to here and thrown away: a sender that is answered while it still sends gets a broken pipe instead of the answer. */
const DRAINED_BYTES = 16 * 1024 * 1024;

/** The raw body, over which signatures are made; null if it is too long. */
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

/** The answer to a webhook that is longer than any real one; it is counted for the log. Throws `EnvironmentError`. */
export function tooLong({ headers }: Request, sender: string): Response {
  countRefusal(headers, `${sender} webhook: longer than 512 KB`);
  return json({ error: 'too long' }, 413);
}
