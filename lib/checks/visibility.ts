import { exempt, failing, type Finding, ok } from '../domain/finding.ts';
import type { Facts, ProjectFacts } from '../domain/facts.ts';
import type { ClusterMemory, ProjectMemory, VerdictNote, Verdicts } from '../domain/memory.ts';
import type { CheckId, GeneralPolicy } from '../domain/policy.ts';
import { clusterResource, ORGANISATION, projectResource } from '../domain/subject.ts';
import { type Duration, type Instant, iso, spell } from '../domain/time.ts';
import type { Check, CheckInput } from './check.ts';

const check = 'visibility';
const ACTION =
  'Read the reason: 401 means the credentials were revoked or have expired; 403 the API access list of the service account or its role (Project Read Only); 429 that others use up the rate limit; else look at status.mongodb.com.';

/**
 * Blindness is an incident of its own (contract, clause 5): unknown in two complete runs at least 30 minutes apart, or for two hours, on the
 * widest thing that is blind; warning at first, critical after 24 h. No projects or no clusters at all is failing. Evaluated last: it reads
 * the verdicts that the other checks have just reached, out of memory.
 */
export const visibility: Check = {
  id: check,
  scope: 'organisation',
  evaluate: (input) => {
    const projects = Object.values(input.memory.projects).map((project) => projectBlindness(project, input));
    const organisation = organisationBlindness(projects, input);
    return [
      judgeAt(ORGANISATION, organisation, input, input.memory.verdicts),
      ...projects.flatMap((project) => judgeProject(project, organisation !== null && !organisation.partial, input)),
    ].flat();
  },
};

/** Since when, over how many complete runs that are how far apart, and why. `atOnce`: failing without waiting for a second run. `partial`: the narrower speak for themselves. */
type Blindness = {
  readonly since: Instant;
  readonly runs: number;
  readonly apart: Duration;
  readonly reason: string;
  readonly atOnce?: boolean;
  readonly partial?: boolean;
};

type BlindProject = {
  readonly project: ProjectMemory;
  readonly own: Blindness | null;
  readonly clusters: readonly { readonly cluster: ClusterMemory; readonly blind: Blindness | null }[];
};

function projectBlindness(project: ProjectMemory, input: CheckInput): BlindProject {
  const asked = Object.values(project.clusters).filter((cluster) => cluster.kind !== 'free' && !cluster.gone);
  const clusters = asked.map((cluster) => ({ cluster, blind: blindnessOf(cluster.verdicts, input) }));
  const facts = input.facts.projects.known ? input.facts.projects.value.find((candidate) => candidate.id === project.id) : undefined;
  const cause = projectCause(facts);
  const blind = clusters.flatMap((item) => item.blind ?? []);
  const all = blind.length === clusters.length && clusters.length > 1;
  const whole = cause !== null || all || (!facts && input.facts.projects.known && blind.length > 0);
  if (!whole) return { project, own: null, clusters };
  const own =
    widest(blind, cause ?? blind[0]?.reason ?? 'not read') ??
    (cause === null ? null : { ...ownBlindness(project.verdicts, input), reason: cause });
  return { project, own, clusters };
}

/** A read of the whole project that failed. */
function projectCause(facts: ProjectFacts | undefined): string | null {
  if (!facts) return null;
  if (facts.unreadable.length > 0) return facts.unreadable.join('; ');
  return [facts.dedicated, facts.flex, facts.events].flatMap((fact) => (fact.known ? [] : [fact.reason]))[0] ?? null;
}

/** How long this check itself has said blind here; this run's verdict is not noted yet. */
function ownBlindness(verdicts: Verdicts, { now, facts }: CheckInput): Pick<Blindness, 'since' | 'runs' | 'apart'> {
  const note = verdicts[check];
  const first = note?.blindFirst ?? now;
  const last = facts.complete ? now : (note?.blindLast ?? first);
  return { since: note?.blindSince ?? now, runs: (note?.blindRuns ?? 0) + (facts.complete ? 1 : 0), apart: last - first };
}

function organisationBlindness(projects: readonly BlindProject[], input: CheckInput): Blindness | null {
  const { facts, memory } = input;
  const since = ownBlindness(memory.verdicts, input);
  const blind = projects.flatMap((project) => project.own ?? []);
  if (!facts.projects.known) return widest(blind, facts.projects.reason) ?? { ...since, reason: facts.projects.reason };
  const nothing = noneAtAll(facts);
  if (nothing !== null) return { ...since, reason: nothing, atOnce: true };
  if (projects.length > 1 && blind.length === projects.length) return widest(blind, blind[0]?.reason ?? '');
  return (facts.unreadable ?? []).length > 0 ? { ...since, reason: (facts.unreadable ?? []).join('; '), partial: true } : null;
}

