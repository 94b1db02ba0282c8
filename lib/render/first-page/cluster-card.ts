import { atlasAddress } from '../../domain/findings/atlas-address.ts';
import { asOfInWords, causeOf, placeInWords } from '../../domain/incidents/incident-title.ts';
import { lastReachInWords, reachInWords } from '../../domain/findings/restorable-words.ts';
import type { RestorableMoments } from '../../domain/findings/recorded-view.ts';
import { plural } from '../../domain/text.ts';
import { clusterPath } from '../page-paths.ts';
import { restorableNow } from '../incidents-json.ts';
import type { IncidentJson } from '../status-json.ts';
import type { BriefLine } from './card-brief.ts';
import { hasOwnHolder, holdersOf } from './card-holder.ts';
import { type CardContext, cardOf, type IncidentCard, lastKnownInWords } from './incident-cards.ts';

/** Several incidents of one cluster: what they have in common once, and of each what it alone says. Moments in texts are ISO. */
export type ClusterCard = {
  /** "3 incidents on orders (shop): restorable to …". */
  readonly title: string;
  readonly brief: readonly BriefLine[];
  /** Who has which of them, or whom they reach next and when; null where nobody can have any. */
  readonly holder: string | null;
  /** The page of the cluster. */
  readonly path: string;
  readonly atlas: string | null;
  /** What is to be done about all of them, and the team that is notified of all; null: each has its own, or there is none. */
  readonly action: string | null;
  readonly team: string | null;
  /** The most urgent first; the title is the cause alone, and the holder null unless it is another one than that of the others. */
  readonly cards: readonly IncidentCard[];
  /** Ids of those that nobody has acknowledged. */
  readonly toAcknowledge: readonly string[];
};

type Incidents = readonly [IncidentJson, ...IncidentJson[]];

/** Pure: the card of the incidents of one cluster. */
export function clusterCard(incidents: Incidents, context: CardContext): ClusterCard {
  const cards = incidents.map((incident) => cardOf(incident, context));
  const { projectId, clusterId } = incidents[0].resource;
  const { holder, own } = holdersIn(cards, context);
  return {
    title: titleOfAll(incidents, context),
    brief: cards.find(({ brief }) => brief.length > 0)?.brief ?? [],
    holder,
    path: clusterPath(projectId ?? '', clusterId ?? ''),
    atlas: atlasAddress(incidents[0].resource),
    action: shared(incidents.map(({ action }) => action)),
    team: shared(incidents.map(({ team }) => team)),
    cards: cards.map((card, index) => ({ ...card, title: causeOfOne(card.incident, context), brief: [], holder: own[index] ?? null })),
    toAcknowledge: incidents.flatMap(({ id, state }) => (state === 'open' ? [id] : [])),
  };
}

/** What all of them have alike; null if they differ. */
function shared<T>(all: readonly (T | null)[]): T | null {
  const [one = null, ...others] = new Set(all);
  return others.length === 0 ? one : null;
}

type Holders = { readonly holder: string | null; readonly own: readonly (string | null)[] };

/** Who has all of them alike is said once. */
function holdersIn(cards: readonly IncidentCard[], context: CardContext): Holders {
  const [one = null, ...others] = new Set(cards.map(({ holder }) => holder));
  const isOwn = cards.map(({ incident }) => hasOwnHolder(incident, context.stored.get(incident.id)));
  if (others.length === 0 && isOwn[0] === true) return { holder: one, own: [] };
  const holder = holdersOf(
    cards.map(({ incident }) => incident),
    context,
  );
  return { holder, own: cards.map((card, index) => (isOwn[index] === true ? card.holder : null)) };
}

/** A cluster whose last reading is old has its time in front of all that was read. */
function titleOfAll(incidents: Incidents, context: CardContext): string {
  const restorable = incidents.flatMap((incident) => restorableOf(incident, context) ?? [])[0] ?? null;
  const isUnread = restorable !== null && isReadBefore(restorable, context);
  const reach =
    restorable && (isUnread ? lastReachInWords(restorable, context.now) : reachInWords(restorable, context.now, context.checkedAt));
  const place = `${plural(incidents.length, 'incident')} on ${placeInWords(incidents[0])}${asOfInWords(isUnread ? restorable.readAt : null)}`;
  return reach === null ? place : `${place}: ${reach}`;
}

/** True if it was read, and the last check could not read it. */
function isReadBefore({ readAt }: RestorableMoments, { checkedAt }: CardContext): boolean {
  return readAt > 0 && readAt < checkedAt;
}

function causeOfOne(incident: IncidentJson, context: CardContext): string {
  const restorable = restorableOf(incident, context);
  const isDated = restorable !== null && isReadBefore(restorable, context);
  return `${causeOf(incident, restorable)}${isDated ? '' : lastKnownInWords(incident, context)}`;
}

function restorableOf({ id }: IncidentJson, { stored, rows }: CardContext): RestorableMoments | null {
  return restorableNow(stored.get(id), rows);
}
