import { exempt, failing, type Finding, ok } from '../domain/finding.ts';
import type { ProjectMemory, Verdicts } from '../domain/memory.ts';
import type { GeneralPolicy } from '../domain/policy.ts';
import { clusterResource, ORGANISATION, projectResource } from '../domain/subject.ts';
import { type Duration, type Instant, iso, spell } from '../domain/time.ts';
import { type Blindness, type BlindProject, organisationBlindness, projectBlindness } from './blindness.ts';
import type { Check, CheckInput } from './check.ts';

const check = 'visibility';
const ACTION =
  'Read the reason: 401 means the credentials were revoked or have expired; 403 the API access list of the service account or its role (Project Read Only); 429 that others use up the rate limit; else look at status.mongodb.com.';

/**
 * Blindness is an incident of its own (contract, clause 5): unknown in two complete runs at least 30 minutes apart, or for two hours, on the
 * widest thing that is blind; warning at first, critical after 24 h. No projects or no clusters at all is failing. Evaluated last: it reads
 * the verdicts that the other checks have just reached, out of memory.
 *
 * What was blind as a whole and comes back in parts keeps its one incident until all of it is back: its verdict is unknown meanwhile, which ends
 * nothing. What is still blind after two hours of that speaks for itself, a warning first: its 24 h begin with the wider one's end, unless it had
 * spoken for itself before.
 */
export const visibility: Check = {
  id: check,
  scope: 'organisation',
  evaluate: (input) => {
    const projects = Object.values(input.memory.projects).map((project) => projectBlindness(project, input));
    const blind = organisationBlindness(projects, input);
    const left = projects.filter((project) => isLeft(project));
    const parts = { left: left.length, of: projects.length, kind: 'projects', reason: reasonIn(left[0]) };
    const wide = wideOf(input.memory.verdicts, blind, parts, input);
    const covers = wide === 'returning' || (blind !== null && !blind.partial);
    return [
      ...(inPart(wide, ORGANISATION, parts, input.memory.verdicts) ?? judgeAt(ORGANISATION, blind, input.memory.verdicts, ALONE, input)),
      ...projects.flatMap((project) => judgeProject(project, { covers, freedAt: freedAt(input.memory.verdicts, wide, input.now) }, input)),
    ];
  },
};

/** `returning`: its incident is open, and only a part of it is blind still; `freeing`: so for too long, and each part speaks for itself from now on. */
type Wide = 'whole' | 'returning' | 'freeing';

type Parts = { readonly left: number; readonly of: number; readonly kind: string; readonly reason: string };

/** What is around a thing: does that speak for it, and since when does it no longer. */
type Around = { readonly covers: boolean; readonly freedAt: Instant };

const ALONE: Around = { covers: false, freedAt: Number.NEGATIVE_INFINITY };

function wideOf(verdicts: Verdicts, blind: Blindness | null, { left }: Parts, { now, facts, policy }: CheckInput): Wide {
  const note = verdicts[check];
  if (blind !== null || left === 0 || note?.lastKnown !== 'failing') return 'whole';
  // The note turned unknown with the first run that could read a part. A run that was cut off hands nothing over.
  const isLong = note.verdict === 'unknown' && now - note.since >= policy.general.visibility.atMost;
  return isLong && facts.complete ? 'freeing' : 'returning';
}

function isLeft({ own, clusters }: BlindProject): boolean {
  return own !== null || clusters.some(({ blind }) => blind !== null);
}

function reasonIn(project: BlindProject | undefined): string {
  return project?.own?.reason ?? project?.clusters.find(({ blind }) => blind !== null)?.blind?.reason ?? '';
}

function freedAt(verdicts: Verdicts, wide: Wide, now: Instant): Instant {
  const note = verdicts[check];
  if (wide === 'freeing') return now;
  return note?.verdict === 'ok' ? note.since : Number.NEGATIVE_INFINITY;
}

