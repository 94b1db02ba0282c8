import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsTable } from '../lib/config/variables.ts';
import { policyTable } from './docs/policy-table.ts';
import { writeRunbooks } from './docs/runbooks.ts';
import { withSection } from './docs/section.ts';

/** Writes README's tables, and the runbooks as files, anew from the code that they describe. */
const file = join(import.meta.dirname, '..', 'README.md');
writeFileSync(file, withSection(withSection(readFileSync(file, 'utf8'), 'settings', settingsTable()), 'policy', policyTable()));
writeRunbooks(join(import.meta.dirname, '..', 'docs', 'runbooks'));
