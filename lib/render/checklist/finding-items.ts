import type { Finding, Resource } from '../../domain/findings/finding.ts';
import type { ClusterRow } from '../../domain/findings/recorded-view.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import type { CheckId } from '../../domain/policy/policy.ts';
import { plural } from '../../domain/text.ts';
import { type ChecklistInput, nameOf } from './input.ts';
import { type ItemEvaluation, type Part, part, single, stateOf, together } from './item-evaluation.ts';

const NO_CLUSTER = 'nothing is promised for any cluster';

/** Where the clusters' rows are on the page. */
const CLUSTERS = '/#clusters';

/** Pure: every cluster has continuous backup on where the policy wants it. */
export function continuousBackup({ rows }: ChecklistInput): ItemEvaluation {
  const parts = rows.flatMap((row): readonly Part[] => {
    const { pitr = 'unknown' } = row;
    if (pitr === null) return [];
    const state = pitr === 'on' ? 'met' : pitr === 'off' ? 'not-met' : 'unknown';
    const words = pitr === 'unknown' ? 'could not be read' : `is ${pitr}`;
    return [{ state, shown: () => ({ text: `${nameOf(row)}: continuous backup ${words}`, href: CLUSTERS }) }];
  });
  return together(parts, 'continuous backup is wanted of no cluster');
}

/** Pure: every shard of every cluster has nodes that can be elected in two regions, whatever the policy asks. */
export function multiRegion({ rows }: ChecklistInput): ItemEvaluation {
  const parts = rows.map((row): Part => {
    const { regions = null } = row;
    const state = regions === null ? 'unknown' : regions >= 2 ? 'met' : 'not-met';
    const words = regions === null ? 'its regions could not be read' : `electable nodes in ${plural(regions, 'region')}`;
    return { state, shown: () => ({ text: `${nameOf(row)}: ${words}`, href: CLUSTERS }) };
  });
  return together(parts, NO_CLUSTER);
}

/** Pure: each of these checks is ok for every cluster. `asks`: an exempt verdict counts as not met, since the item asks more than the check. */
export function everyCluster(
  checks: readonly CheckId[],
  input: ChecklistInput,
  asks: 'as-the-check' | 'an-ok' = 'as-the-check',
): ItemEvaluation {
  return together(
    input.rows.flatMap((row) => checks.flatMap((check) => clusterPart(check, row, input, asks))),
    input.rows.length === 0 ? NO_CLUSTER : 'no cluster is asked for it now',
  );
}

function clusterPart(check: CheckId, row: ClusterRow, { head }: ChecklistInput, asks: 'as-the-check' | 'an-ok'): readonly Part[] {
  const found = row.findings.find((finding) => finding.check === check);
  if (!found) return [{ state: 'unknown', shown: () => ({ text: `${nameOf(row)}: ${check} was not evaluated`, href: CLUSTERS }) }];
  const state = stateOf(found) ?? (asks === 'an-ok' ? 'not-met' : null);
  if (state === null) return [];
  const shown: Part['shown'] = () => ({
    text: `${nameOf(row)}: ${check} is ${wordOf(found)}: ${found.summary}`,
    href: incidentHref(head.incidents, check, row.clusterId) ?? CLUSTERS,
  });
  return [{ state, shown }];
}

/**
 * Pure: the check is ok for each project that has a cluster which something is promised for. `held` decides what a finding of it means; `beside` has what
 * else the item asks for.
 */
export function everyProject(check: CheckId, input: ChecklistInput, { held = stateOf, beside = [] }: ProjectRule = {}): ItemEvaluation {
  const projects = new Map(input.rows.map(({ projectId, projectName }) => [projectId, projectName]));
  const all = input.findings.get(check) ?? [];
  const findings = Map.groupBy(all, ({ resource }) => resource.projectId);
  const parts = [...projects].flatMap(([id, name]): readonly Part[] => {
    const own = findings.get(id) ?? [];
    if (own.length === 0) return [part('unknown', `project ${name}: ${check} was not evaluated`)];
    return own.flatMap((finding) => findingPart(finding, held(finding), input));
  });
  const none = projects.size === 0 ? NO_CLUSTER : (all[0]?.summary ?? NO_CLUSTER);
  return parts.length === 0 && beside.every(({ state }) => state === 'met') ? together([], none) : together([...parts, ...beside], none);
}

type ProjectRule = { readonly held?: (finding: Finding) => Part['state'] | null; readonly beside?: readonly Part[] };

/**
 * Pure: nothing that the check evaluates is wrong. For the user's own lines, whatever the check is about. Some checks have a finding only where something is
 * wrong: without one nobody can tell whether they looked, so that the line is unknown.
 */
export function wholeCheck(check: CheckId, input: ChecklistInput): ItemEvaluation {
  const findings = input.findings.get(check) ?? [];
  if (findings.length === 0)
    return single('unknown', `the last check says nothing about ${check}, not even that all is well`, runbookHref(check));
  const [first] = findings;
  return together(
    findings.flatMap((finding) => findingPart(finding, stateOf(finding), input)),
    first ? first.summary : NO_CLUSTER,
  );
}

function findingPart(finding: Finding, state: Part['state'] | null, { head }: ChecklistInput): readonly Part[] {
  if (state === null) return [];
  const { check, resource } = finding;
  const shown: Part['shown'] = () => ({
    text: `${subjectOf(resource)}: ${check} is ${wordOf(finding)}: ${finding.summary}`,
    href: incidentHref(head.incidents, check, resource.clusterId, resource) ?? runbookHref(check),
  });
  return [{ state, shown }];
}

function subjectOf({ projectId, projectName, clusterId, name }: Resource): string {
  if (projectId === null) return name;
  return clusterId === null ? `project ${name}` : nameOf({ name, projectName: projectName ?? projectId });
}

function wordOf({ verdict }: Pick<Finding, 'verdict'>): string {
  return verdict === 'exempt' ? 'not asked' : verdict;
}

function incidentHref(incidents: readonly Incident[], check: CheckId, clusterId: string | null, resource?: Resource): string | null {
  const isIt = (incident: Incident): boolean =>
    incident.state !== 'resolved' &&
    incident.check === check &&
    incident.resource.clusterId === clusterId &&
    (clusterId !== null || (incident.resource.projectId === resource?.projectId && incident.resource.part === resource.part));
  const open = incidents.find(isIt);
  return open ? `/#${encodeURIComponent(open.id)}` : null;
}

function runbookHref(check: CheckId): string {
  return `/runbooks/${check}`;
}
