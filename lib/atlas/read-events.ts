import type { AtlasEvent, EventBatch, LostEvent } from '../domain/facts.ts';
import { DAY, HOUR, iso, type Duration, type Instant } from '../domain/time.ts';
import { AtlasError } from './error.ts';
import type { Query } from './operations.ts';
import type { Collection } from './read.ts';
import { lostEvent, parseEvent } from './schema/events.ts';

/** Of the oplog and of restores: Atlas's own views of these carry no cluster (facts/atlas-api §6). */
const UNATTRIBUTED = [
  'CPS_OPLOG_BEHIND',
  'CPS_OPLOG_BEHIND_AUDIT',
  'CPS_OPLOG_CAUGHT_UP',
  'CPS_OPLOG_CAUGHT_UP_AUDIT',
  'CPS_RESTORE_SUCCESSFUL',
  'CPS_RESTORE_FAILED',
  'CPS_RESTORE_REQUESTED_AUDIT',
] as const;

/** Every type that a check reads. */
export const EVENT_TYPES: readonly string[] = [
  ...UNATTRIBUTED,
  'CPS_SNAPSHOT_SUCCESSFUL',
  'CPS_SNAPSHOT_FAILED',
  'CLUSTER_DELETED',
  'CLUSTER_DELETE_SUBMITTED',
  'CLUSTER_UPDATE_COMPLETED',
  'CLUSTER_AUTOMATICALLY_PAUSED',
  'SERVERLESS_INSTANCE_DELETED',
  'GROUP_DELETED',
];

/** Events may arrive late, in the feed or at the clock that reads it: the last hours are read again and known by their ids. */
const OVERLAP: Duration = 2 * HOUR;
const LEAST_WINDOW: Duration = 7 * DAY;

export type NamedCluster = { readonly id: string; readonly name: string };
type Wanted = {
  readonly projectId: string;
  /** Clusters that an event without a cluster may belong to. */
  readonly clusters: readonly NamedCluster[];
  /** Of the project's schedules. */
  readonly restoreWindowDays: readonly number[];
};

/** Where reading begins: the cursor less the overlap, or further back where the restore windows reach further than what is stored. */
export function eventsSince(
  stored: { readonly since: Instant; readonly until: Instant } | null,
  restoreWindowDays: readonly number[],
  now: Instant,
): Instant {
  const window = Math.max(LEAST_WINDOW, ...restoreWindowDays.map((days) => days * DAY));
  const wanted = now - window - DAY;
  return stored === null || wanted < stored.since ? wanted : Math.min(stored.until, now) - OVERLAP;
}

/** The project's events of the types that are used. Throws `AtlasError`. */
export async function readEvents(collection: Collection, { projectId, clusters, restoreWindowDays }: Wanted): Promise<EventBatch> {
  const stored = collection.hints.projects[projectId]?.events ?? null;
  const since = eventsSince(stored, restoreWindowDays, collection.now);
  const { values, lost } = await listEvents(collection, projectId, since, EVENT_TYPES, {});
  const events = await attribute(collection, projectId, since, clusters, values);
  return { since, until: collection.now, events, ...(lost.length > 0 && { lost }) };
}

type Listed = { readonly values: readonly AtlasEvent[]; readonly lost: readonly LostEvent[] };

async function listEvents(
  collection: Collection,
  projectId: string,
  since: Instant,
  types: readonly string[],
  query: Query,
): Promise<Listed> {
  const ask = (eventType: readonly string[]): Promise<readonly unknown[]> =>
    collection.client.list('listEvents', { groupId: projectId }, { ...query, eventType, minDate: iso(since) }, collection.until);
  const entries = await ask(types).catch(async (error: unknown) => {
    if (!refusesType(error)) throw error;
    const live = await collection.eventTypes();
    return ask(types.filter((type) => live.has(type)));
  });
  const asked = new Set(types);
  const parsed = entries.map((entry) => ({ entry, event: parseEvent(entry, collection.now) }));
  return {
    values: parsed.flatMap(({ event }) => (event.kind === 'usable' && asked.has(event.value.type) ? [event.value] : [])),
    lost: parsed
      .flatMap(({ entry, event }) => (event.kind === 'unreadable' ? [lostEvent(entry, event.sentence)] : []))
      .filter(({ type }) => type === null || asked.has(type)),
  };
}

function refusesType(error: unknown): boolean {
  return (
    error instanceof AtlasError && error.status === 400 && (error.code === 'INVALID_ENUM_VALUE' || error.code === 'DEPRECATED_EVENT_TYPE')
  );
}

/** Events without a cluster are asked for once more by each cluster's name; one that exactly one cluster's answer holds is that one's. */
async function attribute(
  collection: Collection,
  projectId: string,
  since: Instant,
  clusters: readonly NamedCluster[],
  events: readonly AtlasEvent[],
): Promise<readonly AtlasEvent[]> {
  const types: readonly string[] = UNATTRIBUTED;
  const nobodys = new Set(
    events.filter((event) => types.includes(event.type) && event.clusterId === null && event.clusterName === null).map((event) => event.id),
  );
  if (nobodys.size === 0) return events;
  const owners = new Map<string, NamedCluster[]>();
  const answers = clusters.map((cluster) => claim(collection, projectId, since, cluster));
  for (const { cluster, ids } of await Promise.all(answers)) {
    for (const id of ids) if (nobodys.has(id)) owners.set(id, [...(owners.get(id) ?? []), cluster]);
  }
  return events.map((event) => {
    const [owner, another] = owners.get(event.id) ?? [];
    return owner === undefined || another !== undefined ? event : { ...event, clusterId: owner.id, clusterName: owner.name };
  });
}

type Claim = { readonly cluster: NamedCluster; readonly ids: readonly string[] };

/** A cluster whose answer cannot be read claims nothing: the event stays the project's, where it is still seen. */
async function claim(collection: Collection, projectId: string, since: Instant, cluster: NamedCluster): Promise<Claim> {
  try {
    const { values } = await listEvents(collection, projectId, since, UNATTRIBUTED, { clusterNames: cluster.name });
    return { cluster, ids: values.map((event) => event.id) };
  } catch (error) {
    if (error instanceof AtlasError && error.kind === 'deadline') collection.cutOff();
    return { cluster, ids: [] };
  }
}
