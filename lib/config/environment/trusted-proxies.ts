import { isIP } from 'node:net';
import type { Reading } from '../../domain/settings/parse-value.ts';

const LONGEST_PREFIX: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/** One entry of TRUSTED_PROXIES: an IP address, or a range of them as 10.0.0.0/8, given back as it was written. */
export function addressRange(text: string): Reading<string> {
  const [address = '', prefix, ...rest] = text.split('/');
  const longest = LONGEST_PREFIX[isIP(address)];
  if (longest === undefined || rest.length > 0) return { ok: false, problem: 'is no IP address, and no range of them as 10.0.0.0/8' };
  if (prefix === undefined) return { ok: true, value: text };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > longest)
    return { ok: false, problem: `has a prefix that is no whole number from 1 to ${longest}` };
  // Whoever is trusted says which address a request came from.
  return Number(prefix) === 0
    ? { ok: false, problem: 'names every address, so that everybody would be believed' }
    : { ok: true, value: text };
}
