/** Who uses the command line: `--by`, or the user that is logged in. */
export function userNamed(by: string | undefined): string {
  return by ?? process.env['USER'] ?? 'command line';
}

/** Is it a fault of this program, and no refusal in words of its own? Then its stack belongs to the words. */
export function isFault(error: unknown): boolean {
  return !(error instanceof Error) || [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
}

export function wordsOf(error: unknown, otherwise = 'unknown error'): string {
  return error instanceof Error ? error.message : otherwise;
}
