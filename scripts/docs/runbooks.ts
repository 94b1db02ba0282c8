import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownFiles } from '../../lib/runbooks.ts';

/** Writes every runbook into the folder, and takes away those that there are no more. */
export function writeRunbooks(folder: string): void {
  const files = markdownFiles();
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.md') && !files.some((file) => file.name === name)) rmSync(join(folder, name));
  }
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
}
