import { restoreTest } from '../../evaluate/checks/restore-test.ts';
import type { StatusJson } from '../status-json.ts';

/** Pure: restore tests that do not go on until somebody does something, and that no open incident is about. Moments are ISO. */
export function unfinishedTests({
  recovery: { underWay, refused },
  incidents,
}: Pick<StatusJson, 'recovery' | 'incidents'>): readonly string[] {
  const reported = new Set(
    incidents.flatMap(({ check, state, resource }) => (check === restoreTest.id && state !== 'resolved' ? [resource.name] : [])),
  );
  const stuck = underWay.filter(({ source, trouble }) => trouble !== null && !reported.has(source));
  return [
    ...stuck.map(
      ({ plan, source, target, phase, since, trouble }) =>
        `${plan}, ${source} to ${target}: under way, phase ${phase} since ${since}; trouble: ${trouble}`,
    ),
    ...refused
      .filter(({ source }) => !reported.has(source))
      .map(({ plan, source, at, why }) => `${plan} of ${source} refused at ${at}: ${why}`),
  ];
}
