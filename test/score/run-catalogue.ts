import type { Chapter, Fault } from './fault.ts';
import { runFault } from './run-fault.ts';
import type { Result } from './verdict.ts';

/** Some wait for real timeouts, so several at a time are faster even on one core. */
const ABREAST = 6;

/** Plays every fault. `done` hears of each as it ends. */
export async function runCatalogue(
  chapters: readonly Chapter[],
  done: (fault: Fault, result: Result) => void = () => {},
): Promise<ReadonlyMap<string, Result>> {
  const results = new Map<string, Result>();
  const queue = chapters.flatMap(({ faults }) => faults).values();
  const work = async (): Promise<void> => {
    for (const fault of queue) {
      const result = await runFault(fault);
      results.set(fault.id, result);
      done(fault, result);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, work));
  return results;
}
