import type { Facts, ProjectFacts } from '../facts/facts.ts';
import type { ClusterMemory, ProjectMemory, Verdicts } from '../memory/memory.ts';
import type { GeneralPolicy } from '../policy/policy.ts';
import type { Duration, Instant } from '../time.ts';
import type { CheckInput } from './check-definition.ts';

/** The id of the check that these functions belong to, which reads its own notes apart from those of the others. */
export const VISIBILITY = 'visibility';

/** How long something could not be read, and why. */
export type Blindness = {
  readonly since: Instant;
  /** Complete runs that could not read it, and the time between the first and the last of them. */
  readonly runs: number;
  readonly apart: Duration;
  readonly reason: string;
  /** True if it is failing without waiting for a second run. */
  readonly atOnce?: boolean;
  /** True if only a part is blind, so that projects and clusters have incidents of their own. */
  readonly partial?: boolean;
  /** True if it never becomes critical: what cannot be read is beside the backups, such as an alert configuration. */
  readonly mild?: boolean;
};

export type BlindProject = {
  readonly project: ProjectMemory;
  readonly own: Blindness | null;
  readonly clusters: readonly { readonly cluster: ClusterMemory; readonly blind: Blindness | null }[];
};

/** Pure: how long a project as a whole, and each of its clusters, could not be read. */
export function projectBlindness(project: ProjectMemory, input: CheckInput): BlindProject {
  const asked = Object.values(project.clusters).filter(
    // Of a cluster that Atlas is deleting, nothing has to be readable any more.
    (cluster) => cluster.kind !== 'free' && !cluster.gone && !(cluster.deleting && cluster.missingSince === null),
  );
  const clusters = asked.map((cluster) => ({ cluster, blind: blindnessOf(cluster.verdicts, input) }));
  const facts = input.facts.projects.known ? input.facts.projects.value.find((candidate) => candidate.id === project.id) : undefined;
  const cause = projectCause(facts);
  const blind = clusters.flatMap((item) => item.blind ?? []);
  const all = blind.length === clusters.length && clusters.length > 1;
  const whole = cause !== null || all || (!facts && input.facts.projects.known && blind.length > 0);
  if (!whole) return { project, own: ownFacts(project.verdicts, input), clusters };
  const own =
    asWhole(blind, cause ?? blind[0]?.reason ?? 'not read') ??
    (cause === null ? null : { ...ownBlindness(project.verdicts, input), reason: cause });
  return { project, own, clusters };
}

/** How long a check of the project or organisation itself could not tell, while its parts can be read: what is read once a day failed. */
function ownFacts(verdicts: Verdicts, input: CheckInput): Blindness | null {
  const blind = blindnessOf(verdicts, input);
  return blind && { ...blind, partial: true, mild: true };
}

/** Why a read of the whole project failed; null if none did. */
function projectCause(facts: ProjectFacts | undefined): string | null {
  if (!facts) return null;
  if (facts.unreadable.length > 0) return facts.unreadable.join('; ');
  return [facts.dedicated, facts.flex, facts.events, facts.alerts].flatMap((fact) => (fact.known ? [] : [fact.reason]))[0] ?? null;
}

/** How long `visibility` itself has been failing or unknown here; this run's verdict is not in the note yet. */
function ownBlindness(verdicts: Verdicts, { now, facts }: CheckInput): Pick<Blindness, 'since' | 'runs' | 'apart'> {
  const note = verdicts[VISIBILITY];
  const first = note?.blindFirst ?? now;
  const last = facts.complete ? now : (note?.blindLast ?? first);
  return { since: note?.blindSince ?? now, runs: (note?.blindRuns ?? 0) + (facts.complete ? 1 : 0), apart: last - first };
}

/** Pure: how long the organisation as a whole could not be read; null if it could. */
export function organisationBlindness(projects: readonly BlindProject[], input: CheckInput): Blindness | null {
  const { facts, memory } = input;
  const since = ownBlindness(memory.verdicts, input);
  // In a project without clusters to evaluate nothing was asked of Atlas, so it says nothing about whether Atlas would answer.
  const asked = projects.filter(({ own, clusters }) => own !== null || clusters.length > 0);
  const blind = asked.flatMap((project) => wholeOf(project) ?? []);
  if (!facts.projects.known) return { ...since, reason: facts.projects.reason };
  const nothing = noneAtAll(facts);
  if (nothing !== null) return { ...since, reason: nothing, atOnce: true };
  if (asked.length > 1 && blind.length === asked.length) return asWhole(blind, blind[0]?.reason ?? '');
  const unreadable = facts.unreadable ?? [];
  return unreadable.length > 0 ? { ...since, reason: unreadable.join('; '), partial: true } : ownFacts(memory.verdicts, input);
}

