import { createHash } from 'node:crypto';

/** What a server asks for with `WWW-Authenticate: Digest` (RFC 7616; Atlas sends MD5 with qop=auth, docs/facts/atlas.md §9). */
export type Challenge = { readonly realm: string; readonly nonce: string; readonly opaque: string | null };

/** The challenge in a `WWW-Authenticate` header; null where it holds none that MD5 with qop=auth can answer. */
export function parseChallenge(header: string | null): Challenge | null {
  const start = header?.search(/\bDigest\s/i) ?? -1;
  if (header === null || start === -1) return null;
  const fields = new Map<string, string>();
  for (const [, name, quoted, bare] of header.slice(start).matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^,\s]+))/g)) {
    if (name !== undefined && !fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), quoted ?? bare ?? '');
  }
  const realm = fields.get('realm');
  const nonce = fields.get('nonce');
  const qop = (fields.get('qop') ?? '').split(',').map((one) => one.trim());
  if (realm === undefined || nonce === undefined || !qop.includes('auth')) return null;
  if ((fields.get('algorithm') ?? 'MD5').toUpperCase() !== 'MD5') return null;
  return { realm, nonce, opaque: fields.get('opaque') ?? null };
}

type Proof = {
  readonly challenge: Challenge;
  readonly username: string;
  readonly password: string;
  readonly method: string;
  /** Path and query exactly as they are sent. */
  readonly uri: string;
  /** How often this nonce has been used, this time included. */
  readonly count: number;
  readonly cnonce: string;
};

/** The value of the `Authorization` header that answers a challenge. */
export function digestHeader({ challenge, username, password, method, uri, count, cnonce }: Proof): string {
  const nc = count.toString(16).padStart(8, '0');
  const secret = md5(`${username}:${challenge.realm}:${password}`);
  const response = md5([secret, challenge.nonce, nc, cnonce, 'auth', md5(`${method}:${uri}`)].join(':'));
  const opaque = challenge.opaque === null ? '' : `, opaque="${challenge.opaque}"`;
  return (
    `Digest username="${username}", realm="${challenge.realm}", nonce="${challenge.nonce}", uri="${uri}", algorithm=MD5, ` +
    `response="${response}", qop=auth, nc=${nc}, cnonce="${cnonce}"${opaque}`
  );
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
