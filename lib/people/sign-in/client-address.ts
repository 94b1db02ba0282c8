import { BlockList, isIP } from 'node:net';
import { processWide } from '../process-wide.ts';

/** Set by our own server (scripts/start.ts) on every request: the address at the other end of the socket, which Next does not tell. */
export const PEER_HEADER = 'x-restorewatch-peer';

/** Whether our own server sets this header. Any other server lets a client send it, so there it is not believed. */
const ours = processWide('peer-headers', () => ({ areSet: false }));

/** Everybody whose address is not known shares this one. */
const UNKNOWN = 'an unknown address';

type Headers = { readonly get: (name: string) => string | null };

export type Proxies = { readonly trustedProxies: readonly string[]; readonly onVercel: boolean };

/** From now on this header of each request is believed. */
export function believePeerHeaders(): void {
  ours.areSet = true;
}

/**
 * The address that a request came from: what Vercel says on Vercel, else the socket's. Where that is a proxy of TRUSTED_PROXIES, the last address of
 * `X-Forwarded-For` that is none: each proxy appends whom it was asked by, and everything before a stranger's address is the stranger's own word.
 */
export function clientAddress(headers: Headers, { trustedProxies, onVercel }: Proxies): string {
  // Vercel overwrites what a client sends (https://vercel.com/docs/headers/request-headers#x-vercel-forwarded-for).
  if (onVercel) return addressIn(headers.get('x-vercel-forwarded-for')?.split(',')[0]) ?? UNKNOWN;
  const peer = ours.areSet ? addressIn(headers.get(PEER_HEADER)) : null;
  if (peer === null) return UNKNOWN;
  const isTrusted = proxiesOf(trustedProxies);
  if (!isTrusted(peer)) return peer;
  let client = peer;
  for (const hop of (headers.get('x-forwarded-for') ?? '').split(',').toReversed()) {
    const address = addressIn(hop);
    if (address === null) return client;
    client = address;
    if (!isTrusted(client)) return client;
  }
  return client;
}

/** Whether a request came over TLS, by the word of a trusted proxy. `peer`: the socket's address; `protocols`: `X-Forwarded-Proto`, the client's hop first. */
export function isOverTls(peer: string | undefined, protocols: string | undefined, trustedProxies: readonly string[]): boolean {
  const address = addressIn(peer);
  return address !== null && proxiesOf(trustedProxies)(address) && protocols?.split(',')[0]?.trim().toLowerCase() === 'https';
}

/** What counts as one client: an IPv4 address, or the network of an IPv6 address, of whose 2^64 addresses one subscriber has all (RFC 6177). */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [left = '', right = ''] = address.split('::');
  const [before, after] = [left, right].map((half) => half.split(':').filter((group) => group !== ''));
  const groups = [
    ...(before ?? []),
    ...Array<string>(Math.max(0, 8 - (before?.length ?? 0) - (after?.length ?? 0))).fill('0'),
    ...(after ?? []),
  ];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** One address of a header, without a port or a zone, and IPv4 as itself where it is mapped into IPv6; null if it is none. */
function addressIn(text: string | null | undefined): string | null {
  const trimmed = (text ?? '').trim();
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed)?.[1] ?? /^([\d.]+):\d+$/.exec(trimmed)?.[1] ?? trimmed;
  const address = bare.replace(/%.*$/, '').replace(/^::ffff:(?=[\d.]+$)/i, '');
  return isIP(address) === 0 ? null : address;
}

let known: { readonly ranges: readonly string[]; readonly isTrusted: (address: string) => boolean } | null = null;

/** Built once for each list, which is the environment's own array. */
function proxiesOf(ranges: readonly string[]): (address: string) => boolean {
  if (known?.ranges === ranges) return known.isTrusted;
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  const isTrusted = (address: string): boolean => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  known = { ranges, isTrusted };
  return isTrusted;
}
