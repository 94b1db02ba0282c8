import { setTimeout as pause } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Duration, Instant } from '../../domain/time.ts';
import { createDigestAuth, createTokenAuth, type Authenticator, type Credentials } from './auth.ts';
import { createLanes, type Lanes } from './rate-limits.ts';
import { AtlasError, refusal, type RequestLabel } from './atlas-error.ts';
import { createExchange, objectOf, timeIsUp, type Answer, type Exchange } from './exchange.ts';
import { addressOf, operationOf, resourceOf, type OperationName, type PathParams, type Query, type WriteName } from './operations.ts';
import { readPages, type Page } from './pages.ts';
import { createRedactor, type Redactor } from '../../domain/redact.ts';
import { ofWrite, withRetries, type Waiting } from './retry.ts';

export type AtlasClientOptions = {
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /** The longest that one request may take. */
  readonly requestTimeoutMs: Duration;
  /** Values that must never be shown. Those of the credentials are added by themselves. */
  readonly secrets: readonly string[];
  readonly fetch?: typeof fetch;
  readonly random?: () => number;
  readonly clock?: () => Instant;
  readonly sleep?: (duration: Duration) => Promise<void>;
};

export type Until = { readonly deadline: Instant };

export type Body = Readonly<Record<string, unknown>>;

/** Reads of the Admin API. Both throw `AtlasError`, and neither outlives its deadline. */
export interface AtlasClient {
  get(operation: OperationName, params: PathParams, query: Query, until: Until): Promise<Body>;
  /** Every entry of a listing, over all its pages, each id once. */
  list(operation: OperationName, params: PathParams, query: Query, until: Until): Promise<readonly unknown[]>;
}

/** Also changes what is in Atlas, but only with a service account: an API key is used for reading alone. */
export interface AtlasWriter extends AtlasClient {
  /** The answer's object, which may be empty. Repeated only if Atlas certainly did not act on it; `surelyNotTaken` (retry.ts) judges an error. */
  send(operation: WriteName, params: PathParams, body: Body | null, until: Until): Promise<Body>;
}

type ClientContext = {
  readonly baseUrl: string;
  readonly auth: Authenticator;
  readonly exchange: Exchange;
  readonly waiting: Waiting;
  readonly redactor: Redactor;
  readonly lanes: Lanes;
  /** Let a number of requests run at once, first come, first served: over all projects, and of each project. */
  readonly all: LimitFunction;
  readonly ofProject: Map<string, LimitFunction>;
};

type Call = {
  readonly operation: OperationName | WriteName;
  readonly params: PathParams;
  readonly query: Query;
  readonly body?: Body | null;
  readonly deadline: Instant;
};

/** Requests under way at once, over all projects. */
const CONCURRENCY = 24;
/** Atlas's rate limits are per project and shared with the customer's other tools. */
const CONCURRENCY_PER_PROJECT = 6;
const ITEMS_PER_PAGE = 500;

export function createAtlasClient(options: AtlasClientOptions): AtlasWriter {
  const context = contextOf(options);
  return {
    async get(operation, params, query, { deadline }) {
      return ask(context, { operation, params, query, deadline });
    },
    async list(operation, params, query, { deadline }) {
      const { paged } = operationOf(operation);
      const paging = paged ? { itemsPerPage: String(ITEMS_PER_PAGE), includeCount: 'false' } : {};
      const label = { operation, resource: resourceOf(params) };
      const readPage = (number: number): Promise<Page> => {
        const pageNum = number === 1 ? {} : { pageNum: String(number) };
        return ask(context, { operation, params, query: { ...query, ...paging, ...pageNum }, deadline });
      };
      return readPages(label, readPage, paged ? ITEMS_PER_PAGE : null);
    },
    async send(operation, params, body, { deadline }) {
      const call = { operation, params, query: {}, body, deadline };
      if (options.credentials.kind === 'apiKey') throw needsServiceAccount(call);
      return withRetries(context.waiting, deadline, () => inTurn(context, call).catch((error: unknown) => Promise.reject(ofWrite(error))));
    },
  };
}

