import { clean } from '../../domain/text.ts';
import type { Incident } from '../../domain/incidents/incident.ts';

/** Where an incident is: a cluster with its project, or a thing with a name alone ("the Atlas organisation", "project shop"). */
export type Place = { readonly name: string; readonly project: string | null };

export function placeOf({ resource }: Pick<Incident, 'resource'>): Place {
  const name = clean(resource.name);
  if (resource.projectId === null) return { name, project: null };
  if (resource.clusterId === null) return { name: `project ${name}`, project: null };
  return { name, project: clean(resource.projectName ?? resource.projectId) };
}

/** So much of a name tells clusters and projects apart and leaves a text message room for what happened. */
const [CLUSTER_MOST, PROJECT_MOST] = [24, 12];

/** The same with long names shortened in the middle, because names of one system differ at their ends: "customer-da..tion-eu-1 (payments-..n)". */
export function shortPlace({ name, project }: Place): string {
  if (project === null) return shortened(name, CLUSTER_MOST + PROJECT_MOST);
  return inWords({ name: shortened(name, CLUSTER_MOST), project: shortened(project, PROJECT_MOST) });
}

/** The name alone, shortened in the same way. */
export function shortName({ name }: Place): string {
  return shortened(name, CLUSTER_MOST);
}

function inWords({ name, project }: Place): string {
  return project === null ? name : `${name} (${project})`;
}

function shortened(name: string, most: number): string {
  const characters = Array.from(name);
  if (characters.length <= most) return name;
  const kept = most - 2;
  const end = Math.floor(kept / 2);
  return `${characters.slice(0, kept - end).join('')}..${characters.slice(-end).join('')}`;
}
