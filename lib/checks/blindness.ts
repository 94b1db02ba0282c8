import type { Facts, ProjectFacts } from '../domain/facts.ts';
import type { ClusterMemory, ProjectMemory, VerdictNote, Verdicts } from '../domain/memory.ts';
import type { CheckId } from '../domain/policy.ts';
import type { Duration, Instant } from '../domain/time.ts';
import type { CheckInput } from './check.ts';

const check = 'visibility';

/** Since when, over how many complete runs that are how far apart, and why. `atOnce`: failing without waiting for a second run. `partial`: the narrower speak for themselves. */
export type Blindness = {
  readonly since: Instant;
  readonly runs: number;
  readonly apart: Duration;
  readonly reason: string;
  readonly atOnce?: boolean;
  readonly partial?: boolean;
};

export type BlindProject = {
  readonly project: ProjectMemory;
  readonly own: Blindness | null;
  readonly clusters: readonly { readonly cluster: ClusterMemory; readonly blind: Blindness | null }[];
};

/** Pure: how blind a project is as a whole, and each of its clusters. */
export function projectBlindness(project: ProjectMemory, input: CheckInput): BlindProject {
  const asked = Object.values(project.clusters).filter((cluster) => cluster.kind !== 'free' && !cluster.gone);
  const clusters = asked.map((cluster) => ({ cluster, blind: blindnessOf(cluster.verdicts, input) }));
  const facts = input.facts.projects.known ? input.facts.projects.value.find((candidate) => candidate.id === project.id) : undefined;
  const cause = projectCause(facts);
  const blind = clusters.flatMap((item) => item.blind ?? []);
  const all = blind.length === clusters.length && clusters.length > 1;
  const whole = cause !== null || all || (!facts && input.facts.projects.known && blind.length > 0);
  if (!whole) return { project, own: null, clusters };
  const own =
    asWhole(blind, cause ?? blind[0]?.reason ?? 'not read') ??
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

/** Pure: how blind the organisation is as a whole; null where it is not. */
export function organisationBlindness(projects: readonly BlindProject[], input: CheckInput): Blindness | null {
  const { facts, memory } = input;
  const since = ownBlindness(memory.verdicts, input);
  // Of a project in which nothing is asked for it cannot be told whether Atlas would answer.
  const asked = projects.filter(({ own, clusters }) => own !== null || clusters.length > 0);
  const blind = asked.flatMap((project) => wholeOf(project) ?? []);
  if (!facts.projects.known) return { ...since, reason: facts.projects.reason };
  const nothing = noneAtAll(facts);
  if (nothing !== null) return { ...since, reason: nothing, atOnce: true };
  if (asked.length > 1 && blind.length === asked.length) return asWhole(blind, blind[0]?.reason ?? '');
  return (facts.unreadable ?? []).length > 0 ? { ...since, reason: (facts.unreadable ?? []).join('; '), partial: true } : null;
}

/** A project's blindness, or that of its one cluster: a project of one cluster has no other part that could be read. */
function wholeOf({ own, clusters }: BlindProject): Blindness | null {
  return own ?? (clusters.length === 1 ? (clusters[0]?.blind ?? null) : null);
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

/** What is blind as a whole is so only since its last part is; null of none. */
function asWhole(parts: readonly Blindness[], reason: string): Blindness | null {
  if (parts.length === 0) return null;
  const since = Math.max(...parts.map((blind) => blind.since));
  return { since, runs: Math.min(...parts.map((blind) => blind.runs)), apart: Math.min(...parts.map((blind) => blind.apart)), reason };
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
