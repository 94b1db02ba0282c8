import type { Check, CheckDefinition } from '../../domain/check/check-definition.ts';
import type { DailyCheck } from '../../domain/memory/daily-notes.ts';
import type { CheckId } from '../../domain/policy/policy.ts';
import { accessLogging } from './access-logging.ts';
import { alertConfigs } from './alert-configs.ts';
import { alertPath } from './alert-path.ts';
import { availability } from './availability.ts';
import { backupAge } from './backup-age.ts';
import { backupOff } from './backup-off.ts';
import { backupPolicy } from './backup-policy.ts';
import { clusterGone } from './cluster-gone.ts';
import { credentials } from './credentials.ts';
import { complianceLock } from './compliance-lock.ts';
import { contacts } from './contacts.ts';
import { disagreement } from './disagreement.ts';
import { drill } from './drill.ts';
import { encryptionKey } from './encryption-key.ts';
import { integrity } from './integrity.ts';
import { monitor } from './monitor.ts';
import { oplogWindow } from './oplog-window.ts';
import { pitrBreak } from './pitr-break.ts';
import { pitrGap } from './pitr-gap.ts';
import { redundancy } from './redundancy.ts';
import { restoreTest } from './restore-test.ts';
import { restorability } from './restorability.ts';
import { retention } from './retention.ts';
import { review } from './review.ts';
import { rpo } from './rpo.ts';
import { setUp } from './set-up.ts';
import { snapshotCopy } from './snapshot-copy.ts';
import { snapshotExport } from './snapshot-export.ts';
import { snapshotDeleted } from './snapshot-deleted.ts';
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
  snapshotDeleted,
  backupOff,
  retention,
  restorability,
  backupPolicy,
  clusterGone,
  encryptionKey,
  credentials,
  accessLogging,
  alertConfigs,
  snapshotCopy,
  snapshotExport,
  complianceLock,
  redundancy,
  availability,
  oplogWindow,
  monitor,
  review,
];

/** The checks that evaluate the verdicts of the others, and so run after them. */
export const VERDICT_CHECKS: readonly Check[] = [visibility, disagreement(FACT_CHECKS)];

/** Every check, also those whose findings `reconcile` and `recovery` make. */
export const CHECKS: readonly CheckDefinition[] = [
  ...FACT_CHECKS,
  ...VERDICT_CHECKS,
  alertPath,
  restoreTest,
  drill,
  integrity,
  contacts,
  setUp,
];

export const CHECK_IDS: readonly CheckId[] = CHECKS.map(({ id }) => id);

/** The checks whose findings rest on what is read once a day. */
export const DAILY_CHECKS: readonly DailyCheck[] = CHECKS.flatMap(({ id, reads, setUp: isSetUp }) =>
  reads === undefined ? [] : [{ id, reads, setUp: isSetUp === true }],
);

/** The ids of the checks whose definition has the property. */
export function checksThat(
  property: 'ofOrganisation' | 'timedByAtlas' | 'notifiedOnce' | 'notReminded' | 'setUp' | 'aboutData',
): ReadonlySet<CheckId> {
  return new Set(CHECKS.filter((check) => check[property]).map(({ id }) => id));
}
