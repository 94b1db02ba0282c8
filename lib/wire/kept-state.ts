import { processWide } from '../people/process-wide.ts';
import { createKeptReads, type KeptReads } from '../record/kept-reads.ts';

/** What this process knows of the store, whichever of its routes read or wrote it. */
export function keptReads(): KeptReads {
  return processWide('kept-reads', () => createKeptReads(Date.now));
}
