import type { Incident } from '../../domain/incidents/incident.ts';
import { iso, isoOrNull } from '../../domain/time.ts';
import { type ClusterCard, clusterCard } from './cluster-card.ts';
import { type CardContext, cardOf, type CardRequest, contextOf, type IncidentCard } from './incident-cards.ts';
import { type ManyCard, manyCard, SHOWN_OF_MANY } from './many-card.ts';
import type { IncidentJson } from '../status-json.ts';

/** What is one card: an incident, many of one cause, or several of one cluster. `anchor`: its place on the page. */
export type CardGroup =
  | { readonly kind: 'one'; readonly anchor: string; readonly card: IncidentCard }
  | (ManyCard & { readonly kind: 'many'; readonly anchor: string })
  | (ClusterCard & { readonly kind: 'cluster'; readonly anchor: string });

/** More open incidents of one check and priority than this are one card. */
const MANY = 3;

/** Incidents that ended and are shown: after a storm thousands did, and the page must not be long for a day. */
const SHOWN_OF_ENDED = 25;

type Cards = {
  /** The most urgent first. */
  readonly open: readonly CardGroup[];
  /** The last of those that ended lately, the last first. */
  readonly ended: readonly IncidentCard[];
  readonly endedInAll: number;
};

/** Pure: the cards of the open incidents, and of those that ended lately. */
export function incidentCards(request: CardRequest): Cards {
  const context = contextOf(request);
  const { incidents } = request.status;
  const open = incidents.filter(({ state }) => state !== 'resolved').toSorted(byUrgency);
  const groups = groupsOf(open).toSorted(({ incidents: [one] }, { incidents: [other] }) => (one && other ? byUrgency(one, other) : 0));
  const ended = incidents.filter(({ state }) => state === 'resolved');
  return {
    open: withoutRepeats(groups.flatMap((group) => groupOf(group, context) ?? [])),
    ended: lastEnded(ended).map((incident) => cardOf(incident, context)),
    endedInAll: ended.length,
  };
}

/** Those that are shown. */
function lastEnded<Ended extends { readonly resolvedAt: string | null }>(ended: readonly Ended[]): readonly Ended[] {
  return ended.toSorted((one, other) => (other.resolvedAt ?? '').localeCompare(one.resolvedAt ?? '')).slice(0, SHOWN_OF_ENDED);
}

type Ranked = Pick<IncidentJson, 'priority' | 'state' | 'openedAt'>;

/** Within a priority those that nobody has come first, and then the newest. */
function byUrgency(a: Ranked, b: Ranked): number {
  return a.priority.localeCompare(b.priority) || b.state.localeCompare(a.state) || b.openedAt.localeCompare(a.openedAt);
}

/** Pure: whether the page has a place for this incident of the head: a card of many shows only the first of them, and of those that ended the last do. */
export function hasPlace({ id, check, priority, state }: Incident, incidents: readonly Incident[]): boolean {
  if (state === 'resolved') {
    const ended = incidents.filter((one) => one.state === 'resolved');
    return lastEnded(ended.map((one) => ({ id: one.id, resolvedAt: isoOrNull(one.resolvedAt) }))).some((one) => one.id === id);
  }
  const alike = incidents.filter((one) => one.check === check && one.priority === priority && one.state !== 'resolved');
  const shown = alike.map((one) => ({ ...one, openedAt: iso(one.openedAt) })).toSorted(byUrgency);
  return shown.slice(0, SHOWN_OF_MANY).some((one) => one.id === id);
}

type Grouped = { readonly kind: 'alike' | 'of one place'; readonly incidents: readonly IncidentJson[] };

/** First those of one cause on many clusters; the others by their cluster. */
function groupsOf(open: readonly IncidentJson[]): readonly Grouped[] {
  const alike = [...Map.groupBy(open, ({ check, priority }) => `${priority} ${check}`).values()].filter((group) => group.length > MANY);
  const taken = new Set(alike.flat());
  const byPlace = Map.groupBy(
    open.filter((incident) => !taken.has(incident)),
    ({ id, resource: { projectId, clusterId } }) => (clusterId === null ? `incident ${id}` : `cluster ${projectId} ${clusterId}`),
  );
  return [
    ...alike.map((incidents) => ({ kind: 'alike', incidents }) as const),
    ...[...byPlace.values()].map((incidents) => ({ kind: 'of one place', incidents }) as const),
  ];
}

function groupOf({ kind, incidents }: Grouped, context: CardContext): CardGroup | null {
  const [first, second] = incidents;
  if (first === undefined) return null;
  if (second === undefined) return { kind: 'one', anchor: first.id, card: cardOf(first, context) };
  const { check, priority, resource } = first;
  if (kind === 'alike') return { kind: 'many', anchor: `card-${check}-${priority}`, ...manyCard([first, ...incidents.slice(1)], context) };
  return { kind: 'cluster', anchor: `card-${resource.clusterId}`, ...clusterCard([first, ...incidents.slice(1)], context) };
}

/** The incidents of a card that are shown in it. */
export function cardsIn(group: CardGroup): readonly IncidentCard[] {
  return group.kind === 'one' ? [group.card] : group.cards;
}

/** What is lost and how long a restore takes is the same for every incident of a cluster, so what is folded does not say it where another card does. */
function withoutRepeats(groups: readonly CardGroup[]): readonly CardGroup[] {
  const shown = new Set(
    groups.flatMap((group) => (group.kind === 'many' ? [] : cardsIn(group).flatMap(({ clusterPath }) => clusterPath ?? []))),
  );
  return groups.map((group) => {
    if (group.kind !== 'many') return group;
    const cards = group.cards.map((card) => (shown.has(card.clusterPath ?? '') ? { ...card, brief: [] } : card));
    for (const { clusterPath } of cards) if (clusterPath !== null) shown.add(clusterPath);
    return { ...group, cards };
  });
}
