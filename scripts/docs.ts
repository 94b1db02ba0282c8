import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsTable } from '../lib/config/environment/variables.ts';
import { markdownFiles } from '../lib/runbooks/index.ts';
import { environmentExample } from './docs/env-example.ts';
import { commandsPage } from './docs/commands.ts';
import { controlTables, policyTable, promisesTable } from './docs/tables.ts';
import { writeSection } from './docs/section.ts';

/** Writes what is derived from the code: the tables of the documents, the runbooks as files, the commands, and .env.example. */
const root = join(import.meta.dirname, '..');
writeSection(root, 'promises', promisesTable());
writeSection(root, 'settings', settingsTable());
writeSection(root, 'policy', policyTable());
writeSection(root, 'controls', controlTables());
writeRunbooks(join(root, 'docs', 'runbooks'));
writeFileSync(join(root, '.env.example'), environmentExample());
writeFileSync(join(root, 'docs', 'commands.md'), commandsPage());

/** Writes every runbook into the folder, and removes the files of runbooks that no longer exist. */
function writeRunbooks(folder: string): void {
  const files = markdownFiles();
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.md') && !files.some((file) => file.name === name)) rmSync(join(folder, name));
  }
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
}
