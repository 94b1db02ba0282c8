import { clean } from '../../lib/domain/text.ts';
import type { Terminal } from '../command/terminal.ts';

/** One thing that doctor examined. A `warn` is allowed but surely not intended. */
export type Line = { readonly mark: 'ok' | 'warn' | 'bad'; readonly text: string };

const MARKS = { ok: ['green', 'ok  '], warn: ['yellow', 'WARN'], bad: ['red', 'BAD '] } as const;

export function printed({ mark, text }: Line, style: Terminal['style']): string {
  const [colour, word] = MARKS[mark];
  return `${style(colour, word)}  ${clean(text)}`;
}

export function ok(text: string): Line {
  return { mark: 'ok', text };
}

export function warn(text: string): Line {
  return { mark: 'warn', text };
}

export function bad(text: string): Line {
  return { mark: 'bad', text };
}
