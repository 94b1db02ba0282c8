import type { Roster } from '../../route/route.ts';
import { unreachablePriorities } from '../../route/destinations.ts';
import { acknowledgementVariables, CHANNEL_IDS } from '../../deliver/channels/registry.ts';
import type { GeneralPolicy, AcknowledgementPath } from '../../domain/policy/policy.ts';
import type { Environment } from './environment.ts';

/** The paths by which an acknowledgement can reach us: `page` is open to every responder, a channel to the people notified through it. */
export function acknowledgementPaths({
  access,
  acknowledgedBy,
}: Pick<Environment, 'acknowledgedBy' | 'access'>): readonly AcknowledgementPath[] {
  const hasResponder = access.kind === 'users' && access.users.some(({ role }) => role === 'responder');
  return [...(hasResponder ? ['page'] : []), ...acknowledgedBy];
}

const SETTINGS = [
  ...CHANNEL_IDS.map((id) => acknowledgementVariables(id).join(' or ')).filter((names) => names !== ''),
  'or STATUS_USERS',
].join(', ');

/** What cannot be acknowledged, and what to set, in words; null if everything can be. `channels`: those that are configured. */
export function acknowledgementGap(paths: readonly AcknowledgementPath[], channels: Roster, general: GeneralPolicy): string | null {
  if (paths.length === 0) return `No acknowledgement can reach us, so there are no reminders and no escalation: set ${SETTINGS}.`;
  const missing = unreachablePriorities(paths, channels, general);
  if (missing.length === 0) return null;
  return `Nobody who is told of ${missing.join(', ')} can acknowledge it there, so it has no reminders and no escalation: set ${SETTINGS}, for one of its channels or for the page.`;
}

/** Pure: the channels that the environment configures, for everybody and for teams. */
export function configuredChannels({ channels, teams }: Pick<Environment, 'channels' | 'teams'>): Roster {
  const on = (settings: Environment['channels'], team?: string): Roster =>
    CHANNEL_IDS.filter((id) => settings[id] !== null).map((id) => ({ id, recipients: 1, ...(team !== undefined && { team }) }));
  return [...on(channels), ...teams.flatMap(({ name, channels: own }) => on(own, name))];
}
