import type { ValidationSettings } from '../../lib/domain/evidence.ts';
import type { GeneralPolicy } from '../../lib/domain/policy.ts';
import { halvesOf } from '../../lib/recovery/dump/names.ts';
import type { Backup } from '../../lib/recovery/dump/read-backup.ts';
import { databasesIn } from '../../lib/recovery/dump/target.ts';

/** Read at random from each collection. */
const SAMPLE = 20;

/** A backup knows its own counts, so none may be missing; assertions and time fields of the policy as far as the backup's databases go. */
export function validationOf(
  { restoreTests, assertions }: Pick<GeneralPolicy, 'restoreTests' | 'assertions'>,
  backup: Backup,
): ValidationSettings {
  const databases = new Set(databasesIn(backup));
  const ours = ({ namespace }: { readonly namespace: string }): boolean => databases.has(halvesOf(namespace).database);
  const fields = (restoreTests ?? []).flatMap(({ validation }) => Object.entries(validation.timeFields));
  // Without a manifest nobody knows when the dump was taken.
  const timed = backup.manifest === null ? [] : fields.filter(([namespace]) => ours({ namespace }));
  return { tolerance: 0, sample: SAMPLE, timeFields: Object.fromEntries(timed), assertions: (assertions ?? []).filter(ours) };
}
