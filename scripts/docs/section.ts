import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A part of a document that a program writes, between two comments that name it. */
export type Section = 'promises' | 'settings' | 'policy' | 'controls' | 'bench';

/** The text between the section's markers; throws if the text lacks them. */
export function sectionOf(text: string, section: Section): string {
  const { start, end } = placeOf(text, section);
  return text.slice(start, end).trim();
}

/** The text with the section replaced. */
export function withSection(text: string, section: Section, body: string): string {
  const { start, end } = placeOf(text, section);
  return `${text.slice(0, start)}\n\n${body}\n\n${text.slice(end)}`;
}

/** The path of the one document (README.md or a file of docs/) that has the section's markers. */
export function documentWith(root: string, section: Section): string {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const paths = [join(root, 'README.md'), ...docs.map((name) => join(root, 'docs', name))];
  const marked = paths.filter((path) => readFileSync(path, 'utf8').includes(`\n${markersOf(section)[0]}\n`));
  const [path] = marked;
  if (path === undefined || marked.length > 1)
    throw new Error(`"${markersOf(section)[0]}" stands in ${marked.length} of README.md and docs/*.md; it belongs into one`);
  return path;
}

/** Replaces the section in the document that has its markers. */
export function writeSection(root: string, section: Section, body: string): void {
  const path = documentWith(root, section);
  writeFileSync(path, withSection(readFileSync(path, 'utf8'), section, body));
}

function markersOf(section: Section): readonly [string, string] {
  return [`<!-- ${section}:begin -->`, `<!-- ${section}:end -->`];
}

function placeOf(text: string, section: Section): { readonly start: number; readonly end: number } {
  const [begin, finish] = markersOf(section);
  const start = text.indexOf(begin);
  const end = text.indexOf(finish);
  if (text.lastIndexOf(begin) !== start || text.lastIndexOf(finish) !== end)
    throw new Error(`the document has "${begin}" or its end twice`);
  if (start === -1 || end < start) throw new Error(`the document lacks the markers "${begin}" and "${finish}"`);
  return { start: start + begin.length, end };
}
