import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTable } from './table.ts';

/** What docs/score.md says, which nothing may fall behind. */
export const recorded = readTable(readFileSync(join(import.meta.dirname, '../../docs/score.md'), 'utf8'));
