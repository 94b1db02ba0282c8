import { addressOf } from '../domain/address.ts';
import type { Incident } from '../domain/incident.ts';
import { CHANNEL_IDS, type ChannelId, type GeneralPolicy } from '../domain/policy.ts';
import { type Roster, type RosterEntry, routeFor } from './route.ts';

/** Pure: the recipients that a team has: its own, and the default ones on each channel that it leaves out. */
export function rosterOf(roster: Roster, team: string | undefined): Roster {
  const on = (id: ChannelId, whose: string | undefined): RosterEntry | undefined =>
    roster.find((entry) => entry.id === id && entry.team === whose);
  return CHANNEL_IDS.flatMap((id) => on(id, team) ?? on(id, undefined) ?? []);
}

/** Pure: incidents by whose recipients on this channel are told of them; those that nobody there is told of are left out. */
export function byRecipients(
  channel: ChannelId,
  incidents: readonly Incident[],
  roster: Roster,
): readonly (readonly [RosterEntry, readonly Incident[]])[] {
  const groups = Map.groupBy(incidents, ({ team }) => rosterOf(roster, team).find(({ id }) => id === channel));
  return [...groups].flatMap(([entry, own]) => (entry ? [[entry, own] as const] : []));
}

/** A channel that incidents go to, and why there; null in the usual case. */
export type Way = { readonly channel: ChannelId; readonly reroute: string | null; readonly incidents: readonly Incident[] };

/** `except`: a channel that these messages never take. */
type Routing = { readonly roster: Roster; readonly general: GeneralPolicy; readonly except?: ChannelId };

/**
 * Pure: where incidents of one priority go, each by its team's recipients. What goes to one channel for one reason stays together, so that a storm
 * is one message a recipient. `refused`: the addresses (`addressOf`) that definitely refused these incidents.
 */
export function waysOf(
  incidents: readonly Incident[],
  { roster, general, except }: Routing,
  refused: ReadonlySet<string> = new Set(),
): readonly Way[] {
  const ways = [...Map.groupBy(incidents, ({ team }) => team)].flatMap(([team, own]) => {
    const [first] = own;
    if (!first) return [];
    const recipients = rosterOf(roster, team).filter(({ id }) => id !== except);
    const unusable = recipients.filter((entry) => refused.has(addressOf(entry.id, entry.team))).map(({ id }) => id);
    const { channels, reroute } = routeFor(first.priority, recipients, new Set(unusable), general);
    const why = [isGone(team, roster) ? `Sent here because team ${team} is not configured any more.` : null, reroute].filter(
      (reason) => reason !== null,
    );
    return channels.map((channel): Way => ({ channel, reroute: why.length === 0 ? null : why.join(' '), incidents: own }));
  });
  const together = Map.groupBy(ways, ({ channel, reroute }) => `${channel}|${reroute}`);
  return [...together.values()].flatMap((group) => (group[0] ? [{ ...group[0], incidents: group.flatMap((way) => way.incidents) }] : []));
}

/** Every team that is configured has a recipient of its own. */
function isGone(team: string | undefined, roster: Roster): boolean {
  return team !== undefined && !roster.some((entry) => entry.team === team);
}
