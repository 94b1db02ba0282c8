import type { EvidenceLine } from '../../domain/evidence.ts';
import { ReadError } from './reading.ts';

/** Longest text in a line: options and results of aggregations can be of any length. */
const LONGEST = 400;

export function lineOf(
  what: EvidenceLine['what'],
  namespace: string | null,
  verdict: EvidenceLine['verdict'],
  [expected, found]: readonly [expected: string, found: string],
): EvidenceLine {
  return { what, namespace, expected: short(expected), found: short(found), verdict };
}

/**
 * What could not be read, as a line: the server's own refusal to read restored data fails it, all else says nothing about the data. Throws what
 * is no `ReadError`.
 */
export function troubleLine(what: EvidenceLine['what'], namespace: string | null, expected: string, error: unknown): EvidenceLine {
  if (!(error instanceof ReadError)) throw error;
  return lineOf(what, namespace, error.kind === 'refused' ? 'failed' : 'could-not-verify', [expected, error.message]);
}

/** "a, b, c and 4 more". */
export function listed(names: readonly string[], shown = 5): string {
  const more = names.length > shown ? ` and ${names.length - shown} more` : '';
  return `${names.slice(0, shown).join(', ')}${more}`;
}

export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

function short(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} …`;
}
