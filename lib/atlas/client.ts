import type { Duration, Instant } from '../domain/time.ts';
import { objectOf } from './answer.ts';
import { createDigestAuth, createTokenAuth, type Authenticator, type Credentials } from './auth.ts';
import { createLanes, type Lanes } from './bucket.ts';
import { AtlasError, refusal, type Told } from './error.ts';
import { createExchange, timeIsUp, type Answer, type Exchange } from './exchange.ts';
import { createGate, createScopedGates, type Gate } from './gate.ts';
import { addressOf, operationOf, resourceOf, type OperationName, type PathParams, type Query, type WriteName } from './operations.ts';
import { readPages, type Page } from './pages.ts';
import { createRedactor, type Redactor } from '../domain/redact.ts';
import { ofWrite, withRetries, type Waiting } from './retry.ts';

export type AtlasClientOptions = {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /** The longest that one request may take. */
  readonly requestTimeoutMs: Duration;
  /** Values that must never be shown; the credentials' own need not be named. */
  readonly secrets: readonly string[];
  /** Requests under way at once, over all projects; 24 by default. */
  readonly concurrency?: number;
  readonly fetch?: typeof fetch;
  readonly random?: () => number;
  readonly clock?: () => Instant;
  readonly sleep?: (duration: Duration) => Promise<void>;
};

export type Until = { readonly deadline: Instant };

/** Reads of the Admin API. Both throw `AtlasError`, and neither outlives its deadline. */
export interface AtlasClient {
  /** One object. */
  get(operation: OperationName, params: PathParams, query: Query, until: Until): Promise<Readonly<Record<string, unknown>>>;
  /** Every entry of a listing, over all its pages, each id once. */
  list(operation: OperationName, params: PathParams, query: Query, until: Until): Promise<readonly unknown[]>;
}

export type Body = Readonly<Record<string, unknown>>;

/** Also changes what is in Atlas, with a service account alone: an API key is only ever read with. */
export interface AtlasWriter extends AtlasClient {
  /**
   * The answer's object, an empty one where the answer is empty. Sent again only where Atlas surely did not take it: after a 401 or 429, or
   * where no connection was made. Of any other failure `surelyNotTaken` (retry.ts) tells whether it has to be looked up.
   */
  send(operation: WriteName, params: PathParams, body: Body | null, until: Until): Promise<Body>;
}

type Parts = {
  readonly baseUrl: string;
  readonly auth: Authenticator;
  readonly exchange: Exchange;
  readonly waiting: Waiting;
  readonly redactor: Redactor;
  readonly lanes: Lanes;
  readonly all: Gate;
  readonly gateOf: (scope: string) => Gate;
};

type Call = {
  readonly operation: OperationName | WriteName;
  readonly params: PathParams;
  readonly query: Query;
  readonly body?: Body | null;
  readonly deadline: Instant;
};

const CONCURRENCY = 24;
/** Buckets are per project and shared with the customer's own tools. */
const CONCURRENCY_PER_PROJECT = 6;
const ITEMS_PER_PAGE = 500;

export function createAtlasClient(options: AtlasClientOptions): AtlasWriter {
  const parts = partsOf(options);
  return {
    async get(operation, params, query, { deadline }) {
      return ask(parts, { operation, params, query, deadline });
    },
    async list(operation, params, query, { deadline }) {
      const { paged } = operationOf(operation);
      const paging = paged ? { itemsPerPage: String(ITEMS_PER_PAGE), includeCount: 'false' } : {};
      const told = { operation, resource: resourceOf(params) };
      const readPage = (number: number): Promise<Page> => {
        const pageNum = number === 1 ? {} : { pageNum: String(number) };
        return ask(parts, { operation, params, query: { ...query, ...paging, ...pageNum }, deadline });
      };
      return readPages(told, readPage, paged ? ITEMS_PER_PAGE : null);
    },
    async send(operation, params, body, { deadline }) {
      const call = { operation, params, query: {}, body, deadline };
      if (options.credentials.kind === 'apiKey') throw needsServiceAccount(call);
      return withRetries(parts.waiting, deadline, () => inTurn(parts, call).catch((error: unknown) => Promise.reject(ofWrite(error))));
    },
  };
}

