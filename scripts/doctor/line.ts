import { clean } from '../../lib/domain/text.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** One thing that doctor examined. A `warn` is allowed but surely not intended. */
export type Line = { readonly mark: 'pass' | 'warn' | 'fail'; readonly text: string };

const MARKS = { pass: ['green', 'pass'], warn: ['yellow', 'WARN'], fail: ['red', 'FAIL'] } as const;

export function printed({ mark, text }: Line, style: Terminal['style']): string {
  const [colour, word] = MARKS[mark];
  return `${style(colour, word)}  ${clean(text)}`;
}

export function pass(text: string): Line {
  return { mark: 'pass', text };
}

export function warn(text: string): Line {
  return { mark: 'warn', text };
}

export function fail(text: string): Line {
  return { mark: 'fail', text };
}
