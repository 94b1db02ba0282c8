import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** What was typed; null where standard input was at its end, or Ctrl-C was pressed, before anything was. */
export async function typed(question: string): Promise<string | null> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = once(terminal, 'close').then(() => null);
  try {
    // Ctrl-C rejects the question where it does not just close.
    return await Promise.race([
      terminal
        .question(question)
        .then((text) => text.trim())
        .catch(() => null),
      closed,
    ]);
  } finally {
    terminal.close();
  }
}
