import type { CheckDefinition } from '../../domain/check/check-definition.ts';
import { step } from '../../domain/check/runbook.ts';

/** Its findings are made in lib/recovery/findings/restore-test-findings.ts. */
export const restoreTest: CheckDefinition = {
  id: 'restore-test',
  promise: 'every backup is restored and read once a week',
  inShort: { one: 'no passing restore test', many: 'no passing restore tests' },
  severity: 'critical',
  severityInWords: 'critical where it fails; overdue is a warning',
  runbook: {
    means:
      'A restore test failed, could not be verified, is overdue, or was never done; or the last proven recovery point is about to expire.',
    risk: 'Nobody knows whether these backups can be restored, or it is known that this one could not.',
    steps: [
      'Read the evidence on the page or in the log: each line says what was expected and what was found.',
      step(
        'Failed: restore the same point, a snapshot or a moment, once more by hand; if it fails again, take an on-demand snapshot and test that.',
        'restore-snapshot',
        'restore-moment',
        'snapshot-now',
      ),
      step(
        'Could not be verified: the sandbox, its credentials (ATLAS_RESTORE_*, SANDBOX_MONGODB_URI) or the network; move it on from your own network.',
        'test-advance',
      ),
      step('Overdue: see why the interlock refused it, mend that, and begin one now.', 'test-start'),
    ],
    over: 'A later restore test of the same source passes.',
    follow: ['weekly-restore-test', 'validate-restore'],
  },
};
