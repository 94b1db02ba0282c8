import { CHANNEL_IDS, type ChannelId, type GeneralPolicy, type Priority } from '../domain/policy.ts';

/** The channels that are configured, with how many recipients each has; `contacts` (from `FIRST_CONTACT` on) are told last. */
export type Roster = readonly RosterEntry[];
/**
 * `team`: whose recipients these are; absent: the default ones. `broken`: what it is owed is overdue, so nothing is trusted to it alone; `unsure`: it
 * may have taken this alert, and is not asked again.
 */
export type RosterEntry = {
  readonly id: ChannelId;
  readonly recipients: number;
  readonly contacts?: number;
  readonly team?: string;
  readonly broken?: true;
  readonly unsure?: true;
};

export type Route = {
  readonly channels: readonly ChannelId[];
  /** Why these and not the priority's own channels; null in the usual case. */
  readonly reroute: string | null;
};

const NAMES: Readonly<Record<ChannelId, string>> = { pagerduty: 'PagerDuty', sms: 'SMS', slack: 'Slack', email: 'email' };
const ABOVE: Readonly<Record<Priority, readonly Priority[]>> = { P0: ['P0'], P1: ['P1', 'P0'], P2: ['P2', 'P1', 'P0'] };

/**
 * Pure: where an alert of a priority goes (plan 5.2; contract, clause 1). A priority none of whose channels is configured or working goes to
 * the next higher one's channels, a P0 to every channel there is. `refused`: channels that definitely refused this alert.
 */
export function routeFor(priority: Priority, roster: Roster, refused: ReadonlySet<ChannelId>, general: GeneralPolicy): Route {
  const usable = (ids: readonly ChannelId[]): readonly ChannelId[] =>
    ids.filter((id) => roster.some((channel) => channel.id === id && !channel.broken && !channel.unsure) && !refused.has(id));
  const passed: ChannelId[] = [];
  for (const rung of [...ABOVE[priority].map((level) => general.routes[level]), CHANNEL_IDS]) {
    const channels = usable(rung);
    if (channels.length > 0) return { channels, reroute: rung === general.routes[priority] ? null : because(passed, roster, refused) };
    passed.push(...rung.filter((id) => !passed.includes(id)));
  }
  return { channels: [], reroute: null };
}

function because(passed: readonly ChannelId[], roster: Roster, refused: ReadonlySet<ChannelId>): string | null {
  if (passed.length === 0) return null;
  const reasonOf = (id: ChannelId): string => {
    if (refused.has(id)) return 'refused it';
    const entry = roster.find((channel) => channel.id === id);
    if (entry?.unsure) return 'gave no answer that tells';
    return entry ? 'delivers nothing just now' : 'is not configured';
  };
  const reasons = passed.map((id) => `${NAMES[id]} ${reasonOf(id)}`);
  return `Sent here because ${reasons.join(' and ')}.`;
}
