import { exempt, failing, type Finding, ok } from '../../domain/findings/finding.ts';
import type { ProjectMemory, Verdicts } from '../../domain/memory/memory.ts';
import { clusterResource, ORGANISATION, projectResource, whyGone } from '../../domain/memory/cluster-subject.ts';
import { type Instant, iso, spell } from '../../domain/time.ts';
import {
  asWholeProject,
  type Blindness,
  type BlindProject,
  isLongEnough,
  onItsOwnSince,
  organisationBlindness,
  type BlindParts,
  partsOf,
  projectBlindness,
  type Recovery,
  recoveryOf,
  VISIBILITY,
} from '../../domain/check/blindness.ts';
import type { Check, CheckInput } from '../../domain/check/check-definition.ts';

const check = VISIBILITY;
const ACTION =
  'Read the reason: 401 means the credentials were revoked or have expired; 403 the API access list of the service account or its role (Project Read Only); 429 that others use up the rate limit; else look at status.mongodb.com.';

/**
 * Blindness is an incident of its own (docs/contract.md, clause 5): if verdicts are unknown in two complete runs at least 30 minutes apart, or for
 * two hours, the widest resource that is blind (organisation, project or cluster) is failing: a warning at first, critical after 24 h. It is failing
 * at once if Atlas lists no project or no cluster at all. The check reads this run's verdicts of the other checks from memory, so it runs after them.
 *
 * If a whole resource was blind and only some of its parts can be read again, its one incident stays open: its verdict is unknown, which resolves
 * nothing. Parts that are still blind after two hours of this get incidents of their own, a warning first: their 24 h begin when the wider incident
 * ends, unless they had an incident of their own before it.
 */
export const visibility: Check = {
  id: check,
  promise: 'we can see all of it',
  inShort: { one: 'it cannot be read', many: 'they cannot be read' },
  severity: 'critical',
  severityInWords: 'warning; critical after 24 h of blindness',
  runbook: {
    means: 'Restorewatch cannot read what it needs, so it cannot tell whether backups are in order.',
    risk: 'Faults go unseen. Open incidents stay open.',
    steps: [
      '401: the service account’s secret was revoked or has expired: make a new one.',
      '403 with an address: add it to the API access list of the service account (not to the project’s network access list). 403 without: give it Project Read Only.',
      '429: somebody else uses up the project’s rate limit.',
      'Timeouts, 5xx: look at https://status.mongodb.com, and run `restorewatch doctor`.',
    ],
    over: 'Everything can be read again.',
    follow: ['credential-rotation', 'region-outage'],
  },
  evaluate: (input) => {
    const projects = Object.values(input.memory.projects).map((project) => projectBlindness(project, input));
    const blind = organisationBlindness(projects, input);
    const { verdicts } = input.memory;
    const parts = partsOf(projects);
    const recovery = recoveryOf(verdicts, blind, parts, input);
    const around: Around = {
      covers: recovery === 'partial' || (blind !== null && !blind.partial),
      endedAt: onItsOwnSince(verdicts, recovery, input.now),
    };
    return [
      ...(recoveringFindings(recovery, ORGANISATION, parts, verdicts) ?? findingsAt(ORGANISATION, blind, verdicts, ALONE, input)),
      ...projects.flatMap((project) => projectFindings(project, around, input)),
    ];
  },
};

/** The wider resource: whether its incident covers the narrower one too, and since when it no longer does. */
type Around = { readonly covers: boolean; readonly endedAt: Instant };

const ALONE: Around = { covers: false, endedAt: Number.NEGATIVE_INFINITY };

function projectFindings(project: BlindProject, outside: Around, input: CheckInput): readonly Finding[] {
  const { own, clusters } = project;
  const { verdicts } = project.project;
  const resource = projectResource(project.project);
  const parts = partsOf(project);
  const recovery = recoveryOf(verdicts, own, parts, input);
  const isCovered = outside.covers && (own !== null || parts.left > 0 || !input.facts.projects.known);
  const within: Around = {
    covers: outside.covers || asWholeProject(own) !== null || recovery === 'partial',
    endedAt: Math.max(outside.endedAt, onItsOwnSince(verdicts, recovery, input.now)),
  };
  return [
    ...((outside.covers ? null : recoveringFindings(recovery, resource, parts, verdicts)) ??
      findingsAt(resource, own, verdicts, { ...outside, covers: isCovered }, input)),
    ...deleted(project.project),
    ...clusters.flatMap(({ cluster, blind }) => {
      // Most clusters can be read and always could.
      if (blind === null && cluster.verdicts[check] === undefined) return [];
      const around: Around = { ...within, covers: within.covers && blind !== null };
      return findingsAt(clusterResource(project.project, cluster), blind, cluster.verdicts, around, input);
    }),
  ];
}

function deleted(project: ProjectMemory): readonly Finding[] {
  return Object.values(project.clusters).flatMap((cluster) =>
    cluster.gone && cluster.verdicts[check] !== undefined
      ? [exempt({ check, resource: clusterResource(project, cluster), summary: whyGone(cluster.gone) })]
      : [],
  );
}

/** If a wider incident covers the resource, no incident opens or resolves here. */
function findingsAt(
  resource: Finding['resource'],
  blind: Blindness | null,
  verdicts: Verdicts,
  { covers, endedAt }: Around,
  input: CheckInput,
): readonly Finding[] {
  const isOpen = verdicts[check]?.lastKnown === 'failing';
  if (covers)
    return isOpen
      ? [failing({ check, resource, severity: 'warning', summary: 'blind, with more around it', action: ACTION, explainedBy: check })]
      : [];
  if (blind === null) return verdicts[check] === undefined ? [] : [ok({ check, resource, summary: 'can be read again' })];
  const limits = input.policy.general.visibility;
  const length = input.now - blind.since;
  if (!isOpen && !blind.atOnce && !isLongEnough(blind, length, limits)) return [notYet(resource, blind.reason, blind.since)];
  const note = verdicts[check];
  // An incident that was open before the wider one keeps its own clock.
  const wasOpenBefore = note?.verdict === 'failing' && note.since < endedAt;
  const critical = !blind.mild && input.now - (wasOpenBefore ? blind.since : Math.max(blind.since, endedAt)) >= limits.criticalAfter;
  const summary = `blind since ${iso(blind.since)}: ${blind.reason}`;
  const evidence = [['reason', blind.reason] as const, ['blind for', spell(length)] as const];
  return [
    failing({ check, resource, severity: critical ? 'critical' : 'warning', summary, action: ACTION, startedAt: blind.since, evidence }),
  ];
}

/** The findings on a resource of which only some parts can be read again; null if it is evaluated as a whole. */
function recoveringFindings(
  recovery: Recovery,
  resource: Finding['resource'],
  { left, of, kind, reason }: BlindParts,
  verdicts: Verdicts,
): readonly Finding[] | null {
  if (recovery === 'none') return null;
  const words = `${left} of ${of} ${kind} still blind: ${reason}`;
  if (recovery === 'tooLong')
    return [ok({ check, resource, summary: `can be read again in part, and what is left is told by itself; ${words}` })];
  return [notYet(resource, `can be read again in part; ${words}`, verdicts[check]?.blindSince ?? null)];
}

function notYet(resource: Finding['resource'], summary: string, startedAt: Instant | null): Finding {
  return { check, resource, verdict: 'unknown', severity: null, summary, evidence: [], action: '', startedAt, explainedBy: null };
}
