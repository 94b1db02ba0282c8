import type { RecoveryAtlas } from '../../lib/domain/recovery-atlas.ts';
import { MINUTE } from '../../lib/domain/time.ts';
import type { Parts } from '../../lib/parts.ts';
import { sourcesOf } from '../../lib/recovery/interlock.ts';
import { planRestore, type RestoreAsked, type RestorePlanned } from '../../lib/recovery/manual-restore.ts';
import { readRecorded, type Recorded } from '../../lib/proving/recorded.ts';

export type Asking = { readonly asked: RestoreAsked; readonly parts: Parts; readonly atlas: RecoveryAtlas };

/** What the restore would do, by Atlas and the store as they are now; a store that cannot be read is a refusal. Throws `AtlasError`. */
export async function planned({ asked, parts, atlas }: Asking): Promise<RestorePlanned> {
  const recorded = await recordedBy(parts);
  const sources = sourcesOf(parts.policy.general.restoreTests ?? []);
  const now = Date.now();
  const surroundings = { atlas, sources, now, deadline: now + MINUTE };
  if (!('trouble' in recorded)) return planRestore(asked, { ...surroundings, ...recorded });
  const plan = await planRestore(asked, { ...surroundings, head: null, view: null });
  return { ...plan, refusals: [recorded.trouble, ...plan.refusals] };
}

async function recordedBy({ store }: Parts): Promise<Recorded | { readonly trouble: string }> {
  try {
    return await readRecorded(store);
  } catch (error) {
    const words = error instanceof Error ? error.message : 'unknown error';
    const instead = 'the runbook pitr-recovery has the same restore by the Atlas CLI and UI';
    return { trouble: `the store cannot be read, so that nobody knows who uses the target or whose data it holds (${words}); ${instead}` };
  }
}
