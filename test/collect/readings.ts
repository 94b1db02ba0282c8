import type { ClusterFacts, ProjectFacts } from '../../lib/domain/facts/facts.ts';
import type { AtlasFault } from '../emulators/atlas-http.ts';
import type { Harness } from './harness.ts';

export function clustersOf(project: ProjectFacts): readonly ClusterFacts[] {
  return [project.dedicated, project.flex].flatMap((fact) => (fact.known ? fact.value : []));
}

export function clusterNamed(project: ProjectFacts, name: string): ClusterFacts {
  const found = clustersOf(project).find((cluster) => cluster.name === name);
  if (found === undefined) throw new Error(`no cluster ${name}`);
  return found;
}

export function paths(harness: Harness): readonly string[] {
  return harness.atlas.apiRequests().map(({ path }) => path.replace(/.*\/groups\/[^/]+/, ''));
}

export function edited(edit: (body: Record<string, unknown>) => unknown): AtlasFault {
  // Only answers of JSON objects are edited.
  return { kind: 'edit', edit: (answer) => ({ ...answer, body: edit(answer.body as Record<string, unknown>) }) };
}

type Entries = readonly Record<string, unknown>[];

export function withResults(edit: (results: Entries) => unknown): AtlasFault {
  // A listing's results are objects.
  return edited((body) => ({ ...body, results: edit(body['results'] as Entries) }));
}
