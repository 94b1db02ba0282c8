import type { Run } from './domain/head.ts';

/**
 * Pure: has another check, which began after this one, been recorded since this one read the head (whose last run was `before`)? Then what it read
 * is newer. Whoever took the lease of the other began later, whatever their clocks say; else the clocks decide. One that read everything is never
 * overtaken by one that did not.
 */
export function isOvertaken(run: Omit<Run, 'finishedAt'>, before: Run | null, recorded: Run | null): boolean {
  if (recorded === null || recorded.runId === before?.runId || recorded.runId === run.runId) return false;
  if (run.complete && !recorded.complete) return false;
  if (recorded.tookOver === run.runId) return true;
  return run.tookOver !== recorded.runId && recorded.startedAt > run.startedAt;
}
