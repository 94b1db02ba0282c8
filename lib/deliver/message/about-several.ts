import type { Incident } from '../../domain/incidents/incident.ts';
import { cut, clean, plural } from '../../domain/text.ts';
import { iso } from '../../domain/time.ts';
import { placeInWords, causeOf } from '../../domain/incidents/incident-title.ts';
import { reachInWords } from '../../domain/findings/restorable-words.ts';
import type { Notification } from '../attempt/channel.ts';
import { handlingLine } from './handling.ts';
import { since } from './kind-lines.ts';
import { pageLink, shortLink } from './links.ts';
import { mark, rerouteLine, shortMark } from './mark.ts';
import type { Message } from './message.ts';
import { placeOf, shortPlace } from './place.ts';
import { sharedCauses } from './cause.ts';

const PLACES_MOST = 5;
const TITLE_MOST = 1_000;

/** The message about several incidents: how many, of what, and one line for each. */
export function aboutSeveral(notification: Notification): Omit<Message, 'headline'> {
  const ordered = notification.incidents.toSorted((a, b) => Number(a.state === 'resolved') - Number(b.state === 'resolved'));
  const isOver = ordered.every(({ state }) => state === 'resolved');
  const { count, counted } = countedOf(notification, ordered);
  const causes = `${counted.every(({ state }) => state === 'resolved') ? 'were: ' : ''}${sharedCauses(counted)}`;
  const places = [...new Set(counted.map(placeInWords))];
  const reach = isOver ? spanOf(notification, ordered) : worstReach(ordered);
  const handling = handlingLine(notification);
  const start = causes.startsWith('were: ') ? `${count}, ` : `${count}: `;
  return {
    mark: mark(notification),
    titles: [`${start}${causes}; ${atMost(places, PLACES_MOST)}`, `${start}${causes}`, count].map((title) => cut(title, TITLE_MOST)),
    cause: { inTitle: '', alone: '' },
    lines: [...(reach === null ? [] : [`${sentence(reach)}.`]), ...toldLate(notification), ...rerouteLine(notification), ...handling],
    items: ordered.map((incident) => item(notification, incident)),
    place: '',
    facts: [],
    action: isOver ? '' : 'Open the page: each incident there says what can still be restored and what to do now.',
    links: pageLink(notification, null),
    window: null,
    short: {
      mark: shortMark(notification),
      place: count,
      consequences: [...namedOnPhone(causes, counted), causes, 'see the page'],
      reaches: reach === null ? [''] : [sentence(reach), ''],
      link: shortLink(notification, null),
      handling: handling[0] ?? '',
    },
    over: isOver,
  };
}

type Counted = { readonly count: string; readonly counted: readonly Incident[] };

/** How many, and those that the title is about: of an end those that are over, among all that were told together. */
function countedOf({ kind, root }: Notification, incidents: readonly Incident[]): Counted {
  const over = incidents.filter(({ state }) => state === 'resolved');
  if (kind !== 'resolve' || over.length === 0) return { count: countInWords(incidents), counted: incidents };
  const all = new Map([...(root?.incidents ?? []), ...incidents].map((incident) => [incident.id, incident]));
  const ended = [...all.values()].filter(({ state }) => state === 'resolved').length;
  return { count: `${ended} of ${all.size} incidents ${ended === 1 ? 'is' : 'are'} over`, counted: over };
}

/** "12 clusters", or "12 incidents" if they are not about as many clusters. */
function countInWords(incidents: readonly Incident[]): string {
  const clusters = new Set(incidents.map(({ resource }) => resource.clusterId ?? ''));
  const isOnePerCluster = clusters.size === incidents.length && !clusters.has('');
  return plural(incidents.length, isOnePerCluster ? 'cluster' : 'incident');
}

/** What can be restored of all of them: "Restorable, at worst to … by snapshot."; null if they are about no clusters, or over. */
function worstReach(incidents: readonly Incident[]): string | null {
  const known = incidents.flatMap(({ state, restorable }) => (state === 'resolved' || !restorable ? [] : [restorable]));
  if (known.length === 0) return null;
  const dated = known.flatMap(({ until }) => until?.at ?? []);
  const without = known.length - dated.length;
  const worst = dated.length === 0 ? null : `restorable, at worst to ${iso(Math.min(...dated))}`;
  if (without === 0) return worst;
  return worst === null ? 'no moment is known to which they can be restored' : `${worst}; ${without} to no known moment`;
}

/** One of several incidents in a list. */
function item({ now }: Notification, incident: Incident): string {
  const { state, resolvedAt, resolution, acknowledgement, restorable } = incident;
  const end = state === 'resolved' && resolvedAt !== null ? `, ${resolution ?? 'over'} ${iso(resolvedAt)}` : '';
  const taken = state === 'acknowledged' && acknowledgement !== null ? `, acknowledged by ${acknowledgement.by}` : '';
  const impact = state === 'resolved' || !restorable ? '' : `${reachInWords(restorable, now)}; `;
  const was = state === 'resolved' ? ', was: ' : ': ';
  return clean(
    `${placeInWords(incident)}${was}${impact}${causeOf(incident, restorable ?? null)}, since ${iso(since(incident))}${taken}${end}`,
  );
}

/** When those that are over began and ended. */
function spanOf({ now, kind }: Notification, incidents: readonly Incident[]): string {
  const to = iso(Math.max(...incidents.map(({ resolvedAt }) => resolvedAt ?? now)));
  return kind === 'past' ? `from ${iso(Math.min(...incidents.map(since)))} to ${to}` : `over since ${to}`;
}

function toldLate({ kind }: Notification): readonly string[] {
  return kind === 'past' ? ['They came and went. This is told late because the channels took no message at the time.'] : [];
}

/** With as many clusters' names as there may be room for. */
function namedOnPhone(causes: string, incidents: readonly Incident[]): readonly string[] {
  const names = [...new Set(incidents.map((incident) => shortPlace(placeOf(incident))))];
  const most = Math.min(names.length, PLACES_MOST);
  return Array.from({ length: most }, (_, fewer) => `${causes}: ${atMost(names, most - fewer)}`);
}

function atMost(names: readonly string[], most: number): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
