import type { Check, CheckDefinition } from '../../domain/check/check-definition.ts';
import type { CheckId } from '../../domain/policy/policy.ts';
import { alertPath } from './alert-path.ts';
import { backupAge } from './backup-age.ts';
import { backupOff } from './backup-off.ts';
import { clusterGone } from './cluster-gone.ts';
import { disagreement } from './disagreement.ts';
import { drill } from './drill.ts';
import { integrity } from './integrity.ts';
import { monitor } from './monitor.ts';
import { pitrBreak } from './pitr-break.ts';
import { pitrGap } from './pitr-gap.ts';
import { restoreTest } from './restore-test.ts';
import { restorability } from './restorability.ts';
import { retention } from './retention.ts';
import { rpo } from './rpo.ts';
import { setUp } from './set-up.ts';
import { snapshotFailed } from './snapshot-failed.ts';
import { snapshotSize } from './snapshot-size.ts';
import { visibility } from './visibility.ts';

/** The checks that evaluate facts. */
export const FACT_CHECKS: readonly Check[] = [
  // One a line, in the order in which they run.
  backupAge,
  rpo,
  pitrGap,
  pitrBreak,
  snapshotSize,
  snapshotFailed,
  backupOff,
  retention,
  restorability,
  clusterGone,
  monitor,
];

/** The checks that evaluate the verdicts of the others, and so run after them. */
export const VERDICT_CHECKS: readonly Check[] = [visibility, disagreement(FACT_CHECKS)];

/** Every check, also those whose findings `reconcile` and `recovery` make. */
export const CHECKS: readonly CheckDefinition[] = [...FACT_CHECKS, ...VERDICT_CHECKS, alertPath, restoreTest, drill, integrity, setUp];

export const CHECK_IDS: readonly CheckId[] = CHECKS.map(({ id }) => id);

/** The ids of the checks whose definition has the property. */
export function checksThat(property: 'ofOrganisation' | 'timedByAtlas' | 'notifiedOnce' | 'setUp' | 'aboutData'): ReadonlySet<CheckId> {
  return new Set(CHECKS.filter((check) => check[property]).map(({ id }) => id));
}
