import { covers } from '../../domain/findings/finding.ts';
import { visibility } from '../../evaluate/checks/visibility.ts';
import type { StatusJson } from '../status-json.ts';

type Finding = StatusJson['findings'][number];
type Reported = Pick<Finding, 'check' | 'summary' | 'resource'>;

/**
 * Pure: the findings on projects and the organisation that are not well and that nothing else on the page says. A failing one with an open incident is on
 * its card. An unknown one is shown beside its incident, which says what was known before, unless it only repeats why Atlas cannot be read.
 */
export function widerFindings({ findings, incidents }: Pick<StatusJson, 'findings' | 'incidents'>): readonly Finding[] {
  const open = incidents.filter(({ state }) => state !== 'resolved');
  const reported = new Set(open.map(({ check, resource }) => keyOf(check, resource)));
  const unwell = findings.filter(({ verdict }) => verdict === 'failing' || verdict === 'unknown');
  const blind = [...open, ...unwell].filter(({ check }) => check === visibility.id);
  return unwell.filter((finding) =>
    finding.verdict === 'unknown' ? !repeats(finding, blind) : !reported.has(keyOf(finding.check, finding.resource)),
  );
}

function keyOf(check: string, { clusterId, name }: Reported['resource']): string {
  return clusterId === null ? `${check} ${name}` : '';
}

/** True if its reason is a part of why the same project, or the organisation, cannot be read. */
function repeats({ check, summary, resource }: Finding, blind: readonly Reported[]): boolean {
  if (check === visibility.id) return false;
  return blind.some((one) => {
    const isWider = one.resource.projectId !== resource.projectId;
    return covers(one.resource, resource) && one.summary.includes(isWider ? answerIn(summary) : summary);
  });
}

/** What Atlas answered, without the request and its project: the blindness of an organisation gives the answer of one project for all. */
function answerIn(summary: string): string {
  return summary.replace(/^[^:]*: /, '');
}
