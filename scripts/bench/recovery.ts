import { measureDump } from './dump.ts';
import type { Figure } from './figures.ts';
import { measureValidation } from './validation.ts';

/** Validation and backup of 1,000 collections with 1,000,000 documents on a real server; without one, a row that says so. */
export async function recoveryFigures(uri: string | undefined): Promise<readonly Figure[]> {
  const validation = await measureValidation(uri);
  if (!uri) return validation;
  process.stderr.write('backup …\n');
  const { ours, bare, bytes, residentGrowth } = await measureDump(uri);
  const ratio = ours / bare;
  const shown = `${ratio.toFixed(2)} (${(ours / 1_000).toFixed(1)} ÷ ${(bare / 1_000).toFixed(1)} s, ${(bytes / 1e6).toFixed(0)} MB)`;
  return [
    ...validation,
    {
      what: 'backup of 1,000 collections, 1,000,000 documents: time ÷ a bare cursor that writes the same BSON',
      cells: [{ value: ratio, shown }],
      most: null,
    },
    {
      what: 'memory that 200 MB more add to a backup',
      cells: [{ value: residentGrowth, shown: `${(residentGrowth / 1e6).toFixed(0)} MB` }],
      most: null,
    },
  ];
}
