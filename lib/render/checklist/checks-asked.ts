import { accessLogging } from '../../evaluate/checks/access-logging.ts';
import { alertConfigs } from '../../evaluate/checks/alert-configs.ts';
import { backupPolicy } from '../../evaluate/checks/backup-policy.ts';
import { encryptionKey } from '../../evaluate/checks/encryption-key.ts';
import { retention } from '../../evaluate/checks/retention.ts';

/** The checks whose verdicts the checklist reads. One that evaluated nothing makes its item unknown, never met. */
export const ASKED = {
  schedule: backupPolicy.id,
  retention: retention.id,
  auditing: accessLogging.id,
  customerKey: encryptionKey.id,
  alertConfigs: alertConfigs.id,
} as const;