function needsServiceAccount(call: Call): AtlasError {
  const detail = 'not sent: only a service account (ATLAS_RESTORE_CLIENT_ID) may change anything, an API key is read with';
  return new AtlasError({ ...labelOf(call), kind: 'refused', status: 403, detail, patience: 'once' });
}

function contextOf(options: AtlasClientOptions): ClientContext {
  const { baseUrl, credentials } = options;
  const waiting = { clock: options.clock ?? Date.now, random: options.random ?? Math.random, sleep: options.sleep ?? pause };
  const redactor = createRedactor([...options.secrets, credentials.kind === 'apiKey' ? credentials.privateKey : credentials.clientSecret]);
  const exchange = createExchange({ fetch: options.fetch ?? fetch, clock: waiting.clock, requestTimeoutMs: options.requestTimeoutMs });
  const auth =
    credentials.kind === 'apiKey'
      ? createDigestAuth(credentials.publicKey, credentials.privateKey)
      : createTokenAuth({ ...credentials, baseUrl, exchange, waiting, redactor });
  return { baseUrl, auth, exchange, waiting, redactor, lanes: createLanes(), all: pLimit(CONCURRENCY), ofProject: new Map() };
}

function ask(context: ClientContext, call: Call): Promise<Body> {
  return withRetries(context.waiting, call.deadline, () => inTurn(context, call));
}

/** Waits for room in the project, then for its token bucket, then for room among all projects, so that a slow project delays no other. */
function inTurn(context: ClientContext, call: Call): Promise<Body> {
  const scope = call.params['groupId'] ?? '';
  const limit = context.ofProject.get(scope) ?? pLimit(CONCURRENCY_PER_PROJECT);
  context.ofProject.set(scope, limit);
  return limit(async () => {
    await turnOfBucket(context, call, scope);
    return context.all(() => once(context, call, scope));
  });
}

function laneOf(call: Call, scope: string): string {
  return `${operationOf(call.operation).bucket} ${scope}`;
}

async function turnOfBucket(context: ClientContext, call: Call, scope: string): Promise<void> {
  const now = context.waiting.clock();
  const turn = context.lanes.reserve(laneOf(call, scope), now);
  if (turn >= call.deadline) throw timeIsUp(labelOf(call));
  if (turn > now) await context.waiting.sleep(turn - now);
}

function labelOf(call: Call): RequestLabel {
  return { operation: call.operation, resource: resourceOf(call.params) };
}

async function once(context: ClientContext, call: Call, scope: string): Promise<Body> {
  const answer = await authorised(context, call);
  context.lanes.learn(laneOf(call, scope), answer.headers);
  const read = operationOf(call.operation).bare ? 'list' : 'read';
  const body = objectOf(labelOf(call), answer, call.body === undefined ? read : 'write');
  if (body !== null) return body;
  const error = refusal(labelOf(call), answer.status, answer.text, answer.headers.get('retry-after'), context.redactor);
  const until = context.waiting.clock() + (error.failure.retryAfter ?? 0);
  // If the wait would end after the run, other requests may still try, and get answers of their own.
  if (answer.status === 429 && until < call.deadline) context.lanes.hold(laneOf(call, scope), until);
  throw error;
}

/** A 401 may only mean that the token was revoked or the nonce has expired, so that one more attempt is made with new ones. */
async function authorised(context: ClientContext, call: Call): Promise<Answer> {
  const url = addressOf(context.baseUrl, call.operation, call.params, call.query);
  const used = await context.auth.authorize(url, call.deadline);
  const answer = await send(context, call, url, used);
  if (answer.status !== 401 || !context.auth.renew(answer, used)) return answer;
  return send(context, call, url, await context.auth.authorize(url, call.deadline));
}

function send(context: ClientContext, call: Call, url: URL, authorization: string | null): Promise<Answer> {
  const { version, method = 'GET' } = operationOf(call.operation);
  const accept = `application/vnd.atlas.${version}+json`;
  const body = call.body ? { body: JSON.stringify(call.body) } : {};
  const typed = call.body ? { 'content-type': accept } : {};
  const headers = { accept, 'user-agent': 'restorewatch', ...typed, ...(authorization === null ? {} : { authorization }) };
  return context.exchange(labelOf(call), url, { method, headers, ...body }, call.deadline);
}
