import { suppressedBy } from './suppressed-by.ts';
import { type Roster, type RosterEntry, routeFor } from './route.ts';
import { type About, mismatch, type Tags, teamFor } from './team.ts';
import { rosterOf } from './destinations.ts';
import type { Silence } from '../domain/incidents/head.ts';
import type { ChannelId, CheckId, Policy, Priority, TeamRule } from '../domain/policy/policy.ts';
import { ORGANISATION } from '../domain/memory/cluster-subject.ts';
import { oneLine } from '../domain/text.ts';
import { type Instant } from '../domain/time.ts';
import { checksThat } from '../evaluate/checks/registry.ts';
import type { Subject } from './subject-named.ts';

export type Explained = {
  readonly subject: Subject;
  readonly check: CheckId;
  readonly priorities: readonly Priority[];
};

/** What decides who is notified. */
export type Deciding = {
  readonly policy: Policy;
  readonly roster: Roster;
  readonly silences: readonly Silence[];
  /** The recipients of an entry in words that hold no secret and no whole address. */
  readonly recipientsOf: (entry: RosterEntry) => string;
  readonly now: Instant;
};

/** Says in words who would be notified of an incident that opened now, and why: one block per priority. */
export function explainRoute({ subject, check, priorities }: Explained, deciding: Deciding): string {
  const { resource, tags, notes } = aboutWhat(subject, check);
  const exempt =
    resource.clusterId === null
      ? null
      : deciding.policy.forCluster({
          projectId: resource.projectId ?? '',
          projectName: resource.projectName ?? '',
          name: resource.name,
          tags,
        }).exempt;
  const blocks = priorities.map((priority) => explained({ check, resource, priority }, tags, deciding));
  const first = [
    ...notes.map((note) => `Note: ${note}`),
    ...(exempt === null ? [] : [`Nothing is promised for it (exempt: ${exempt}), so no incident about it would open.`]),
  ];
  return [...first.map(oneLine), ...blocks].join('\n\n');
}

/** Findings of these checks are about the organisation: its default recipients are notified, whichever cluster is named. */
const OF_THE_ORGANISATION = checksThat('ofOrganisation');

function aboutWhat(subject: Subject, check: CheckId): Subject {
  if (!OF_THE_ORGANISATION.has(check) || subject.resource.projectId === null) return subject;
  const note = `what ${check} finds is about the organisation, not about ${subject.resource.name}`;
  return { resource: ORGANISATION, tags: {}, notes: [...subject.notes, note] };
}

function explained(about: About, tags: Tags, { policy: { general }, roster, silences, recipientsOf, now }: Deciding): string {
  const { resource, check, priority } = about;
  const team = teamFor(general.teams ?? [], about, tags);
  const recipients = rosterOf(roster, team);
  const line = (ids: readonly ChannelId[]): readonly string[] =>
    recipients
      .filter(({ id }) => ids.includes(id))
      .map((entry) => `    ${`${entry.id}:`.padEnd(11)}${recipientsOf(entry)}${whose(entry, team)}`);
  const route = routeFor(priority, recipients, new Set(), general);
  const next = routeFor(priority, recipients, new Set(route.channels), general);
  const suppression = suppressedBy(about, { silences, maintenance: general.maintenance, now });
  return [
    `${resource.name}${resource.projectName && resource.clusterId !== null ? ` (${resource.projectName})` : ''}, ${check}, ${priority}`,
    ...reasons(general.teams ?? [], team, about, tags),
    ...(route.channels.length === 0 ? ['  NOBODY would be told: no channel is configured'] : ['  told by', ...line(route.channels)]),
    ...(route.reroute === null ? [] : [`    ${route.reroute}`]),
    ...(next.channels.length === 0
      ? ['  if all of these refuse: there is no other channel']
      : ['  if all of these refuse', ...line(next.channels)]),
    `  silence or maintenance now: ${suppression === null ? 'none, they are told at once' : `${suppression}; nobody is told before it ends`}`,
  ]
    .map(oneLine)
    .join('\n');
}

function whose(entry: RosterEntry, team: string | undefined): string {
  if (team === undefined) return '';
  return entry.team === undefined ? `  (default recipients: team ${team} names none here)` : `  (team ${team})`;
}

function reasons(teams: readonly TeamRule[], team: string | undefined, about: About, tags: Tags): readonly string[] {
  const index = teams.findIndex(({ name }) => name === team);
  const passed = teams
    .slice(0, index === -1 ? teams.length : index)
    .map((rule) => `    not team ${rule.name}: ${mismatch(rule, about, tags) ?? ''}`);
  const found = teams[index];
  if (!found) return [`  default recipients: ${teams.length === 0 ? 'no team is configured' : 'no team fits'}`, ...passed];
  return [`  team ${found.name}, the first that fits: ${matchInWords(found)}`, ...passed];
}

function matchInWords({ match }: TeamRule): string {
  return Object.entries(match)
    .map(([field, wanted]) => `${field} ${typeof wanted === 'string' ? wanted : `${wanted.key}=${wanted.value}`}`)
    .join(', ');
}
