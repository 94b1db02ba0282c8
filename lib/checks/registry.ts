import { backupAge } from './backup-age.ts';
import { backupOff } from './backup-off.ts';
import type { Check } from './check.ts';
import { clusterGone } from './cluster-gone.ts';
import { pitrBreak } from './pitr-break.ts';
import { pitrGap } from './pitr-gap.ts';
import { rpo } from './rpo.ts';
import { snapshotFailed } from './snapshot-failed.ts';
import { snapshotSize } from './snapshot-size.ts';

/** Every check that judges facts. `visibility` judges their verdicts and runs after them; `monitor` is raised by the dispatcher. */
export const CHECKS: readonly Check[] = [backupAge, rpo, pitrGap, pitrBreak, snapshotSize, snapshotFailed, backupOff, clusterGone];
