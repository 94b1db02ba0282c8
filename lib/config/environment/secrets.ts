import { HIDDEN_ANYWHERE, SHORTEST_HIDDEN } from '../../domain/redact.ts';
import { percentDecoded } from '../../domain/text.ts';
import { keyLines } from './evidence-key.ts';
import { hashesIn } from './status-users.ts';
import type { Given } from './variable-groups.ts';
import { VARIABLES, VARIABLE_NAMES } from './variables.ts';

/** A shorter path says nothing secret, and blanking it would garble other texts. */
const SHORTEST_PATH = 12;

/** Every text that must never leave the process: the values of secret variables and of those that teams name, and what addresses carry. Longest first. */
export function secretsOf(given: Given, ofTeams: readonly string[] = []): readonly string[] {
  const values = VARIABLE_NAMES.filter((name) => VARIABLES[name].secret).flatMap((name) => given[name] ?? []);
  const all = [
    ...values,
    ...ofTeams,
    ...keyLines(given.EVIDENCE_KEY ?? ''),
    ...hashesIn(given.STATUS_USERS ?? ''),
    ...[...values, ...ofTeams].flatMap(piecesOfAddress),
  ].filter((text) => text !== '');
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}

/** user:password and password of an address as written and decoded, and a path that is long enough to be a key. */
function piecesOfAddress(value: string): readonly string[] {
  const found = /^[a-z+]+:\/\/(?:([^/]*)@)?[^/?#]*([^?#]*)/i.exec(value);
  if (found === null) return [];
  const [, credentials = '', path = ''] = found;
  const password = credentials.slice(credentials.indexOf(':') + 1);
  // A short name without a password is no secret; a long one may be a token.
  const written = credentials.includes(':')
    ? [credentials, password].filter((piece) => piece.length >= SHORTEST_HIDDEN)
    : [credentials].filter((piece) => piece.length >= HIDDEN_ANYWHERE);
  return [...written, ...written.map(percentDecoded), ...(path.length >= SHORTEST_PATH ? [path] : [])];
}
