import { type CountedLines, createCountedLines } from '../lib/people/counted-lines.ts';
import { processWide } from '../lib/people/process-wide.ts';

/** The lines that strangers can cause, whichever part of this process they reached. */
export function countedLines(): CountedLines {
  // As after SIGTERM. Once a process: the build has this module several times.
  processWide('counted-lines-at-exit', () => process.once('exit', () => countedLines().end()));
  return processWide('counted-lines', () => createCountedLines({ log: (line) => console.error(line), now: Date.now, timer }));
}

/** A count that is still to be logged does not keep a process alive that is told to end. */
function timer(after: number, act: () => void): () => void {
  const timeout = setTimeout(act, after).unref();
  return () => clearTimeout(timeout);
}
