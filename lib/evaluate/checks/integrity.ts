import type { CheckDefinition } from '../../domain/check/check-definition.ts';
import { step } from '../../domain/check/runbook.ts';

/** Its findings are made in lib/recovery/findings/integrity-findings.ts. */
export const integrity: CheckDefinition = {
  id: 'integrity',
  promise: 'your own sentences about the data hold',
  inShort: { one: 'the data is not as asserted' },
  severity: 'critical',
  ofOrganisation: true,
  aboutData: true,
  runbook: {
    means: 'A sentence of yours about the data (restorewatch.config.ts, `assertions`) does not hold any more.',
    risk: 'The data may be corrupt or gone; new backups hold the damage too, and the good ones expire.',
    steps: [
      'Compare with the last recovery point at which it still held: the alert names it.',
      step('Stop what damages the data. Extend the retention of the snapshots from before.', 'list-snapshots', 'keep-snapshot'),
      'Follow the runbook of the scenario “corruption”.',
    ],
    over: 'Every assertion holds again.',
    follow: ['corruption', 'accidental-deletion'],
  },
};
