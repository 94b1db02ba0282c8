import type { Incident } from '../domain/incident.ts';
import type { Letter } from './channels/channel.ts';
import { clean } from './plain.ts';

export type Link = { readonly text: string; readonly href: string };

const ATLAS_UI = 'https://cloud.mongodb.com/v2';

/** From an incident to its place on the page, to its runbook and to its cluster in Atlas; what has no address is left out. */
export function linksOf(letter: Letter, incident: Incident): readonly Link[] {
  const { projectId, clusterId, name } = incident.resource;
  const runbook =
    letter.statusUrl === null
      ? []
      : [{ text: 'Runbook', href: `${base(letter.statusUrl)}/runbooks/${incident.check}?incident=${encodeURIComponent(incident.id)}` }];
  const cluster = clusterId === null ? '' : `/detail/${encodeURIComponent(clean(name))}`;
  const atlas = projectId === null ? [] : [{ text: 'Atlas', href: `${ATLAS_UI}/${encodeURIComponent(projectId)}#/clusters${cluster}` }];
  return [...pageLink(letter, incident), ...runbook, ...atlas];
}

/** The page, at the incident where one is given. */
export function pageLink(letter: Letter, incident: Incident | null): readonly Link[] {
  if (letter.statusUrl === null) return [];
  return [{ text: 'Status page', href: `${base(letter.statusUrl)}/${incident === null ? '' : `#${encodeURIComponent(incident.id)}`}` }];
}

function base(url: string): string {
  return url.replace(/\/+$/, '');
}
