import { z } from 'zod';
import type { Duration } from '../../domain/time.ts';

/** How to reach the database by Upstash's REST protocol. */
export type Connection = { readonly url: string; readonly token: string; readonly timeoutMs: Duration };

/** One command and its answer, as the SDK asks for them; `result` is absent where Redis answered with an error. */
type Exchange = (request: { readonly body?: unknown }) => Promise<{ result?: never; error?: string }>;

/** The database answered with an error; the message is its own and may repeat what was sent. */
export class KvAnswerError extends Error {
  override readonly name = 'KvAnswerError';
}

/** The database, or something before it, answered in another form than Upstash's: a page of HTML, or a redirect. */
export class KvFormError extends Error {
  override readonly name = 'KvFormError';
  readonly redirect: boolean;

  constructor({ redirect }: { readonly redirect: boolean }) {
    super(redirect ? 'a redirect' : 'an answer that is not JSON');
    this.redirect = redirect;
  }
}

const ANSWER = z.object({ result: z.unknown().optional(), error: z.string().optional() });
/** Upstash answers with it what the next request has to wait for, so that no replica answers with the state of before (docs/facts/platform.md A5). */
const SYNC = 'upstash-sync-token';

/**
 * Sends commands in place of the SDK's own request, which follows a redirect and thereby sends the state to whatever host the redirect names. Bounded by
 * the timeout, never repeated, never from a cache. Throws `KvAnswerError`, `KvFormError`, and what fetch throws.
 */
export function kvRequests({ url, token, timeoutMs }: Connection): { readonly request: Exchange } {
  const address = url.replace(/\/+$/, '');
  let syncToken = '';
  const headers = () => ({ Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', [SYNC]: syncToken });
  return {
    request: async ({ body }) => {
      const signal = AbortSignal.timeout(timeoutMs);
      // Next.js patches fetch with a cache of its own, and state must never come from a cache.
      const options = {
        method: 'POST',
        headers: headers(),
        body: JSON.stringify(body),
        redirect: 'manual',
        cache: 'no-store',
        signal,
      } as const;
      const answer = await fetch(address, options);
      if (answer.status >= 300 && answer.status < 400) {
        await answer.body?.cancel();
        throw new KvFormError({ redirect: true });
      }
      const read = readAnswer(await answer.text());
      if (!answer.ok || read.error !== undefined) throw new KvAnswerError(read.error ?? '');
      syncToken = answer.headers.get(SYNC) ?? '';
      return { result: read.result as never }; // proof: `ask` checks each result's shape before anybody uses it
    },
  };
}

function readAnswer(text: string): z.infer<typeof ANSWER> {
  try {
    return ANSWER.parse(JSON.parse(text));
  } catch {
    throw new KvFormError({ redirect: false });
  }
}
