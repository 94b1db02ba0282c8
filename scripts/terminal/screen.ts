import type { Duration, Instant } from '../../lib/domain/time.ts';

export type Screen = {
  /** A line that stays. */
  readonly say: (line: string) => void;
  /** How far it has come: one line that changes on a terminal, a line now and then elsewhere. */
  readonly progress: (line: string) => void;
};

const REDRAW: Duration = 200;
const SPARSE: Duration = 15_000;
/** To the line's start, and what is left of the old one away. */
const BACK = '\r\u001B[K';

export type Output = {
  readonly write: (text: string) => void;
  readonly terminal: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Takes every secret out of a line. */
  readonly redact: (text: string) => string;
};

export function openScreen({ write, terminal, width, redact }: Output, now: () => Instant): Screen {
  let shownAt = -Infinity;
  let drawn = false;
  function progress(line: string): void {
    if (now() - shownAt < (terminal ? REDRAW : SPARSE)) return;
    shownAt = now();
    drawn = terminal;
    write(terminal ? BACK + redact(line).slice(0, Math.max(20, width - 1)) : `${redact(line)}\n`);
  }
  function say(line: string): void {
    write(`${drawn ? BACK : ''}${redact(line)}\n`);
    drawn = false;
  }
  return { say, progress };
}