function noneAtAll(facts: Facts): string | null {
  if (!facts.projects.known) return null;
  if (facts.projects.value.length === 0) return 'Atlas lists no project at all: these credentials see nothing';
  const empty = facts.projects.value.every(
    ({ dedicated, flex, unreadable }) =>
      dedicated.known && flex.known && dedicated.value.length + flex.value.length + unreadable.length === 0,
  );
  return empty ? 'Atlas lists no cluster at all in any project' : null;
}

/** The longest of several blindnesses, under one reason; null of none. */
function widest(all: readonly Blindness[], reason: string): Blindness | null {
  if (all.length === 0) return null;
  const since = Math.min(...all.map((blind) => blind.since));
  return { since, runs: Math.max(...all.map((blind) => blind.runs)), apart: Math.max(...all.map((blind) => blind.apart)), reason };
}

function blindnessOf(verdicts: Verdicts, input: CheckInput): Blindness | null {
  if (!isBlind(verdicts)) return null;
  const notes = Object.entries(verdicts).filter(([id, note]) => id !== check && note.verdict === 'unknown') as [CheckId, VerdictNote][]; // Object.entries widens the keys of a Partial<Record<CheckId, …>>
  const since = Math.min(...notes.map(([, note]) => note.blindSince ?? input.now));
  const runs = Math.max(...notes.map(([, note]) => note.blindRuns));
  const apart = Math.max(...notes.map(([, { blindFirst, blindLast }]) => (blindLast ?? 0) - (blindFirst ?? blindLast ?? 0)));
  return { since, runs, apart, reason: notes[0]?.[1].reason ?? `${notes.map(([id]) => id).join(', ')} cannot be judged` };
}

function isBlind(verdicts: Verdicts): boolean {
  // Over keys, without a copy: it is asked of every cluster in every run.
  for (const id in verdicts) if (id !== check && verdicts[id as CheckId]?.verdict === 'unknown') return true; // the keys of a Partial<Record<CheckId, …>>
  return false;
}

function judgeProject(project: BlindProject, organisationBlind: boolean, input: CheckInput): readonly Finding[] {
  const covered = organisationBlind || project.own !== null;
  const unseen = organisationBlind && (project.own !== null || !input.facts.projects.known);
  return [
    ...judgeAt(projectResource(project.project), organisationBlind ? null : project.own, input, project.project.verdicts, unseen),
    ...deleted(project.project),
    ...project.clusters.flatMap(({ cluster, blind }) =>
      judgeAt(clusterResource(project.project, cluster), covered ? null : blind, input, cluster.verdicts, covered && blind !== null),
    ),
  ];
}

function deleted(project: ProjectMemory): readonly Finding[] {
  const gone = Object.values(project.clusters).filter((cluster) => cluster.gone && cluster.verdicts[check] !== undefined);
  return gone.map((cluster) => exempt({ check, resource: clusterResource(project, cluster), summary: 'cluster deleted' }));
}

/** `covered`: blind too, but a wider thing says so; that never resolves what is open here, and opens nothing. */
function judgeAt(
  resource: Finding['resource'],
  blind: Blindness | null,
  input: CheckInput,
  verdicts: Verdicts,
  covered = false,
): readonly Finding[] {
  if (covered)
    return verdicts[check]?.lastKnown === 'failing'
      ? [failing({ check, resource, severity: 'warning', summary: 'blind, with more around it', action: ACTION, saidBy: check })]
      : [];
  if (blind === null) return verdicts[check] === undefined ? [] : [ok({ check, resource, summary: 'can be read again' })];
  const length = input.now - blind.since;
  const limits = input.policy.general.visibility;
  if (!blind.atOnce && !isIncident(blind, length, limits)) return pending(resource, blind);
  const severity = length >= limits.criticalAfter ? 'critical' : 'warning';
  const summary = `blind since ${iso(blind.since)}: ${blind.reason}`;
  return [
    failing({
      check,
      resource,
      severity,
      summary,
      action: ACTION,
      startedAt: blind.since,
      evidence: [
        ['reason', blind.reason],
        ['blind for', spell(length)],
      ],
    }),
  ];
}

/** Two complete runs at least 30 minutes apart, or two hours. */
function isIncident(blind: Blindness, length: number, limits: GeneralPolicy['visibility']): boolean {
  return (blind.runs >= limits.runs && blind.apart >= limits.apart) || length >= limits.atMost;
}

function pending(resource: Finding['resource'], blind: Blindness): readonly Finding[] {
  return [
    {
      check,
      resource,
      verdict: 'unknown',
      severity: null,
      summary: blind.reason,
      evidence: [],
      action: '',
      startedAt: blind.since,
      saidBy: null,
    },
  ];
}
