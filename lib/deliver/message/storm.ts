import type { Notification } from '../attempt/channel.ts';
import { reachInWords } from '../../domain/findings/restorable-words.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { clean, plural } from '../../domain/text.ts';
import { iso } from '../../domain/time.ts';
import { causeOf, placeInWords } from '../../domain/incidents/incident-title.ts';
import { since } from './kind-lines.ts';

/** "12 clusters", or "12 incidents" if they are not about as many clusters. */
export function countInWords(incidents: readonly Incident[]): string {
  const clusters = new Set(incidents.map(({ resource }) => resource.clusterId ?? ''));
  const isOnePerCluster = clusters.size === incidents.length && !clusters.has('');
  return plural(incidents.length, isOnePerCluster ? 'cluster' : 'incident');
}

/** What can be restored of all of them: "Restorable, at worst to … by snapshot."; null if they are about no clusters, or over. */
export function worstReach(incidents: readonly Incident[]): string | null {
  const known = incidents.flatMap(({ state, restorable }) => (state === 'resolved' || !restorable ? [] : [restorable]));
  if (known.length === 0) return null;
  const dated = known.flatMap(({ until }) => until?.at ?? []);
  const without = known.length - dated.length;
  const worst = dated.length === 0 ? null : `restorable, at worst to ${iso(Math.min(...dated))}`;
  if (without === 0) return worst;
  return worst === null ? 'no moment is known to which they can be restored' : `${worst}; ${without} to no known moment`;
}

/** One of several incidents in a list. */
export function item({ now }: Notification, incident: Incident): string {
  const { state, resolvedAt, resolution, acknowledgement, restorable } = incident;
  const end = state === 'resolved' && resolvedAt !== null ? `, ${resolution ?? 'over'} ${iso(resolvedAt)}` : '';
  const taken = state === 'acknowledged' && acknowledgement !== null ? `, acknowledged by ${acknowledgement.by}` : '';
  const impact = state === 'resolved' || !restorable ? '' : `${reachInWords(restorable, now)}; `;
  const was = state === 'resolved' ? ', was: ' : ': ';
  return clean(
    `${placeInWords(incident)}${was}${impact}${causeOf(incident, restorable ?? null)}, since ${iso(since(incident))}${taken}${end}`,
  );
}
