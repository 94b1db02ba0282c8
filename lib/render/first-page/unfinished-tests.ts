import { isNamed } from '../../domain/recovery/restore-test.ts';
import { restoreTest } from '../../evaluate/checks/restore-test.ts';
import type { StatusJson } from '../status-json.ts';

type Source = { readonly project: string; readonly source: string };

/** Pure: restore tests that do not go on until somebody does something, and that no open incident is about. Moments are ISO. */
export function unfinishedTests({
  recovery: { underWay, refused },
  incidents,
}: Pick<StatusJson, 'recovery' | 'incidents'>): readonly string[] {
  const open = incidents.filter(({ check, state }) => check === restoreTest.id && state !== 'resolved');
  const isReported = (test: Source): boolean => open.some(({ resource }) => isAbout(resource, test));
  const stuck = underWay.filter((test) => test.trouble !== null && !isReported(test));
  return [
    ...stuck.map(
      ({ plan, project, source, target, phase, since, trouble }) =>
        `${plan}, ${source} (${project}) to ${target}: under way, phase ${phase} since ${since}; trouble: ${trouble}`,
    ),
    ...refused
      .filter((test) => !isReported(test))
      .map(({ plan, project, source, at, why }) => `${plan} of ${source} (${project}) refused at ${at}: ${why}`),
  ];
}

/** A source that Atlas does not list has no project and no cluster of its own (lib/recovery/findings/restore-test-findings.ts). */
function isAbout(
  { name, projectId, projectName, part }: StatusJson['incidents'][number]['resource'],
  { project, source }: Source,
): boolean {
  if (part !== undefined) return part === `${restoreTest.id}:${project}/${source}`;
  return isNamed({ name, projectId: projectId ?? '', projectName: projectName ?? '' }, { project, cluster: source });
}
