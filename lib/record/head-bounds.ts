import type { Head } from '../domain/incidents/head.ts';
import { encodeHead } from './stored-head.ts';

/** Silences that people made and that have not ended. */
export const SILENCES_MOST = 500;
/** What responders have accepted as it is: one a cluster whose schedule keeps less than it did. */
export const ACCEPTANCES_MOST = 500;
/** Maintenance windows that people made. Each costs every run a look into its calendar. */
export const WINDOWS_MOST = 100;
/**
 * Bytes of the stored head up to which people may make it larger; every run reads and writes it, and Upstash takes 10 MB a request. A storm of 10,000
 * messages makes 0.6 MB. An acknowledgement is never refused for it: it is short, one an incident, and ends what rings.
 */
export const HEAD_MOST = 2_000_000;

/** Thrown out of a change of the head to leave the head as it is; the ledger rejects with it. */
export class ActRefused extends Error {
  override readonly name = 'ActRefused';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

/** Pure: what is wrong with a stored head of this many bytes after an act of a person; nothing if the act makes it smaller. */
export function sizeProblems(before: number, after: number): readonly string[] {
  if (after <= HEAD_MOST || after <= before) return [];
  return [
    `the stored state would grow to ${grouped(after)} bytes, and people may let it grow to ${grouped(HEAD_MOST)}: end silences or maintenance windows that nobody needs, or write them into restorewatch.config.ts`,
  ];
}

/** The head after somebody's act. Throws `ActRefused` with these problems, or if the stored head would become too large. */
export function grown(before: Head, after: Head, problems: readonly string[] = []): Head {
  const all = problems.length > 0 ? problems : grownTooLarge(before, after);
  if (all.length > 0) throw new ActRefused(all);
  return after;
}

/** Packing takes the time of a whole write, so the head before is packed only if it matters. */
function grownTooLarge(before: Head, after: Head): readonly string[] {
  const size = storedSize(after);
  return size <= HEAD_MOST ? [] : sizeProblems(storedSize(before), size);
}

/** The result of the act, or why it was refused. Throws everything else. */
export async function unlessRefused<T>(act: () => Promise<T>): Promise<T | { readonly problems: readonly string[] }> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ActRefused) return { problems: error.problems };
    throw error;
  }
}

/** Pure: what is longer than it may be, in words: "why: at most 300 characters; this has 500,000". */
export function lengthProblems(
  texts: Readonly<Record<string, string | undefined>>,
  most: Readonly<Record<string, number>>,
): readonly string[] {
  return Object.entries(texts).flatMap(([name, text = '']) => {
    const limit = most[name];
    return limit === undefined || text.trim().length <= limit
      ? []
      : [`${name}: at most ${grouped(limit)} characters; this has ${grouped(text.trim().length)}`];
  });
}

/** Packed, as it is stored: ASCII, so that its characters are its bytes. */
function storedSize(head: Head): number {
  return encodeHead(head).length;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
