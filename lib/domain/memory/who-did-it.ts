import type { AtlasEvent, EventBatch } from '../facts/facts.ts';
import { CLOCKS_DIFFER, DAY, type Duration, HOUR, type Instant, iso } from '../time.ts';

/** An audit event of Atlas that says who changed something that a promise rests on. Times are instants. */
export type Act = {
  readonly id: string;
  readonly type: string;
  readonly at: Instant;
  /** "alice@example.com, 203.0.113.7" or "API key abcd, 203.0.113.7"; null if Atlas does not say. */
  readonly actor: string | null;
  /** Both are null if Atlas does not say: audit events of the type "Disk Backup" name no cluster (docs/facts/atlas.md §6). */
  readonly clusterId: string | null;
  readonly clusterName: string | null;
};

/** Changes of a cluster's backup schedule. */
export const SCHEDULE_ACTS = ['CPS_SNAPSHOT_SCHEDULE_UPDATED_AUDIT'] as const;

/** Snapshots that were deleted, or whose retention was changed. */
export const SNAPSHOT_ACTS = ['CPS_SNAPSHOT_DELETED_AUDIT', 'CPS_SNAPSHOT_RETENTION_MODIFIED_AUDIT'] as const;

/** Changes of the project's Backup Compliance Policy, which also changes the schedules of its clusters. */
export const DATA_PROTECTION_ACTS = [
  'CPS_DATA_PROTECTION_ENABLE_REQUESTED',
  'CPS_DATA_PROTECTION_ENABLED',
  'CPS_DATA_PROTECTION_UPDATE_REQUESTED',
  'CPS_DATA_PROTECTION_UPDATED',
  'CPS_DATA_PROTECTION_DISABLE_REQUESTED',
  'CPS_DATA_PROTECTION_APPROVED_FOR_DISABLEMENT',
  'CPS_DATA_PROTECTION_DISABLED',
] as const;

/** What happened to a customer's encryption key. Atlas finds most of it by itself, so that such an event is an act only if it names somebody. */
export const KEY_EVENTS = ['AWS', 'AZURE', 'GCP'].flatMap((provider) =>
  ['VALID', 'INVALID', 'NEEDS_ROTATION', 'ROTATED'].map((what) => `${provider}_ENCRYPTION_KEY_${what}`),
);

/** The types of events that `ProjectMemory.acts` is made from. */
export const ACT_TYPES: readonly string[] = [...SCHEDULE_ACTS, ...SNAPSHOT_ACTS, ...DATA_PROTECTION_ACTS, ...KEY_EVENTS];

/** Loss of snapshots is reported for 72 h (docs/contract.md, clause 10), and an event may appear 7 h late (clause 16). */
const ACTS_KEPT_FOR: Duration = 3 * DAY + 7 * HOUR + CLOCKS_DIFFER;

/** Newest acts of each type that a project keeps. The limit is per type, so that a script that deletes thousands of snapshots hides no change of a schedule. */
const ACTS_KEPT = 50;

const TYPES: ReadonlySet<string> = new Set(ACT_TYPES);
const OF_KEYS: ReadonlySet<string> = new Set(KEY_EVENTS);

type FoldActs = {
  readonly now: Instant;
  /** The id of the listed cluster of that name; null if there is none. */
  readonly clusterNamed: (name: string) => string | null;
};

/**
 * Pure: the acts of both, oldest first, each once by its id: the feed is read with an overlap of hours. Acts that are older than 79 h are dropped, and of
 * each type the newest 50 are kept. Returns the same list if nothing changes, and undefined if there is none.
 */
export function foldActs(
  before: readonly Act[] | undefined,
  batch: Pick<EventBatch, 'events'> | null,
  { now, clusterNamed }: FoldActs,
): readonly Act[] | undefined {
  const from = now - ACTS_KEPT_FOR;
  // An act that named no cluster is replaced once Atlas, asked by name, has told its cluster (lib/collect/read-events.ts).
  const known = new Map(before?.map(({ id, clusterId }) => [id, clusterId]));
  const isNew = ({ id, clusterId }: AtlasEvent): boolean => !known.has(id) || (clusterId !== null && known.get(id) === null);
  const further = (batch?.events ?? []).filter((event) => isAct(event) && event.at > from && isNew(event));
  if (further.length === 0 && (before?.every(({ at }) => at > from) ?? true)) return before;
  const byId = new Map([...(before ?? []), ...further.map((event) => actOf(event, clusterNamed))].map((act) => [act.id, act]));
  const recent = [...byId.values()].filter(({ at }) => at > from).toSorted((a, b) => a.at - b.at);
  const kept = new Set([...Map.groupBy(recent, ({ type }) => type).values()].flatMap((acts) => acts.slice(-ACTS_KEPT)));
  return kept.size === 0 ? undefined : recent.filter((act) => kept.has(act));
}

function isAct({ type, actor }: AtlasEvent): boolean {
  return TYPES.has(type) && (actor !== null || !OF_KEYS.has(type));
}

function actOf({ id, type, at, actor, clusterId, clusterName }: AtlasEvent, clusterNamed: FoldActs['clusterNamed']): Act {
  return { id, type, at, actor, clusterId: clusterId ?? (clusterName === null ? null : clusterNamed(clusterName)), clusterName };
}

type ActsQuery = {
  readonly types: readonly string[];
  /** Null for what is about a whole project: then the acts of all its clusters count. */
  readonly clusterId: string | null;
  /** When the last check saw it as it was … */
  readonly from: Instant;
  /** … and when the first saw it changed. */
  readonly to: Instant;
};

/**
 * Pure: the acts that may explain a change between two checks, oldest first; of several of one type by the same actor the newest, so that a script which
 * changes a schedule ten times is named once. An act without a cluster may be about each cluster on which something changed, so
 * ask only for such clusters. Both ends are extended by the 10 minutes by which Atlas's clock may differ from ours (docs/contract.md, clause 16).
 */
export function actorsOf(acts: readonly Act[] | undefined, { types, clusterId, from, to }: ActsQuery): readonly Act[] {
  if (acts === undefined) return [];
  const found = acts.filter((act) => {
    const isAbout = clusterId === null || act.clusterId === clusterId || (act.clusterId === null && act.clusterName === null);
    return isAbout && types.includes(act.type) && act.at >= from - CLOCKS_DIFFER && act.at <= to + CLOCKS_DIFFER;
  });
  const newest = new Map(found.map((act) => [`${act.type}|${act.actor}`, act]));
  return [...newest.values()].toSorted((a, b) => a.at - b.at);
}

/** Who it was and from where: "alice@example.com, 203.0.113.7", "API key abcd, 203.0.113.7". */
export function actorInWords({ actor }: Pick<Act, 'actor'>): string {
  return actor ?? 'somebody whom Atlas does not name';
}

/** Who and when: "alice@example.com, 203.0.113.7 at 2026-11-22T11:40:00Z". */
export function actInWords(act: Pick<Act, 'actor' | 'at'>): string {
  return `${actorInWords(act)} at ${iso(act.at)}`;
}
