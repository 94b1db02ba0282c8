import { percentDecoded } from '../../domain/text.ts';
import { keyLines } from './evidence-key.ts';
import { hashesIn } from './status-users.ts';
import type { Given } from './variable-groups.ts';
import { VARIABLES, VARIABLE_NAMES } from './variables.ts';

/** Shorter pieces of an address say nothing secret, and blanking them would garble other texts. */
const SHORTEST_PIECE = 4;
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
  const pieces = credentials.includes(':') ? [credentials, password] : [credentials];
  const written = pieces.filter((piece) => piece.length >= SHORTEST_PIECE);
  return [...written, ...written.map(percentDecoded), ...(path.length >= SHORTEST_PATH ? [path] : [])];
}
