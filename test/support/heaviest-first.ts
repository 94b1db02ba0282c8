import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, so that the workers end together: where nothing was measured before, vitest begins with the largest file. */
const HEAVIEST = [
  'e2e/every-page/every-page',
  'score/faults',
  'e2e/page',
  'e2e/visitors',
  'score/years-even',
  'score/years-odd',
  'scripts/recovery/backup',
  'simulation/simulation',
  'scripts/recovery/restore',
  'scripts/command/commands',
  'recovery/drills/data-drills',
  'scripts/recovery/drill',
];

/**
 * Runs the files with a process of their own first, then those that share modules, and the fast ones last: they are many and short, and fill what is
 * left of each worker. Each project that shares modules in one piece, because a worker that meets a file of another project ends and loads nothing
 * from before.
 */
export class HeaviestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => projectRank(a) - projectRank(b) || fileRank(a) - fileRank(b));
  }
}

function projectRank({ project }: TestSpecification): number {
  return ['commands', 'shared', 'fast'].indexOf(project.name);
}

function fileRank({ moduleId }: TestSpecification): number {
  const place = HEAVIEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return place === -1 ? HEAVIEST.length : place;
}
