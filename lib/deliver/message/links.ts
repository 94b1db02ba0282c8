import { atlasAddress } from '../../domain/findings/atlas-address.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import type { Notification } from '../attempt/channel.ts';
import { incidentCode } from './incident-code.ts';

export type Link = { readonly text: string; readonly href: string };

/** Returns links to the incident on the page, to its runbook and to its cluster in Atlas; those without an address are left out. */
export function linksOf(notification: Notification, incident: Incident): readonly Link[] {
  const runbook =
    notification.statusUrl === null
      ? []
      : [
          {
            text: 'Runbook',
            href: `${base(notification.statusUrl)}/runbooks/${incident.check}?incident=${encodeURIComponent(incident.id)}`,
          },
        ];
  const address = atlasAddress(incident.resource);
  const atlas = address === null ? [] : [{ text: 'Atlas', href: address }];
  return [...pageLink(notification, incident), ...runbook, ...atlas];
}

/** Returns the link to the page, at the incident if one is given. */
export function pageLink({ statusUrl }: Notification, incident: Incident | null): readonly Link[] {
  if (statusUrl === null) return [];
  return [{ text: 'Status page', href: `${base(statusUrl)}/${incident === null ? '' : `#${encodeURIComponent(incident.id)}`}` }];
}

/** The page's address in as few characters as there can be, for text messages: it leads to the incident if one is given. Null without an address. */
export function shortLink({ statusUrl }: Notification, incident: Incident | null): string | null {
  if (statusUrl === null) return null;
  return incident === null ? base(statusUrl) : `${base(statusUrl)}/i/${incidentCode(incident.id)}`;
}

function base(url: string): string {
  return url.replace(/\/+$/, '');
}