function needsServiceAccount(call: Call): AtlasError {
  const detail = 'not sent: only a service account (ATLAS_RESTORE_CLIENT_ID) may change anything, an API key is read with';
  return new AtlasError({ ...toldOf(call), kind: 'refused', status: 403, detail, patience: 'once' });
}

function partsOf(options: AtlasClientOptions): Parts {
  const { baseUrl, credentials } = options;
  const waiting = { clock: options.clock ?? Date.now, random: options.random ?? Math.random, sleep: options.sleep ?? pause };
  const redactor = createRedactor([...options.secrets, credentials.kind === 'apiKey' ? credentials.privateKey : credentials.clientSecret]);
  const exchange = createExchange({ fetch: options.fetch ?? fetch, clock: waiting.clock, requestTimeoutMs: options.requestTimeoutMs });
  const auth =
    credentials.kind === 'apiKey'
      ? createDigestAuth(credentials.publicKey, credentials.privateKey)
      : createTokenAuth({ ...credentials, baseUrl, exchange, waiting, redactor });
  const all = createGate(options.concurrency ?? CONCURRENCY);
  return { baseUrl, auth, exchange, waiting, redactor, lanes: createLanes(), all, gateOf: createScopedGates(CONCURRENCY_PER_PROJECT) };
}

function pause(duration: Duration): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration));
}

function ask(parts: Parts, call: Call): Promise<Readonly<Record<string, unknown>>> {
  return withRetries(parts.waiting, call.deadline, () => inTurn(parts, call));
}

/** Waits for the project's turn, then its bucket's, then everybody's, so that a slow project keeps no other from its turn. */
async function inTurn(parts: Parts, call: Call): Promise<Readonly<Record<string, unknown>>> {
  const scope = call.params['groupId'] ?? '';
  const gate = parts.gateOf(scope);
  await gate.enter();
  try {
    await turnOfBucket(parts, call, scope);
    await parts.all.enter();
    try {
      return await once(parts, call, scope);
    } finally {
      parts.all.leave();
    }
  } finally {
    gate.leave();
  }
}

function laneOf(call: Call, scope: string): string {
  return `${operationOf(call.operation).bucket} ${scope}`;
}

async function turnOfBucket(parts: Parts, call: Call, scope: string): Promise<void> {
  const now = parts.waiting.clock();
  const turn = parts.lanes.reserve(laneOf(call, scope), now);
  if (turn >= call.deadline) throw timeIsUp(toldOf(call));
  if (turn > now) await parts.waiting.sleep(turn - now);
}

function toldOf(call: Call): Told {
  return { operation: call.operation, resource: resourceOf(call.params) };
}

async function once(parts: Parts, call: Call, scope: string): Promise<Readonly<Record<string, unknown>>> {
  const answer = await authorised(parts, call);
  parts.lanes.learn(laneOf(call, scope), answer.headers);
  const body = objectOf(toldOf(call), answer, call.body === undefined ? 'read' : 'write');
  if (body !== null) return body;
  const error = refusal(toldOf(call), answer.status, answer.text, answer.headers.get('retry-after'), parts.redactor);
  const until = parts.waiting.clock() + (error.retryAfter ?? 0);
  // Where the wait would end after the run, the others may still ask: they are told for themselves.
  if (answer.status === 429 && until < call.deadline) parts.lanes.hold(laneOf(call, scope), until);
  throw error;
}

/** A 401 may only mean that a token was revoked or a nonce has run out: one more try with new ones. */
async function authorised(parts: Parts, call: Call): Promise<Answer> {
  const url = addressOf(parts.baseUrl, call.operation, call.params, call.query);
  const used = await parts.auth.authorize(url, call.deadline);
  const answer = await send(parts, call, url, used);
  if (answer.status !== 401 || !parts.auth.renew(answer, used)) return answer;
  return send(parts, call, url, await parts.auth.authorize(url, call.deadline));
}

function send(parts: Parts, call: Call, url: URL, authorization: string | null): Promise<Answer> {
  const { version, method = 'GET' } = operationOf(call.operation);
  const accept = `application/vnd.atlas.${version}+json`;
  const body = call.body ? { body: JSON.stringify(call.body) } : {};
  const typed = call.body ? { 'content-type': accept } : {};
  const headers = { accept, 'user-agent': 'restorable', ...typed, ...(authorization === null ? {} : { authorization }) };
  return parts.exchange(toldOf(call), url, { method, headers, ...body }, call.deadline);
}
