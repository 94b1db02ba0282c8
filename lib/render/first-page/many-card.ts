import { sharedFaults } from '../../domain/check/shared-fault.ts';
import { atlasAddress } from '../../domain/findings/atlas-address.ts';
import type { RestorableMoments } from '../../domain/findings/recorded-view.ts';
import { asOfInWords } from '../../domain/incidents/incident-title.ts';
import { plural } from '../../domain/text.ts';
import { type Instant, iso } from '../../domain/time.ts';
import { CHECKS } from '../../evaluate/checks/registry.ts';
import { restorableNow } from '../incidents-json.ts';
import type { IncidentJson } from '../status-json.ts';
import { type BriefLine, briefOfMany } from './card-brief.ts';
import { holdersOf } from './card-holder.ts';
import { type CardContext, cardOf, clusterNow, type IncidentCard, lastKnownInWords } from './incident-cards.ts';

/** Many incidents of one check and priority. */
export type ManyCard = {
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
  /** What is to be done about all of them; null if they differ. */
  readonly action: string | null;
  /** Of how many nobody was notified. */
  readonly notNotified: number;
  /** Of all of them, most urgent first. */
  readonly ids: readonly string[];
  /** Ids of those that nobody has acknowledged, at most as many as one request takes. */
  readonly toAcknowledge: readonly string[];
  /** How many nobody has acknowledged. */
  readonly toAcknowledgeInAll: number;
};

/** Incidents that the card shows. */
export const SHOWN_OF_MANY = 50;
/** Of one request; POST /api/incidents/acknowledge takes as many. */
const ACKNOWLEDGED_AT_ONCE = 500;

/** Pure: the card of the incidents of one check and priority. */
export function manyCard(group: readonly [IncidentJson, ...IncidentJson[]], context: CardContext): ManyCard {
  const [first] = group;
  const clusters = group.flatMap((incident) => clusterNow(incident, context) ?? []);
  const begun = group.map(({ startedAt, openedAt }) => startedAt ?? openedAt).toSorted();
  const open = group.flatMap(({ id, state }) => (state === 'open' ? [id] : []));
  const projects = new Set(group.map(({ resource }) => resource.projectId));
  return {
    title: groupTitle(group, context),
    brief: briefOfMany(clusters, context),
    holder: holdersOf(group, context),
    since: begun[0] ?? first.openedAt,
    runbook: `/runbooks/${first.check}`,
    atlas: projects.size === 1 ? atlasAddress({ ...first.resource, clusterId: null }) : null,
    cards: group.slice(0, SHOWN_OF_MANY).map((incident) => ({ ...cardOf(incident, context), timeline: null })),
    action: group.every(({ action }) => action === first.action) ? first.action : null,
    notNotified: group.filter(({ deliveries }) => deliveries.length === 0).length,
    ids: group.map(({ id }) => id),
    toAcknowledge: open.slice(0, ACKNOWLEDGED_AT_ONCE),
    toAcknowledgeInAll: open.length,
  };
}

/** "12 clusters: restorable, at worst to …; no snapshot for over 24 h". What the last check could not read is said with the time of its reading. */
function groupTitle(group: readonly IncidentJson[], context: CardContext): string {
  const { stored, rows } = context;
  const clusters = new Set(group.map(({ resource }) => resource.clusterId ?? ''));
  const count = plural(group.length, clusters.size === group.length && !clusters.has('') ? 'cluster' : 'incident');
  const reach = worstReach(group.flatMap(({ id }) => restorableNow(stored.get(id), rows) ?? []));
  const ofCheck = CHECKS.find(({ id }) => id === group[0]?.check)?.inShort ?? { one: 'the same fault' };
  const faults = group.map(({ id, summary }) => ({ inShort: stored.get(id)?.inShort ?? ofCheck, summary }));
  const { asOf, some } = lastReadOf(group, context);
  return `${count}${asOfInWords(asOf)}: ${reach === null ? '' : `${reach}; `}${sharedFaults(faults)}${some}`;
}

/** `asOf`: when the oldest was read, if the last check could read none of them; `some`: of those that it could not read, the same in words. */
function lastReadOf(group: readonly IncidentJson[], context: CardContext): { readonly asOf: Instant | null; readonly some: string } {
  const readAt = ({ id }: IncidentJson): Instant => restorableNow(context.stored.get(id), context.rows)?.readAt ?? 0;
  const old = group.filter((incident) => readAt(incident) > 0 && readAt(incident) < context.checkedAt);
  const oldest = old.length === 0 ? null : Math.min(...old.map((incident) => readAt(incident)));
  if (old.length === group.length) return { asOf: oldest, some: '' };
  const unknown = group.filter((incident) => !old.includes(incident)).map((incident) => lastKnownInWords(incident, context));
  const [earliest = ''] = unknown.filter((words) => words !== '').toSorted();
  const asOf = oldest === null ? '' : `; ${old.length} of them as of ${iso(oldest)}`;
  return { asOf: null, some: `${asOf}${unknown.includes('') ? earliest.replace('; ', '; some of them ') : earliest}` };
}

function worstReach(known: readonly RestorableMoments[]): string | null {
  if (known.length === 0) return null;
  const dated = known.flatMap(({ until }) => until?.at ?? []);
  const without = known.length - dated.length;
  if (dated.length === 0) return 'no moment is known to which they can be restored';
  const worst = `restorable, at worst to ${iso(Math.min(...dated))}`;
  return without === 0 ? worst : `${worst}; ${without} to no known moment`;
}
