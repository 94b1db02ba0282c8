import { type Duration, SECOND } from '../../domain/time.ts';
import type { Part } from './namespace.ts';
import { type Bounds, ReadError } from './reading.ts';

/** One step of a validation; the next chunk can begin with it. */
export type ValidationStep = {
  readonly cursor: string;
  /** `insist` throws what is worth another try; a step that is not to be put off again gets one that never throws. */
  readonly take: (insist: (error: unknown) => void) => Promise<Part>;
};

const AT_ONCE = 8;
/** With less than this left, the next step is left to the next chunk. */
const WORTH_STARTING: Duration = SECOND;

/** A step that had so long and still was not answered is put off no more. */
const PATIENCE: Duration = 10 * SECOND;

/**
 * Takes the steps, a few at once, until the deadline is near. A step that ran out of time or lost the server is put off to the next chunk with
 * all after it, but for the first that had time enough: so each chunk of more than ten seconds comes on by one at least.
 */
export async function takeSteps(
  steps: readonly ValidationStep[],
  { deadline, now }: Bounds,
): Promise<{ readonly parts: readonly Part[]; readonly next: string | null }> {
  const taken: Part[] = [];
  let end = steps.length;
  const left = steps.entries();
  async function worker(): Promise<void> {
    for (const [index, step] of left) {
      const time = deadline - now();
      if (index >= end || time < WORTH_STARTING) return void (end = Math.min(end, index));
      try {
        taken[index] = await step.take(index === 0 && time >= PATIENCE ? () => {} : putOff);
      } catch (error) {
        end = Math.min(end, index);
        if (!isPassing(error)) throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { parts: taken.slice(0, end), next: steps[end]?.cursor ?? null };
}

function putOff(error: unknown): void {
  if (isPassing(error)) throw error;
}

function isPassing(error: unknown): boolean {
  return error instanceof ReadError && (error.kind === 'out-of-time' || error.kind === 'unreachable');
}
