import { type EvidenceLine, evidenceLine } from '../../domain/recovery/evidence.ts';
import { ReadError } from './read/bounded-read.ts';

/** Longest text in a line: options and results of aggregations can be of any length. */
const LONGEST = 400;
/** Names in one text. */
const SHOWN = 5;

export function lineOf(
  what: EvidenceLine['what'],
  namespace: string | null,
  verdict: EvidenceLine['verdict'],
  [expected, found]: readonly [expected: string, found: string],
): EvidenceLine {
  return evidenceLine(what, verdict, [short(expected), short(found)], namespace);
}

/**
 * A line about what could not be read. It fails where the server itself refused to read restored data; any other trouble says nothing about the data.
 * Throws what is no `ReadError`.
 */
export function troubleLine(what: EvidenceLine['what'], namespace: string | null, expected: string, error: unknown): EvidenceLine {
  if (!(error instanceof ReadError)) throw error;
  return lineOf(what, namespace, error.kind === 'refused' ? 'failed' : 'could-not-verify', [expected, error.message]);
}

/** "a, b, c and 4 more". */
export function listed(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${names.slice(0, SHOWN).join(', ')}${more}`;
}

export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

function short(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} …`;
}
