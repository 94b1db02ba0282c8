import { addressOf } from '../domain/incidents/channel-address.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import { type AcknowledgementPath, type ChannelId, type GeneralPolicy, PRIORITIES } from '../domain/policy/policy.ts';
import { type Roster, type RosterEntry, routeFor } from './route.ts';

/** Returns a team's recipients: its own, and the default ones on each channel that it leaves out. */
export function rosterOf(roster: Roster, team: string | undefined): Roster {
  if (team === undefined) return roster.filter((entry) => entry.team === undefined);
  const on = (id: ChannelId, whose: string | undefined): RosterEntry | undefined =>
    roster.find((entry) => entry.id === id && entry.team === whose);
  return [...new Set(roster.map(({ id }) => id))].flatMap((id) => on(id, team) ?? on(id, undefined) ?? []);
}

/** Groups incidents by whose recipients on this channel are notified; incidents without recipients there are left out. */
export function byRecipients(
  channel: ChannelId,
  incidents: readonly Incident[],
  roster: Roster,
): readonly (readonly [RosterEntry, readonly Incident[]])[] {
  const groups = Map.groupBy(incidents, ({ team }) => rosterOf(roster, team).find(({ id }) => id === channel));
  return [...groups].flatMap(([entry, own]) => (entry ? [[entry, own] as const] : []));
}

/** A channel that incidents go to; `reroute`: why they go there and not to the priority's own channels; null in the usual case. */
export type Destination = { readonly channel: ChannelId; readonly reroute: string | null; readonly incidents: readonly Incident[] };

type Routing = { readonly roster: Roster; readonly general: GeneralPolicy };

/**
 * Returns the destinations of incidents that share a priority. Incidents with the same channel and the same reason for rerouting are grouped, so that a
 * storm becomes one message per recipient. `refused`: the addresses (`addressOf`) that definitely refused these incidents.
 */
export function destinationsFor(
  incidents: readonly Incident[],
  { roster, general }: Routing,
  refused: ReadonlySet<string> = new Set(),
): readonly Destination[] {
  const destinations = [...Map.groupBy(incidents, ({ team }) => team)].flatMap(([team, own]) => {
    const [first] = own;
    if (!first) return [];
    const recipients = rosterOf(roster, team);
    const unusable = recipients.filter((entry) => refused.has(addressOf(entry.id, entry.team))).map(({ id }) => id);
    const { channels, reroute } = routeFor(first.priority, recipients, new Set(unusable), general);
    const reasons = [isGone(team, roster) ? `Sent here because team ${team} is not configured any more.` : null, reroute].filter(
      (reason) => reason !== null,
    );
    return channels.map((channel): Destination => ({ channel, reroute: reasons.length === 0 ? null : reasons.join(' '), incidents: own }));
  });
  const together = Map.groupBy(destinations, ({ channel, reroute }) => `${channel}|${reroute}`);
  return [...together.values()].flatMap((group) =>
    group[0] ? [{ ...group[0], incidents: group.flatMap((destination) => destination.incidents) }] : [],
  );
}

/** Returns whether a team is not configured any more: every configured team has at least one recipient of its own. */
function isGone(team: string | undefined, roster: Roster): boolean {
  return team !== undefined && !roster.some((entry) => entry.team === team);
}

/**
 * Returns the priorities that nobody who is notified of them can acknowledge: "P0", or "P0 of team payments" if only that team cannot. Slack's button helps
 * only where Slack is notified. A priority without any channel is not among them.
 */
export function unreachablePriorities(paths: readonly AcknowledgementPath[], roster: Roster, general: GeneralPolicy): readonly string[] {
  if (paths.includes('page')) return [];
  const unanswered = (team: string | undefined): ReadonlySet<string> =>
    new Set(
      PRIORITIES.filter((priority) => {
        const { channels } = routeFor(priority, rosterOf(roster, team), new Set(), general);
        return channels.length > 0 && !channels.some((id) => paths.includes(id));
      }),
    );
  const byDefault = unanswered(undefined);
  const teams = [...new Set(roster.flatMap(({ team }) => team ?? []))];
  const theirs = teams.flatMap((team) =>
    [...unanswered(team)].filter((priority) => !byDefault.has(priority)).map((one) => `${one} of team ${team}`),
  );
  return [...byDefault, ...theirs];
}
