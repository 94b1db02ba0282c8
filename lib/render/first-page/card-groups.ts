import { sharedFaults } from '../../domain/check/shared-fault.ts';
import { atlasAddress } from '../../domain/findings/atlas-address.ts';
import type { RestorableMoments } from '../../domain/findings/recorded-view.ts';
import { plural } from '../../domain/text.ts';
import { iso } from '../../domain/time.ts';
import { CHECKS } from '../../evaluate/checks/registry.ts';
import { type BriefLine, briefOfMany, holdersOf } from './card-brief.ts';
import { type CardContext, cardOf, type CardRequest, clusterNow, contextOf, type IncidentCard } from './incident-cards.ts';
import { restorableNow } from '../incidents-json.ts';
import type { IncidentJson } from '../status-json.ts';

/** One cause. */
export type CardGroup =
  | { readonly kind: 'one'; readonly anchor: string; readonly card: IncidentCard }
  | (ManyCards & { readonly kind: 'many'; readonly anchor: string });

/** Many incidents of one check and priority. */
export type ManyCards = {
  readonly title: string;
  readonly brief: readonly BriefLine[];
  readonly holder: string | null;
  /** When the first of them began. */
  readonly since: string;
  readonly runbook: string;
  /** Their project in Atlas; null if they are of several. */
  readonly atlas: string | null;
  /** The first of them: the page is read at night. */
  readonly cards: readonly IncidentCard[];
  /** Of all of them, most urgent first. */
  readonly ids: readonly string[];
  /** Ids of those that nobody has acknowledged, at most as many as one request takes. */
  readonly toAcknowledge: readonly string[];
};

/** More open incidents of one check and priority than this are one card. */
const MANY = 3;
const SHOWN = 50;
/** Of one request; POST /api/incidents/acknowledge takes as many. */
const ACKNOWLEDGED_AT_ONCE = 500;

/** Pure: the open incidents, the most urgent first; and those that ended lately, the last first. */
export function incidentCards(request: CardRequest): { readonly open: readonly CardGroup[]; readonly ended: readonly IncidentCard[] } {
  const context = contextOf(request);
  const { incidents } = request.status;
  const open = incidents.filter(({ state }) => state !== 'resolved').toSorted(byUrgency);
  const alike = Map.groupBy(open, ({ check, priority }) => `${priority} ${check}`);
  const groups = [...alike.values()].flatMap((group) => (group.length > MANY ? [group] : group.map((incident) => [incident])));
  return {
    open: withoutRepeats(
      groups.toSorted(([one], [other]) => (one && other ? byUrgency(one, other) : 0)).flatMap((group) => groupOf(group, context)),
    ),
    ended: incidents
      .filter(({ state }) => state === 'resolved')
      .toSorted((one, other) => (other.resolvedAt ?? '').localeCompare(one.resolvedAt ?? ''))
      .map((incident) => cardOf(incident, context)),
  };
}

/** Within a priority those that nobody has come first, and then the newest. */
function byUrgency(a: IncidentJson, b: IncidentJson): number {
  return a.priority.localeCompare(b.priority) || b.state.localeCompare(a.state) || b.openedAt.localeCompare(a.openedAt);
}

function groupOf(group: readonly IncidentJson[], context: CardContext): readonly CardGroup[] {
  const [first] = group;
  if (first === undefined) return [];
  if (group.length === 1) return [{ kind: 'one', anchor: first.id, card: cardOf(first, context) }];
  const clusters = group.flatMap((incident) => clusterNow(incident, context) ?? []);
  const begun = group.map(({ startedAt, openedAt }) => startedAt ?? openedAt).toSorted();
  const projects = new Set(group.map(({ resource }) => resource.projectId));
  return [
    {
      kind: 'many',
      anchor: `card-${first.check}-${first.priority}`,
      title: groupTitle(group, context),
      brief: briefOfMany(clusters, context.now),
      holder: holdersOf(group, context.now),
      since: begun[0] ?? first.openedAt,
      runbook: `/runbooks/${first.check}`,
      atlas: projects.size === 1 ? atlasAddress({ ...first.resource, clusterId: null }) : null,
      cards: group.slice(0, SHOWN).map((incident) => ({ ...cardOf(incident, context), timeline: null })),
      ids: group.map(({ id }) => id),
      toAcknowledge: group.flatMap(({ id, state }) => (state === 'open' ? [id] : [])).slice(0, ACKNOWLEDGED_AT_ONCE),
    },
  ];
}

/** What is lost and how long a restore takes is the same for every incident of a cluster, so only the first card of a cluster says it. */
function withoutRepeats(groups: readonly CardGroup[]): readonly CardGroup[] {
  const shown = new Set<string>();
  return groups.map((group) => {
    if (group.kind === 'many') return group;
    const { clusterPath } = group.card;
    if (clusterPath === null) return group;
    if (shown.has(clusterPath)) return { ...group, card: { ...group.card, brief: [] } };
    shown.add(clusterPath);
    return group;
  });
}

/** "12 clusters: restorable, at worst to …; no snapshot for over 24 h". */
function groupTitle(group: readonly IncidentJson[], { stored, rows }: CardContext): string {
  const clusters = new Set(group.map(({ resource }) => resource.clusterId ?? ''));
  const count = plural(group.length, clusters.size === group.length && !clusters.has('') ? 'cluster' : 'incident');
  const reach = worstReach(group.flatMap(({ id }) => restorableNow(stored.get(id), rows) ?? []));
  const ofCheck = CHECKS.find(({ id }) => id === group[0]?.check)?.inShort ?? { one: 'the same fault' };
  const faults = group.map(({ id, summary }) => ({ inShort: stored.get(id)?.inShort ?? ofCheck, summary }));
  return `${count}: ${reach === null ? '' : `${reach}; `}${sharedFaults(faults)}`;
}

function worstReach(known: readonly RestorableMoments[]): string | null {
  if (known.length === 0) return null;
  const dated = known.flatMap(({ until }) => until?.at ?? []);
  const without = known.length - dated.length;
  if (dated.length === 0) return 'no moment is known to which they can be restored';
  const worst = `restorable, at worst to ${iso(Math.min(...dated))}`;
  return without === 0 ? worst : `${worst}; ${without} to no known moment`;
}
