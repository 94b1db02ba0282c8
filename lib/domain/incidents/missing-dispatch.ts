import type { Resource } from '../findings/finding.ts';
import { ORGANISATION } from '../memory/cluster-subject.ts';
import { MONITOR } from './channel-address.ts';
import type { Incident } from './incident.ts';

/** The resource of the `monitor` incident "messages are due and no dispatch comes". */
export const DISPATCH = { ...ORGANISATION, name: 'the dispatch', part: 'dispatch' } satisfies Resource;

/** That incident while it is open. */
export function missingDispatch(incidents: readonly Incident[]): Incident | undefined {
  return incidents.find(({ check, resource, state }) => check === MONITOR && resource.part === DISPATCH.part && state !== 'resolved');
}
