import type { RestoreTest } from '../domain/restore-test.ts';
import { isOf } from './step-request.ts';
import { concluded, inPhase } from './phase.ts';
import type { Step, StepContext } from './world.ts';

/** Asks how far Atlas is with the restore. */
export async function restore(test: RestoreTest, { world, now, deadline }: StepContext): Promise<Step> {
  if (test.jobId === null) return { kind: 'moved', test: inPhase(test, 'request', now()) };
  const job = await world.atlas.restoreJob(test.source, test.jobId, deadline);
  switch (job.state) {
    case 'running':
      return { kind: 'waits', test };
    case 'failed':
      return {
        kind: 'moved',
        test: concluded(test, 'failed', `Atlas’s restore job ${job.id} failed; Atlas gives no reason by its API`, now()),
      };
    case 'cancelled':
      return { kind: 'moved', test: concluded(test, 'could-not-verify', `restore job ${job.id} was cancelled by somebody`, now()) };
    case 'expired':
      return { kind: 'moved', test: concluded(test, 'could-not-verify', `restore job ${job.id} expired before it was done`, now()) };
    case 'done':
      break;
  }
  if (!isOf(job, test.point))
    return { kind: 'moved', test: concluded(test, 'failed', `restore job ${job.id} restored another point than was asked for`, now()) };
  return { kind: 'moved', test: inPhase({ ...test, restoredAt: job.finishedAt ?? now() }, 'validate', now()) };
}
