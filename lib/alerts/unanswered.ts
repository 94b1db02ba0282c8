import { type GeneralPolicy, PRIORITIES, type WayBack } from '../domain/policy.ts';
import { type Roster, routeFor } from './route.ts';
import { rosterOf } from './ways.ts';

/**
 * Pure: the priorities that nobody who is told of them can acknowledge, "P0", or "P0 of team payments" where only that team cannot: Slack's button
 * helps only where Slack is told. What is told by no channel at all is another matter.
 */
export function unanswered(ways: readonly WayBack[], roster: Roster, general: GeneralPolicy): readonly string[] {
  if (ways.includes('page')) return [];
  const answering: readonly string[] = ways;
  const silent = (team: string | undefined): ReadonlySet<string> =>
    new Set(
      PRIORITIES.filter((priority) => {
        const { channels } = routeFor(priority, rosterOf(roster, team), new Set(), general);
        return channels.length > 0 && !channels.some((id) => answering.includes(id));
      }),
    );
  const byDefault = silent(undefined);
  const teams = [...new Set(roster.flatMap(({ team }) => team ?? []))];
  const theirs = teams.flatMap((team) =>
    [...silent(team)].filter((priority) => !byDefault.has(priority)).map((one) => `${one} of team ${team}`),
  );
  return [...byDefault, ...theirs];
}
