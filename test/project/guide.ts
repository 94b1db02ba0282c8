/** One change that a guide shows: a whole new file, or a patch to a file that is there. */
export type GuideStep =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'patch'; readonly path: string; readonly lines: readonly string[] };

const FILE = /^File: `([^`]+)`$/;
const FENCE = /^(`{3,})(\w*)$/;

/**
 * Returns the changes that a guide shows, in their order. A line "File: `PATH`" right before a fenced block, at most one empty line between them,
 * makes the block that file's whole content; where the block's language is `diff`, it is a patch. Other blocks are ignored.
 * Throws an Error where a "File:" line has no block, or a block no end.
 */
export function stepsOf(markdown: string): readonly GuideStep[] {
  const lines = markdown.split('\n');
  return lines.flatMap((line, index) => {
    const path = FILE.exec(line)?.[1];
    return path === undefined ? [] : [stepAt(lines, index, path)];
  });
}

function stepAt(lines: readonly string[], index: number, path: string): GuideStep {
  const opening = lines[index + 1] === '' ? index + 2 : index + 1;
  const [, fence, language] = FENCE.exec(lines[opening] ?? '') ?? [];
  if (fence === undefined) throw new Error(`guide: no fenced block follows "File: \`${path}\`"`);
  const end = lines.indexOf(fence, opening + 1);
  if (end === -1) throw new Error(`guide: the block of ${path} has no end`);
  const block = lines.slice(opening + 1, end);
  return language === 'diff' ? { kind: 'patch', path, lines: block } : { kind: 'file', path, text: `${block.join('\n')}\n` };
}

/**
 * Returns the text with the patch applied. Lines of the patch begin with " " (stays), "-" (goes) or "+" (comes); an empty line is an empty one that
 * stays. Throws an Error unless the lines that stay and go stand in the text exactly once, one after the other.
 */
export function patched(text: string, patch: readonly string[]): string {
  const before = patch.filter((line) => !line.startsWith('+')).map((line) => line.slice(1));
  const after = patch.filter((line) => !line.startsWith('-')).map((line) => line.slice(1));
  const odd = patch.find((line) => line !== '' && !/^[ +-]/.test(line));
  if (odd !== undefined) throw new Error(`guide: a line of a patch begins with " ", "-" or "+", unlike "${odd}"`);
  const lines = text.split('\n');
  const places = lines.flatMap((_, index) => (before.every((line, offset) => lines[index + offset] === line) ? [index] : []));
  const [place] = places;
  if (place === undefined || places.length !== 1 || before.length === 0)
    throw new Error(`guide: the lines that the patch keeps and removes stand ${places.length} times in the file:\n${before.join('\n')}`);
  return lines.toSpliced(place, before.length, ...after).join('\n');
}
