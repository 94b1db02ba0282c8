/**
 * One line of plain text out of any text: control characters and line ends become spaces; invisible and bidirectional
 * marks, which can make a name read as another, go; half surrogates, which `encodeURIComponent` throws on, are replaced.
 */
export function clean(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Cf}/gu, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** Cuts to at most `most` UTF-16 units (so code points too), never inside a character, and marks the cut. */
export function cut(text: string, most: number, end = '…'): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, Math.max(0, most - end.length));
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}${end}`;
}

/** As many lines as fit into `most` characters, each cut at `line`, and how many more there are. */
export function fit(lines: readonly string[], most: number, line: number): { readonly shown: readonly string[]; readonly more: number } {
  const shown: string[] = [];
  let used = 0;
  for (const text of lines) {
    const one = cut(text, line);
    used += one.length + 1;
    if (used > most) break;
    shown.push(one);
  }
  return { shown, more: lines.length - shown.length };
}
