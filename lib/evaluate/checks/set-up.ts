import type { CheckDefinition } from '../../domain/check/check-definition.ts';

/** Its findings are made in lib/reconcile/set-up-findings.ts. */
export const setUp: CheckDefinition = {
  id: 'set-up',
  promise: 'what has to be set up once was set up',
  inShort: { one: 'set-up is not finished' },
  severity: 'info',
  severityInWords: 'info, once, seven days after the first check',
  ofOrganisation: true,
  notifiedOnce: true,
  runbook: {
    means:
      'Something was never set up: contacts, restore tests, DR drills, a proof of the alert path; or the first check found a setting that a check calls info, and nobody has changed it since.',
    risk: 'Backups run and are watched, but nobody has shown that they can be restored, or who is called when they must be.',
    steps: [
      'Contacts: give each role under `contacts.roles` in restorewatch.config.ts its `contact`.',
      'The page lists every step with the one command or place that does it; `/api/checklist` has the same as JSON.',
      'Restore tests and drills: plan them under `restoreTests` and `drills` there (docs/recovery.md).',
      'The alert path: `restorewatch alerts prove`.',
      'A setting in Atlas: the evidence names the check and the cluster; follow the runbook of that check.',
    ],
    over: 'Everything that the alert lists is set up.',
    follow: ['weekly-restore-test', 'monthly-drill'],
  },
};
