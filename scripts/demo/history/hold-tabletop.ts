import { MINUTE } from '../../../lib/domain/time.ts';
import type { Ports } from '../../../lib/ports/ports.ts';
import { chosenDrill, reportStep, startDrill } from '../../../lib/recovery/drills/runner/start-drill.ts';
import type { DemoClock } from '../clock.ts';

/** Who said what at each step of the breach tabletop. */
const NOTES: readonly (readonly [by: string, note: string])[] = [
  ['victor', 'The IP access list is emptied by the Security lead; the peering stays, since nothing outside uses it.'],
  ['dana', 'Four database users, two service accounts, the CI token and this monitor: 25 minutes, tried in staging.'],
  ['victor', 'Atlas keeps 30 days of access logs; the application keeps 90 in the bucket.'],
  ['alice', 'The last snapshot before the intrusion, into the sandbox first; half an hour by the restore tests.'],
  ['head of operations', 'I say when it goes live, by the report of the Security lead.'],
];

/** A tabletop of the plan's breach scenario, a step every ten minutes. */
export async function holdTabletop({ ports, clock }: { readonly ports: Ports; readonly clock: DemoClock }): Promise<void> {
  const id = await startDrill(ports, chosenDrill(ports.policy.general, { scenario: 'breach' }), 'alice');
  for (const [index, [by, note]] of NOTES.entries()) {
    clock.standAt(clock.now() + 8 * MINUTE);
    await reportStep({ ...ports, secrets: [] }, id, { step: index + 1, by, note });
  }
}
