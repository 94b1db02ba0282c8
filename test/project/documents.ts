import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** Files of the tree that git knows or would take, by their paths from the root, `/` between the parts. */
export function filesNamed(...patterns: readonly string[]): readonly string[] {
  const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return [...new Set(stdout.split('\n'))].filter((path) => path !== '');
}

/** The text of a file of the tree. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

const GUIDES = ['docs/adding-a-check.md', 'docs/adding-a-channel.md'];

/** True if the product need not have the path: a guide has its reader make it, or write a name of his own into it. */
export function isMadeByReader(document: string, path: string): boolean {
  if (!GUIDES.includes(document)) return false;
  const files = [...textOf(document).matchAll(/^File: `([^`]+)`/gm)].map(([, file = '']) => file);
  const runbooks = files.map((file) => file.replace(/^lib\/evaluate\/checks\/(.+)\.ts$/, 'docs/runbooks/$1.md'));
  return path.includes('NAME') || [...files, ...runbooks].includes(path);
}

/** The anchors that GitHub gives to a document's headings: lower case, punctuation dropped, spaces as hyphens, a repeated one numbered. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const anchors = headingsOf(markdown).map((heading) => {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  return new Set(anchors);
}

/** The texts of a document's headings, those inside code blocks apart. */
export function headingsOf(markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/^```.*?^```/gms, '');
  return [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading.trim());
}
