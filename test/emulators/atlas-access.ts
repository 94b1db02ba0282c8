import { createHash, randomBytes } from 'node:crypto';
import { HOUR, MINUTE, SECOND, type Instant } from '../../lib/domain/time.ts';
import type { AtlasAnswer, AtlasRequest } from './atlas-http.ts';

export const CREDENTIALS = {
  clientId: 'mdb_sa_id_66f1c0de66f1c0de66f1c0de',
  clientSecret: 'mdb_sa_sk_demoSecret+/1Zx9',
  publicKey: 'demopubk',
  privateKey: '11112222-3333-4444-5555-demopriv4key',
} as const;

/** The second service account: it may also read restore jobs, and change what recovery changes. */
export const RESTORE_CREDENTIALS = {
  clientId: 'mdb_sa_id_77a2d1e577a2d1e577a2d1e5',
  clientSecret: 'mdb_sa_sk_restoreSecret+/7Yw3',
} as const;

type Account = 'watch' | 'restore';

const REALM = 'MMS Public API';

/** Atlas's error body (docs/facts/atlas.md §1). */
export function refuse(status: number, errorCode: string, detail: string, parameters: readonly unknown[] = []): AtlasAnswer {
  const reason = errorCode.toLowerCase().replaceAll('_', ' ');
  return { status, body: { error: status, errorCode, reason, detail, parameters }, headers: { 'x-error-code': errorCode } };
}

/** Who may ask: access tokens by OAuth client credentials, and HTTP digest for API keys. */
export class Access {
  private readonly tokens = new Map<string, { readonly until: Instant; readonly account: Account }>();
  private readonly nonces = new Map<string, Set<string>>();
  private readonly now: () => Instant;

  constructor(now: () => Instant) {
    this.now = now;
  }

  /** Every token and nonce so far is worth nothing. */
  revoke(): void {
    this.tokens.clear();
    this.nonces.clear();
  }

  token({ method, headers, body }: AtlasRequest): AtlasAnswer {
    const account = accountOf(headers['authorization'] ?? '');
    const form = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
    const grant = new URLSearchParams(body).get('grant_type');
    if (method !== 'POST' || account === null || !form || grant !== 'client_credentials') {
      return { status: 401, body: { error: 'invalid_client', error_description: 'Client authentication failed' }, headers: {} };
    }
    const token = `emulated-token-${randomBytes(12).toString('hex')}`;
    this.tokens.set(token, { until: this.now() + HOUR, account });
    return { status: 200, body: { access_token: token, expires_in: HOUR / SECOND, token_type: 'Bearer' }, headers: {} };
  }

  /** Null where the request may go on; else the 401 with its challenge. */
  check(request: AtlasRequest): AtlasAnswer | null {
    const [scheme = '', ...rest] = (request.headers['authorization'] ?? '').split(' ');
    const value = rest.join(' ');
    if (scheme === 'Bearer' && (this.tokens.get(value)?.until ?? 0) > this.now()) return null;
    if (scheme === 'Digest' && this.digestHolds(request, value)) return null;
    const nonce = randomBytes(12).toString('hex');
    this.nonces.set(nonce, new Set());
    const challenge = `Digest realm="${REALM}", domain="", nonce="${nonce}", algorithm=MD5, qop="auth", stale=false`;
    const answer = refuse(401, 'UNEXPECTED_ERROR', 'You are not authorized for this resource.');
    return { ...answer, headers: { 'www-authenticate': challenge } };
  }

  /** Whose request this is; an API key watches. */
  accountOf({ headers }: AtlasRequest): Account {
    return this.tokens.get(headers['authorization']?.replace(/^Bearer /, '') ?? '')?.account ?? 'watch';
  }

  private digestHolds({ method, target }: AtlasRequest, value: string): boolean {
    const part: Readonly<Record<string, string>> = Object.fromEntries(
      [...value.matchAll(/(\w+)=(?:"([^"]*)"|([^,\s]*))/g)].map(([, name, quoted, bare]) => [name, quoted ?? bare]),
    );
    const used = this.nonces.get(part['nonce'] ?? '');
    const count = part['nc'] ?? '';
    if (used === undefined || used.has(count) || part['uri'] !== target || part['username'] !== CREDENTIALS.publicKey) return false;
    const left = md5(`${CREDENTIALS.publicKey}:${REALM}:${CREDENTIALS.privateKey}`);
    const expected = md5([left, part['nonce'], count, part['cnonce'], part['qop'], md5(`${method}:${target}`)].join(':'));
    if (part['response'] !== expected) return false;
    used.add(count);
    return true;
  }
}

function accountOf(authorization: string): Account | null {
  const basic = ({ clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string }): string =>
    `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  if (authorization === basic(CREDENTIALS)) return 'watch';
  return authorization === basic(RESTORE_CREDENTIALS) ? 'restore' : null;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** Capacity, and how many tokens come back in a minute: the documented defaults (docs/facts/atlas.md §9). */
export type Limit = { capacity: number; refill: number };

export const LIMITS: Readonly<Record<string, Limit>> = {
  groups: { capacity: 1200, refill: 500 },
  clusters: { capacity: 10_000, refill: 5000 },
  flex: { capacity: 1200, refill: 500 },
  backup: { capacity: 1200, refill: 500 },
  events: { capacity: 300, refill: 100 },
  alerts: { capacity: 1200, refill: 500 },
  alertConfigs: { capacity: 1200, refill: 500 },
  eventTypes: { capacity: 300, refill: 100 },
  encryptionAtRest: { capacity: 2000, refill: 1000 },
  auditing: { capacity: 1200, refill: 500 },
  serviceAccounts: { capacity: 1200, refill: 500 },
  outage: { capacity: 1200, refill: 500 },
};

/** A token bucket for each (endpoint set, scope). */
export class Buckets {
  readonly limits: Record<string, Limit> = structuredClone({ ...LIMITS });
  private readonly left = new Map<string, { tokens: number; at: Instant }>();
  private readonly now: () => Instant;

  constructor(now: () => Instant) {
    this.now = now;
  }

  /** Takes a token: the headers to send, or the 429. */
  take(bucket: string, scope: string, path: string): { readonly headers: Readonly<Record<string, string>> } | AtlasAnswer {
    const { capacity, refill } = this.limits[bucket] ?? { capacity: 300, refill: 100 };
    const key = `${bucket} ${scope}`;
    const before = this.left.get(key) ?? { tokens: capacity, at: this.now() };
    const tokens = Math.min(capacity, before.tokens + (Math.max(0, this.now() - before.at) * refill) / MINUTE);
    const headers = { 'ratelimit-limit': String(capacity), 'ratelimit-remaining': String(Math.max(0, Math.floor(tokens - 1))) };
    this.left.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at: this.now() });
    if (tokens >= 1) return { headers };
    const wait = Math.max(1, Math.round(60 / refill));
    const answer = refuse(429, 'RATE_LIMITED_TOKEN_BUCKET', 'Rate limited.', [path, wait, capacity, refill, 60]);
    return { ...answer, headers: { ...answer.headers, ...headers, 'retry-after': String(wait) } };
  }
}
