import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { jsonValue } from '../../domain/json-text.ts';
import { MINUTE, SECOND, type Instant } from '../../domain/time.ts';
import { digestHeader, parseChallenge, type Challenge } from './digest-auth.ts';
import { AtlasError, changed, refusal } from './atlas-error.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { Redactor } from '../../domain/redact.ts';
import { withRetries, type Waiting } from './retry.ts';

export type Credentials =
  | { readonly kind: 'serviceAccount'; readonly clientId: string; readonly clientSecret: string }
  | { readonly kind: 'apiKey'; readonly publicKey: string; readonly privateKey: string };

export interface Authenticator {
  /** The `Authorization` header for a GET of this address; null if the server's challenge has to come first. Throws `AtlasError`. */
  authorize(url: URL, deadline: Instant): Promise<string | null>;
  /** After a 401: true if another attempt with a new header makes sense. */
  renew(answer: Answer, used: string | null): boolean;
}

/** HTTP digest with a cached nonce, so that only the first request takes two round trips. */
export function createDigestAuth(publicKey: string, privateKey: string): Authenticator {
  let challenge: Challenge | null = null;
  let count = 0;
  return {
    authorize(url) {
      if (challenge === null) return Promise.resolve(null);
      count += 1;
      const cnonce = randomBytes(8).toString('hex');
      const uri = url.pathname + url.search;
      return Promise.resolve(digestHeader({ challenge, username: publicKey, password: privateKey, method: 'GET', uri, count, cnonce }));
    },
    renew(answer) {
      const next = parseChallenge(answer.headers.get('www-authenticate'));
      if (next === null) return false;
      challenge = next;
      count = 0;
      return true;
    },
  };
}

type TokenSource = {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly exchange: Exchange;
  readonly waiting: Waiting;
  readonly redactor: Redactor;
};
type Token = { readonly header: string; readonly staleAt: Instant };

const TOKEN_REQUEST = { operation: 'getAccessToken', resource: '' };
/** A token is replaced so long before it expires, so that none expires on its way to Atlas. */
const MARGIN = MINUTE;
/** Atlas says 3600 s. A token without a stated lifetime is used for less. */
const DEFAULT_LIFETIME = 5 * MINUTE;

const TOKEN_ANSWER = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z
    .number()
    .positive()
    .catch(DEFAULT_LIFETIME / SECOND),
});

/** OAuth client credentials: one shared token, fetched once at a time, and not requested again in a run in which Atlas refused it. */
export function createTokenAuth(source: TokenSource): Authenticator {
  let token: Token | null = null;
  let pending: Promise<Token> | null = null;
  let failed: { readonly deadline: Instant; readonly error: unknown } | null = null;

  async function renewed(deadline: Instant): Promise<Token> {
    try {
      token = await withRetries(source.waiting, deadline, () => fetchToken(source, deadline));
      return token;
    } catch (error) {
      const final = error instanceof AtlasError ? changed(error, { patience: 'once' }) : error;
      failed = { deadline, error: final };
      throw final;
    } finally {
      pending = null;
    }
  }

  return {
    async authorize(_, deadline) {
      if (token !== null && source.waiting.clock() < token.staleAt) return token.header;
      if (failed !== null && failed.deadline === deadline) throw failed.error;
      pending ??= renewed(deadline);
      return (await pending).header;
    },
    renew(_, used) {
      if (token?.header === used) token = null;
      return true;
    },
  };
}

async function fetchToken(source: TokenSource, deadline: Instant): Promise<Token> {
  const { clientId, clientSecret, redactor, waiting } = source;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const url = new URL(`${source.baseUrl.replace(/\/+$/, '')}/api/oauth/token`);
  const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const asked = waiting.clock();
  const answer = await source.exchange(TOKEN_REQUEST, url, { method: 'POST', headers, body: 'grant_type=client_credentials' }, deadline);
  if (answer.status !== 200) throw refusal(TOKEN_REQUEST, answer.status, answer.text, answer.headers.get('retry-after'), redactor);
  const token = TOKEN_ANSWER.safeParse(jsonValue(answer.text)).data;
  // A malformed answer is never quoted.
  if (token === undefined)
    throw new AtlasError({
      ...TOKEN_REQUEST,
      kind: 'unusable',
      status: 200,
      detail: 'answered without an access token',
      patience: 'twice',
    });
  redactor.learn(token.access_token);
  const life = token.expires_in * SECOND;
  return { header: `Bearer ${token.access_token}`, staleAt: asked + life - Math.min(MARGIN, life / 2) };
}
