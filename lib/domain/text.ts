/** Whatever makes a text another one on a screen, in a log or in a header than it reads: control characters, line ends, invisible and bidirectional marks. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/**
 * One line of plain text out of any text: control characters and line ends become spaces; invisible and bidirectional
 * marks, which can make a name read as another, go; half surrogates, which `encodeURIComponent` throws on, are replaced.
 */
export function clean(text: string): string {
  return oneLine(text).replace(/ {2,}/g, ' ').trim();
}

/** As `clean`, but the spaces stay: for a line that is set in columns. */
export function oneLine(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Cf}/gu, '');
}

/** As `oneLine`, but the line ends (LF, CR LF) stay: for a text that has several lines of its own. */
export function cleanLines(text: string): string {
  if (!text.includes('\n')) return oneLine(text);
  return text
    .split(/(\r?\n)/)
    .map((part, index) => (index % 2 === 1 ? part : oneLine(part)))
    .join('');
}

/** The value with each unsafe text in it made safe by `how`, also the names of members; for everything that leaves the process as JSON or on a page. */
export function cleanAll<T>(value: T, how: (text: string) => string = clean): T {
  return withTexts(value, (text) => (UNSAFE.test(text) ? how(text) : text));
}

/** The value with each text in it, also the names of members, changed. */
export function withTexts<T>(value: T, change: (text: string) => string): T {
  // Proof: a text stays a text, and members and elements keep their places, so that the shape stays what it was.
  return changed(value, change, new Map()) as T;
}

/** `made`: what became of the objects so far, since parts of a page stand in it twice. What holds nothing to change stays the object it was. */
function changed(value: unknown, change: (text: string) => string, made: Map<object, unknown>): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (!made.has(value)) made.set(value, changedObject(value, change, made));
  return made.get(value);
}

function changedObject(value: object, change: (text: string) => string, made: Map<object, unknown>): object {
  if (Array.isArray(value)) {
    const elements = value.map((one) => changed(one, change, made));
    return elements.every((one, at) => one === value[at]) ? value : elements;
  }
  if (!isPlain(value)) return value;
  const names = Object.keys(value);
  const members = value as Readonly<Record<string, unknown>>; // Proof: an object can be read by its own names.
  const after = names.map((name) => changed(members[name], change, made));
  const isSame = names.every((name, at) => after[at] === members[name] && change(name) === name);
  return isSame ? value : Object.fromEntries(names.map((name, at) => [change(name), after[at]]));
}

/** Made by braces or by `Object.groupBy`. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** At most `most` UTF-16 units, the cut in the middle, where two long names that differ at an end still read as two. */
export function cutInMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = Math.max(0, most - 1);
  const [start, end] = [text.slice(0, Math.ceil(kept / 2)), text.slice(text.length - Math.floor(kept / 2))];
  return `${start.replace(/[\uD800-\uDBFF]$/, '')}…${end.replace(/^[\uDC00-\uDFFF]/, '')}`;
}

/** "1 place", "2 places", "1 query" and "2 queries" by `plural(2, 'query', 'queries')`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The text as percent-encoding means it; the text itself if it is not encoded so. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
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
