import type { RestorableMoments } from '../findings/recorded-view.ts';
import { lastReachInWords, reachInWords } from '../findings/restorable-words.ts';
import { clean } from '../text.ts';
import { type Instant, iso } from '../time.ts';
import type { Incident } from './incident.ts';

type Titled = Pick<Incident, 'resource' | 'summary'>;

/** `asOf`: when all that the title says was last read; null: the last check read it. `checkedAt`: as `reachInWords` takes it. */
export type ReadLast = { readonly asOf: Instant | null; readonly checkedAt: Instant };

const READ_NOW: ReadLast = { asOf: null, checkedAt: 0 };

/**
 * What is at risk, then why: "orders (shop): restorable to 2026-11-22T13:42:00Z by PITR; no snapshot for 30 h (limit 24 h)". Moments are ISO, for
 * `withShortTimes`. `restorable`: of its cluster now; null if the incident is about no cluster's backups.
 */
export function titleOf(
  incident: Titled & Pick<Incident, 'state'>,
  restorable: RestorableMoments | null,
  now: Instant,
  { asOf, checkedAt }: ReadLast = READ_NOW,
): string {
  const place = placeInWords(incident);
  const cause = causeOf(incident, restorable);
  if (incident.state === 'resolved') return `${place}, was: ${cause}`;
  const reach = restorable && (asOf === null ? reachInWords(restorable, now, checkedAt) : lastReachInWords(restorable, now));
  return `${place}${asOfInWords(asOf)}: ${reach === null ? '' : `${reach}; `}${cause}`;
}

/** ", as of …", behind a place or a number of clusters; nothing for null. */
export function asOfInWords(asOf: Instant | null): string {
  return asOf === null ? '' : `, as of ${iso(asOf)}`;
}

/** "orders (shop)", "project shop", "the Atlas organisation". */
export function placeInWords({ resource: { name, projectId, projectName, clusterId } }: Pick<Incident, 'resource'>): string {
  if (projectId === null) return clean(name);
  return clusterId === null ? `project ${clean(name)}` : `${clean(name)} (${clean(projectName ?? projectId)})`;
}

/** The summary without the place, which a title names anyway. */
export function causeAlone({ resource, summary }: Titled): string {
  const text = clean(summary);
  const prefix = `${clean(resource.name)}: `;
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

/** The same after the impact, without the moment that the impact ends with; what is over has no impact in front of it. */
export function causeOf(incident: Titled & Pick<Incident, 'state'>, restorable: RestorableMoments | null): string {
  const until = incident.state === 'resolved' ? null : restorable?.until;
  const alone = causeAlone(incident);
  return until ? alone.replaceAll(`after ${iso(until.at)}`, 'after that') : alone;
}
