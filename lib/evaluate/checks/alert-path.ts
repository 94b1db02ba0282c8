import type { CheckDefinition } from '../../domain/check/check-definition.ts';

/** Its findings are made in lib/reconcile/alert-path-findings.ts. */
export const alertPath: CheckDefinition = {
  id: 'alert-path',
  promise: 'the alert path was proven',
  inShort: { one: 'alerts may not arrive' },
  severity: 'warning',
  severityInWords: 'info; a failed proof is a warning',
  ofOrganisation: true,
  runbook: {
    means: 'The path from a finding to a person was never proven, or its last proof failed; or this is such a test.',
    risk: 'The alert that matters may ring nowhere.',
    steps: [
      '`restorewatch alerts prove` sends a synthetic P0 and P1 through the real channels.',
      'A channel that refused: `restorewatch alerts test --channel NAME`.',
    ],
    over: 'Every channel has accepted the synthetic alerts.',
    follow: ['credential-rotation'],
  },
};
