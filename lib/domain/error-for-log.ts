import { clean, cut } from './text.ts';

/** The frames that lead to a fault are the first ones; what follows is Node's or Next's. */
const FRAMES = 8;
const CAUSES = 3;
const LONGEST = 4_000;

/**
 * An error for whoever mends the program: its name, message and stack, and those of its causes, on one line without control characters. `redact` hides the
 * secrets, for messages and paths may hold some.
 */
export function errorForLog(error: unknown, redact: (text: string) => string): string {
  // Redacted before it is cut, since half a secret at the cut would not be recognised.
  return cut(redactedLine(chainOf(error).map(inWords).join('; caused by '), redact), LONGEST);
}

/**
 * Redacts before cleaning, which changes some secrets (two spaces in a row become one), and after it, since an invisible mark inside a secret keeps it from
 * being recognised until cleaning takes the mark out.
 */
function redactedLine(text: string, redact: (text: string) => string): string {
  return redact(clean(redact(text)));
}

/** The error, and what it was made from. */
function chainOf(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let one: unknown = error; chain.length < CAUSES && (chain.length === 0 || one !== undefined); one = causeOf(one)) chain.push(one);
  return chain;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : 'something that is no error was thrown';
  // The class names of our own errors stand in `name`, which the first line of a stack does not show.
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}: ${error.message}`, ...frames.slice(0, FRAMES)].join(' ');
}

/** The line of a log about an error. The error itself is added unless the line holds its message, as the lines about our own errors do. */
export function logLine(line: string, error: unknown, redact: (text: string) => string): string {
  const isSaid = error === undefined || (error instanceof Error && error.message !== '' && line.includes(error.message));
  return `${redactedLine(line, redact)}${isSaid ? '' : `: ${errorForLog(error, redact)}`}`;
}
