import { type DumpMeasure, type DumpShape, measureDump, type Round } from './dump.ts';
import type { Figure } from './figures.ts';
import { median, quartiles } from './median.ts';
import { measureValidation } from './validation.ts';

type Shape = DumpShape & { readonly what: string; readonly most: number | null };

/** The first is the one that deleting thousands of files before would slow down most (dump.ts, `emptyFiles`). */
const SHAPES: readonly Shape[] = [
  { what: '1,500 collections of 10 small documents', most: 1.5, collections: 1_500, documents: 15_000, text: 0, rounds: 25 },
  { what: '4 large collections, 400,000 documents of 500 bytes', most: 1.15, collections: 4, documents: 400_000, text: 430, rounds: 5 },
  { what: '1,000 collections, 1,000,000 small documents', most: null, collections: 1_000, documents: 1_000_000, text: 0, rounds: 5 },
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

/** A figure of time is the median of the rounds' own ratios: in one round, both find the machine about equally busy. */
function figures({ what, most }: Shape, { rounds, memory }: DumpMeasure): readonly Figure[] {
  const bytes = median(rounds.map((round) => round.bytes));
  const time = ratioOf(rounds, 'took');
  const processor = ratioOf(rounds, 'processor');
  return [
    {
      what: `backup of ${what}: time ÷ a bare cursor that writes the same BSON`,
      most,
      cells: [{ ...time, shown: `${time.shown}, ${(bytes / MB).toFixed(0)} MB` }],
    },
    { what: `backup of ${what}: processor's time of this process ÷ the bare cursor's`, most: null, cells: [processor] },
    {
      what: `backup of ${what}: largest resident memory of the command, MB`,
      most: MOST_MEMORY,
      cells: [{ value: memory / MB, shown: (memory / MB).toFixed(0) }],
    },
  ];
}

function ratioOf(rounds: readonly Round[], of: 'took' | 'processor') {
  const ratios = rounds.map(({ ours, bare }) => ours[of] / bare[of]);
  const seconds = (whose: 'ours' | 'bare'): string => (median(rounds.map((round) => round[whose][of])) / 1_000).toFixed(1);
  const [low, high] = quartiles(ratios).map((ratio) => ratio.toFixed(2));
  const value = median(ratios);
  return {
    value,
    shown: `${value.toFixed(2)} (half of ${rounds.length} turns: ${low} to ${high}; ${seconds('ours')} ÷ ${seconds('bare')} s)`,
  };
}
