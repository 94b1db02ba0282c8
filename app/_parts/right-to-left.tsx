import type { ReactNode } from 'react';

/** Letters that are written from right to left: Hebrew, Arabic and their neighbours, their presentation forms, and those of the supplementary planes. */
const LETTERS = '\\u0590-\\u08FF\\uFB1D-\\uFDFF\\uFE70-\\uFEFF\\u{10800}-\\u{10FFF}\\u{1E800}-\\u{1EFFF}';
const LETTER = new RegExp(`[${LETTERS}]`, 'u');
/** From the first of them to the last one before a letter of another direction. */
const RUN = new RegExp(`([${LETTERS}](?:[^\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}]*[${LETTERS}])?)`, 'u');

/** Text in which each run that is written from right to left is isolated, so that it does not reorder what stands beside it. */
export function isolated(text: string): ReactNode {
  if (!LETTER.test(text)) return text;
  // Parts never move: a text that changes is another text.
  return text.split(RUN).map((part, index) => (index % 2 === 1 ? <bdi key={index}>{part}</bdi> : part));
}
