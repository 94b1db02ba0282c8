import type { Resource } from '../findings/finding.ts';
import { ORGANISATION } from '../memory/cluster-subject.ts';
import type { ChannelId, CheckId } from '../policy/policy.ts';
import type { Incident } from './incident.ts';

/** The id of the check that reports what is wrong with Restorewatch itself. */
export const MONITOR: CheckId = 'monitor';

/**
 * The contacts of the last rung are numbered from here on, on every channel. If they followed the recipients, one more recipient would turn a
 * contact's thread into somebody else's.
 */
export const FIRST_CONTACT = 1_000;

/** A channel and whose recipients: "slack" for the default ones, "slack@payments" for those of a team. */
export function addressOf(channel: ChannelId, team: string | undefined): string {
  return team === undefined ? channel : `${channel}@${team}`;
}

/** The resource of the `monitor` incident "nothing gets through at this address". */
export function resourceAt(address: string): Resource {
  return { ...ORGANISATION, name: `channel ${address}`, part: address };
}

/** The address that such an incident is about; null for every other incident. */
export function failingAddress({ check, resource: { part, name } }: Pick<Incident, 'check' | 'resource'>): string | null {
  return check === MONITOR && part !== undefined && name === resourceAt(part).name ? part : null;
}
