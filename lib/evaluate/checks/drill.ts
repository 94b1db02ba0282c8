import type { CheckDefinition } from '../../domain/check/check-definition.ts';

/** Its findings are made in lib/recovery/findings/drill-findings.ts. */
export const drill: CheckDefinition = {
  id: 'drill',
  promise: 'the DR drills are done and followed up',
  inShort: { one: 'a drill is overdue or failed', many: 'drills are overdue or failed' },
  severity: 'critical',
  severityInWords: 'warning; an outage that cannot be ended is critical',
  ofOrganisation: true,
  runbook: {
    means: 'A DR drill is overdue or failed, or what a drill taught has not been followed up.',
    risk: 'On the worst day the procedure is done for the first time.',
    steps: [
      '`restorewatch drill --scenario NAME` runs one; the runbooks of the scenarios say what it does.',
      'Follow-ups: do them, then `restorewatch drill --close ID`.',
    ],
    over: 'The drill of that scenario was done, and its follow-ups are closed.',
    follow: ['monthly-drill'],
  },
};
