import type { Frame } from './axes.tsx';

/** A digit of DejaVu Sans, the widest of the fonts that the page asks for, at the 12.5 px of cluster.css; most letters are narrower. */
const CHARACTER = 8;
/** A line of that font from ascender to descender. */
const LINE = 15;
/** Between two labels of one line. */
const GAP = 6;

type Mark = { readonly x: number; readonly words: string };

/** A label below a picture. `anchor`: which of its ends, or its middle, stands at `x`. */
export type AxisLabel = Mark & { readonly anchor: 'start' | 'middle' | 'end' };

/**
 * Pure: the labels of marks from left to right, all between the edges: of each mark, or where those would touch one another of every second, third and so
 * on, so that they stay equally far apart.
 */
export function labelsApart(marks: readonly Mark[], edges: Pick<Frame, 'left' | 'right'>): readonly AxisLabel[] {
  const labels = marks.map((mark) => labelOf(mark, edges));
  for (let step = 1; step < marks.length; step += 1) {
    const some = labels.filter((_label, index) => index % step === 0);
    if (some.every((label, index) => index === 0 || beginOf(label) >= endOf(some[index - 1] ?? label) + GAP)) return some;
  }
  return labels.slice(0, 1);
}

function labelOf({ x, words }: Mark, { left, right }: Pick<Frame, 'left' | 'right'>): AxisLabel {
  const half = widthOf(words) / 2;
  return { x, words, anchor: x - half < left ? 'start' : x + half > right ? 'end' : 'middle' };
}

function widthOf(words: string): number {
  return words.length * CHARACTER;
}

const BEFORE = { start: 0, middle: 0.5, end: 1 } as const;

function beginOf({ x, words, anchor }: AxisLabel): number {
  return x - widthOf(words) * BEFORE[anchor];
}

function endOf(label: AxisLabel): number {
  return beginOf(label) + widthOf(label.words);
}

/** Pure: the values of an axis from the lowest up, without those whose words would touch those above; the highest stays. */
export function valuesApart<T extends { readonly y: number }>(ticks: readonly T[]): readonly T[] {
  return ticks.filter(({ y }, index) => ticks.slice(index + 1).every((higher) => y - higher.y >= LINE));
}
