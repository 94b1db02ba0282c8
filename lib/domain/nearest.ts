/** Pure: the names that are spelt most like the wanted one, the nearest first, at most `most` of them. Upper and lower case count as the same letter. */
export function nearest(wanted: string, names: Iterable<string>, most = 3): readonly string[] {
  const distances = [...new Set(names)].map((name) => ({ name, away: edits(wanted.toLowerCase(), name.toLowerCase()) }));
  return distances
    .toSorted((a, b) => a.away - b.away)
    .slice(0, most)
    .map(({ name }) => name);
}

/** Levenshtein's distance: how many letters have to be added, taken away or replaced to make one word of the other. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let index = 0; index < from.length; index += 1) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (from[index] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
