import type { Run } from '../domain/incidents/head.ts';
import { type Instant, iso } from '../domain/time.ts';
import { errorInWords, type Ports } from '../ports/ports.ts';

/**
 * Packs the log's earlier days, and deletes what policy keeps no longer: in the first check of each day (UTC), after everything else, so that an unchanged
 * check costs the store nothing more. Never throws: what was not packed is read as well, and the next day's check packs it too.
 */
export async function packLog(
  { store, policy, log }: Pick<Ports, 'store' | 'policy' | 'log'>,
  earlier: Run | null,
  run: Run,
): Promise<void> {
  if (earlier !== null && dayOf(earlier.startedAt) === dayOf(run.startedAt)) return;
  try {
    await store.packTrail({ now: run.startedAt, forgetBefore: run.startedAt - policy.general.recordsKeptFor });
  } catch (cause) {
    log(`check ${run.runId}: the log of earlier days was not packed: ${errorInWords(cause)}`, cause);
  }
}

function dayOf(at: Instant): string {
  return iso(at).slice(0, 10);
}
