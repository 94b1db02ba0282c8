import { clean, cutInMiddle } from '../../lib/domain/text.ts';

/** Wide enough for most names. One long name must not push the columns of all rows out of the terminal. */
export const NAMES_MOST = 40;

/**
 * A table for a terminal: columns as wide as their widest cell, but at most `widest`, where cells are shortened in the middle; the last one as it comes.
 * Evidence is never shortened: what was expected is what proves. Cells become plain text of one line. Pure.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[], widest = Number.POSITIVE_INFINITY): readonly string[] {
  const all = [head, ...rows].map((row) =>
    row.map((cell, column) => (column === head.length - 1 ? clean(cell) : cutInMiddle(clean(cell), widest))),
  );
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, column) => (column === head.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
