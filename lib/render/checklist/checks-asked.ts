import type { CheckId } from '../../domain/policy/policy.ts';

/** The checks whose verdicts the checklist reads. One that evaluated nothing makes its item unknown, never met. */
export const ASKED = {
  schedule: 'backup-policy',
  retention: 'retention',
  auditing: 'access-logging',
  customerKey: 'encryption-key',
  alertConfigs: 'alert-configs',
} as const satisfies Readonly<Record<string, CheckId>>;
