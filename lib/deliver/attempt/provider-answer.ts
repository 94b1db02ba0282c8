import type { Outcome } from './channel.ts';
import { SECOND, type Duration, type Instant } from '../../domain/time.ts';

/** The outcome of an attempt that was not accepted. */
export type Unsent = Exclude<Outcome, { readonly result: 'accepted' | 'rootless' }>;

/** Errors after which nothing can have arrived: no address, no connection, no TLS. */
const NEVER_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EAI_NODATA|EHOSTUNREACH|ENETUNREACH|EDNS|UND_ERR_CONNECT_TIMEOUT|ERR_INVALID_URL|CERT_.*|UNABLE_TO_.*|SELF_SIGNED_.*|DEPTH_ZERO_.*|ERR_TLS_.*|ERR_SSL_.*)$/;

/** "Not now": nothing was done with the request (RFC 9110, 15.5.9 and 15.6.4; RFC 8470, 5.2; RFC 6585, 4). */
const NOT_NOW = [408, 425, 429, 503];

/**
 * Returns the outcome of an answer that is not the documented acceptance. An answer that no provider documents (a gateway's page with 200, 302 or 502, or a
 * 500 of the provider) may come after the message was taken and says nothing about that, so the outcome is unknown.
 */
export function refusal(status: number, error: string, retryAfter: Duration | null): Unsent {
  if (NOT_NOW.includes(status)) return { result: 'failed', error, retryAfter };
  return isDefinite(status) ? { result: 'rejected', error } : { result: 'unknown', error, retryAfter };
}

/** The other 4xx mean that the request is wrong (docs/contract.md, clause 6). */
function isDefinite(status: number): boolean {
  return status >= 400 && status < 500;
}

/** Returns `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3); null if it is absent or neither. */
export function retryAfterOf(header: string | null | undefined, now: Instant): Duration | null {
  if (header === null || header === undefined) return null;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * SECOND;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Returns the outcome of a request without an answer: failed if it never reached the provider, unknown otherwise. */
export function lost(request: string, error: unknown): Unsent {
  const message = `${request}: ${describe(error)}`;
  return codesOf(error).some((code) => NEVER_CONNECTED.test(code))
    ? { result: 'failed', error: message, retryAfter: null }
    : { result: 'unknown', error: message };
}

/** Returns an error's message with its causes: fetch hides the reason ("ECONNRESET") one level down. */
export function describe(error: unknown): string {
  const chain = causes(error).map((one) => (one instanceof Error ? one.message || codeOf(one) || one.name : String(one)));
  // Wrappers repeat what they wrap.
  return chain.filter((text, index) => !chain.slice(0, index).some((outer) => outer.includes(text))).join(': ');
}

function codesOf(error: unknown): readonly string[] {
  return causes(error)
    .flatMap((one) => [codeOf(one), field(one, 'originalCode')])
    .filter((code) => typeof code === 'string');
}

function causes(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let one = error; one !== undefined && one !== null && chain.length < 5; one = field(one, 'cause') ?? field(one, 'original'))
    chain.push(one);
  return chain;
}

function codeOf(error: unknown): string | null {
  const code = field(error, 'code');
  return typeof code === 'string' ? code : null;
}

/** Returns a property of a value whose shape is not known; undefined if there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
