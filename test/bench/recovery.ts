import { type DumpMeasure, type DumpShape, measureDump } from './dump.ts';
import type { Figure } from './figures.ts';
import { measureValidation } from './validation.ts';

type Shape = DumpShape & { readonly what: string; readonly most: number | null };

/** The first is the one that deleting thousands of files before would slow down most (dump.ts, `emptyFiles`). */
const SHAPES: readonly Shape[] = [
  { what: '1,500 collections of 10 small documents', most: 1.5, collections: 1_500, documents: 15_000, text: 0 },
  { what: '4 large collections, 400,000 documents of 500 bytes', most: 1.15, collections: 4, documents: 400_000, text: 430 },
  { what: '1,000 collections, 1,000,000 small documents', most: null, collections: 1_000, documents: 1_000_000, text: 0 },
];
const MB = 1e6;
const MOST_MEMORY = 200;

/** Validation and backups of databases on a real server; without one, a row that says so. */
export async function recoveryFigures(uri: string | undefined): Promise<readonly Figure[]> {
  const validation = await measureValidation(uri);
  if (!uri) return validation;
  const backups: Figure[] = [];
  for (const shape of SHAPES) {
    process.stderr.write(`backup of ${shape.what} …\n`);
    backups.push(...figures(shape, await measureDump(uri, shape)));
  }
  return [...validation, ...backups];
}

function figures({ what, most }: Shape, { ours, bare, bytes, memory }: DumpMeasure): readonly Figure[] {
  const ratio = ours / bare;
  const shown = `${ratio.toFixed(2)} (${(ours / 1_000).toFixed(1)} ÷ ${(bare / 1_000).toFixed(1)} s, ${(bytes / MB).toFixed(0)} MB)`;
  return [
    { what: `backup of ${what}: time ÷ a bare cursor that writes the same BSON`, most, cells: [{ value: ratio, shown }] },
    {
      what: `backup of ${what}: largest resident memory of the command, MB`,
      most: MOST_MEMORY,
      cells: [{ value: memory / MB, shown: (memory / MB).toFixed(0) }],
    },
  ];
}