function judgeProject(project: BlindProject, outside: Around, input: CheckInput): readonly Finding[] {
  const { own, clusters } = project;
  const { verdicts } = project.project;
  const resource = projectResource(project.project);
  const left = clusters.filter(({ blind }) => blind !== null);
  const parts = { left: left.length, of: clusters.length, kind: 'clusters', reason: reasonIn(project) };
  const wide = wideOf(verdicts, own, parts, input);
  const isOver = outside.covers && (isLeft(project) || !input.facts.projects.known);
  const within: Around = {
    covers: outside.covers || own !== null || wide === 'returning',
    freedAt: Math.max(outside.freedAt, freedAt(verdicts, wide, input.now)),
  };
  return [
    ...((outside.covers ? null : inPart(wide, resource, parts, verdicts)) ??
      judgeAt(resource, own, verdicts, { ...outside, covers: isOver }, input)),
    ...deleted(project.project),
    ...clusters.flatMap(({ cluster, blind }) => {
      // Of most clusters there is nothing to say, and never was.
      if (blind === null && cluster.verdicts[check] === undefined) return [];
      const around: Around = { ...within, covers: within.covers && blind !== null };
      return judgeAt(clusterResource(project.project, cluster), blind, cluster.verdicts, around, input);
    }),
  ];
}

function deleted(project: ProjectMemory): readonly Finding[] {
  const gone = Object.values(project.clusters).filter((cluster) => cluster.gone && cluster.verdicts[check] !== undefined);
  return gone.map((cluster) => exempt({ check, resource: clusterResource(project, cluster), summary: 'cluster deleted' }));
}

/** `covers`: blind too, but a wider thing says so; that never resolves what is open here, and opens nothing. */
function judgeAt(
  resource: Finding['resource'],
  blind: Blindness | null,
  verdicts: Verdicts,
  { covers, freedAt: freed }: Around,
  input: CheckInput,
): readonly Finding[] {
  const isOpen = verdicts[check]?.lastKnown === 'failing';
  if (covers)
    return isOpen
      ? [failing({ check, resource, severity: 'warning', summary: 'blind, with more around it', action: ACTION, saidBy: check })]
      : [];
  if (blind === null) return verdicts[check] === undefined ? [] : [ok({ check, resource, summary: 'can be read again' })];
  const limits = input.policy.general.visibility;
  const length = input.now - blind.since;
  if (!isOpen && !blind.atOnce && !isIncident(blind, length, limits)) return [notYet(resource, blind.reason, blind.since)];
  const note = verdicts[check];
  // What was told by itself before the wider one spoke for it keeps its own clock.
  const wasTold = note?.verdict === 'failing' && note.since < freed;
  const critical = input.now - (wasTold ? blind.since : Math.max(blind.since, freed)) >= limits.criticalAfter;
  const summary = `blind since ${iso(blind.since)}: ${blind.reason}`;
  const evidence = [['reason', blind.reason] as const, ['blind for', spell(length)] as const];
  return [
    failing({ check, resource, severity: critical ? 'critical' : 'warning', summary, action: ACTION, startedAt: blind.since, evidence }),
  ];
}

/** Two complete runs at least 30 minutes apart, or two hours. */
function isIncident(blind: Blindness, length: Duration, limits: GeneralPolicy['visibility']): boolean {
  return (blind.runs >= limits.runs && blind.apart >= limits.apart) || length >= limits.atMost;
}

/** What is said of a wide thing that comes back in parts; null where it is judged as a whole. */
function inPart(
  wide: Wide,
  resource: Finding['resource'],
  { left, of, kind, reason }: Parts,
  verdicts: Verdicts,
): readonly Finding[] | null {
  if (wide === 'whole') return null;
  const words = `${left} of ${of} ${kind} still blind: ${reason}`;
  if (wide === 'freeing')
    return [ok({ check, resource, summary: `can be read again in part, and what is left is told by itself; ${words}` })];
  return [notYet(resource, `can be read again in part; ${words}`, verdicts[check]?.blindSince ?? null)];
}

function notYet(resource: Finding['resource'], summary: string, startedAt: Instant | null): Finding {
  return { check, resource, verdict: 'unknown', severity: null, summary, evidence: [], action: '', startedAt, saidBy: null };
}