/** A project's blindness, or that of its one cluster: a project of one cluster has no other part that could be read. */
function wholeOf({ own, clusters }: BlindProject): Blindness | null {
  return asWholeProject(own) ?? (clusters.length === 1 ? (clusters[0]?.blind ?? null) : null);
}

/** The blindness of a project as a whole; null if only a part of it is blind. */
export function asWholeProject(own: Blindness | null): Blindness | null {
  return own?.partial ? null : own;
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

/** The whole has been blind since its last part became blind; null if there are no parts. */
function asWhole(parts: readonly Blindness[], reason: string): Blindness | null {
  if (parts.length === 0) return null;
  const since = Math.max(...parts.map((blind) => blind.since));
  return { since, runs: Math.min(...parts.map((blind) => blind.runs)), apart: Math.min(...parts.map((blind) => blind.apart)), reason };
}

function blindnessOf(verdicts: Verdicts, input: CheckInput): Blindness | null {
  if (!isBlind(verdicts)) return null;
  const notes = Object.entries(verdicts).filter(([id, note]) => id !== VISIBILITY && note.verdict === 'unknown');
  const since = Math.min(...notes.map(([, note]) => note.blindSince ?? input.now));
  const runs = Math.max(...notes.map(([, note]) => note.blindRuns));
  const apart = Math.max(...notes.map(([, { blindFirst, blindLast }]) => (blindLast ?? 0) - (blindFirst ?? blindLast ?? 0)));
  return { since, runs, apart, reason: notes[0]?.[1].reason ?? `${notes.map(([id]) => id).join(', ')} cannot be judged` };
}

function isBlind(verdicts: Verdicts): boolean {
  // A loop over the keys makes no copy: this is asked of every cluster in every run.
  for (const id in verdicts) if (id !== VISIBILITY && verdicts[id]?.verdict === 'unknown') return true;
  return false;
}

/** How many projects of the organisation, or clusters of a project, are still blind, and the first reason. */
export type BlindParts = { readonly left: number; readonly of: number; readonly kind: string; readonly reason: string };

/** Pure: the parts of the organisation (given its projects), or of one project. */
export function partsOf(whole: readonly BlindProject[] | BlindProject): BlindParts {
  if ('clusters' in whole) {
    const blind = whole.clusters.filter((cluster) => cluster.blind !== null);
    const reason = whole.own?.reason ?? blind[0]?.blind?.reason ?? '';
    return { left: blind.length, of: whole.clusters.length, kind: 'clusters', reason };
  }
  const parts = whole.map((project) => ({ ...partsOf(project), own: project.own }));
  const blind = parts.filter(({ own, left }) => asWholeProject(own) !== null || left > 0);
  return { left: blind.length, of: whole.length, kind: 'projects', reason: blind[0]?.reason ?? '' };
}

/**
 * `partial`: the resource's incident is open, and only some of its parts are still blind. `tooLong`: this has lasted so long that from now on each
 * of these parts has an incident of its own. `none`: neither.
 */
export type Recovery = 'none' | 'partial' | 'tooLong';

/** Pure: how far a resource that was blind as a whole can be read again. */
export function recoveryOf(
  verdicts: Verdicts,
  blind: Blindness | null,
  { left }: BlindParts,
  { now, facts, policy }: CheckInput,
): Recovery {
  const note = verdicts[VISIBILITY];
  if (blind !== null || left === 0 || note?.lastKnown !== 'failing') return 'none';
  // The note became unknown in the first run that could read a part. An incomplete run changes no incident from wide to narrow.
  const isTooLong = note.verdict === 'unknown' && now - note.since >= policy.general.visibility.atMost;
  return isTooLong && facts.complete ? 'tooLong' : 'partial';
}

/** Pure: since when the parts of the resource have incidents of their own; minus infinity if they always had. */
export function onItsOwnSince(verdicts: Verdicts, recovery: Recovery, now: Instant): Instant {
  const note = verdicts[VISIBILITY];
  if (recovery === 'tooLong') return now;
  return note?.verdict === 'ok' ? note.since : Number.NEGATIVE_INFINITY;
}

/** Pure: is it an incident? After two complete runs at least 30 minutes apart, or after two hours. */
export function isLongEnough(blind: Blindness, length: Duration, limits: GeneralPolicy['visibility']): boolean {
  return (blind.runs >= limits.runs && blind.apart >= limits.apart) || length >= limits.atMost;
}
