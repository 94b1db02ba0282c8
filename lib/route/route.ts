import { traitsOf } from '../domain/policy/channel-traits.ts';
import type { ChannelId, GeneralPolicy, Priority } from '../domain/policy/policy.ts';

/** The channels that are configured, with how many recipients each has; `contacts` (numbered from `FIRST_CONTACT` on) are notified last. */
export type Roster = readonly RosterEntry[];
/**
 * `team`: whose recipients these are; absent: the default ones. `broken`: its messages are overdue, so nothing is left to this channel alone. `unsure`:
 * it may have taken this alert, and the alert is not sent to it again.
 */
export type RosterEntry = {
  readonly id: ChannelId;
  readonly recipients: number;
  readonly contacts?: number;
  readonly team?: string;
  /** The recipients and then the contacts, masked (`Channel.recipientNames`). */
  readonly names?: readonly string[];
  readonly broken?: true;
  readonly unsure?: true;
};

export type Route = {
  readonly channels: readonly ChannelId[];
  /** Why these and not the priority's own channels; null in the usual case. */
  readonly reroute: string | null;
};

const ABOVE: Readonly<Record<Priority, readonly Priority[]>> = { P0: ['P0'], P1: ['P1', 'P0'], P2: ['P2', 'P1', 'P0'] };

/**
 * Returns the channels of an alert (plan 5.2; docs/contract.md, clause 1). If none of a priority's channels is configured and working, the alert goes to
 * the channels of the next higher priority, and a P0 to every channel that is configured (`lastResort`). `refused`: channels that definitely refused this alert.
 */
export function routeFor(priority: Priority, roster: Roster, refused: ReadonlySet<ChannelId>, general: GeneralPolicy): Route {
  const usable = (ids: readonly ChannelId[]): readonly ChannelId[] =>
    ids.filter((id) => roster.some((channel) => channel.id === id && !channel.broken && !channel.unsure) && !refused.has(id));
  const passed: ChannelId[] = [];
  for (const rung of [...ABOVE[priority].map((level) => general.routes[level]), lastResort(general)]) {
    const channels = usable(rung);
    if (channels.length > 0)
      return { channels, reroute: rung === general.routes[priority] ? null : because(passed, roster, refused, general) };
    passed.push(...rung.filter((id) => !passed.includes(id)));
  }
  return { channels: [], reroute: null };
}

/** The channels of a P0 that none of its own channels can carry: all of them, except those that are used only where `routes` names them. */
function lastResort({ channels, routes }: GeneralPolicy): readonly ChannelId[] {
  const routed = new Set(Object.values(routes).flat());
  return Object.entries(channels).flatMap(([id, { routedOnly }]) => (routedOnly && !routed.has(id) ? [] : [id]));
}

function because(passed: readonly ChannelId[], roster: Roster, refused: ReadonlySet<ChannelId>, general: GeneralPolicy): string | null {
  if (passed.length === 0) return null;
  const reasonOf = (id: ChannelId): string => {
    if (refused.has(id)) return 'refused it';
    const entry = roster.find((channel) => channel.id === id);
    if (entry?.unsure) return 'gave no answer that tells';
    return entry ? 'delivers nothing just now' : 'is not configured';
  };
  const reasons = passed.map((id) => `${traitsOf(general, id).label} ${reasonOf(id)}`);
  return `Sent here because ${reasons.join(' and ')}.`;
}
