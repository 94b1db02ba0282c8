import type { Fact } from '../domain/facts/fact.ts';
import type { AtlasEvent, EventBatch, LostEvent } from '../domain/facts/facts.ts';
import { NOBODY } from '../domain/memory/memory.ts';
import { ACT_TYPES } from '../domain/memory/who-did-it.ts';
import { DAY, HOUR, iso, MINUTE, type Duration, type Instant } from '../domain/time.ts';
import { isRefusal } from './client/atlas-error.ts';
import type { Query } from './client/operations.ts';
import { asFact, type Collection } from './as-fact.ts';
import { lostEvent, parseEvent } from './schema/events.ts';

/** Events of the oplog and of restores, which in Atlas's answers carry no cluster (docs/facts/atlas.md §6). */
const UNATTRIBUTED: readonly string[] = [
  'CPS_OPLOG_BEHIND',
  'CPS_OPLOG_BEHIND_AUDIT',
  'CPS_OPLOG_CAUGHT_UP',
  'CPS_OPLOG_CAUGHT_UP_AUDIT',
  'CPS_RESTORE_SUCCESSFUL',
  'CPS_RESTORE_FAILED',
  'CPS_RESTORE_REQUESTED_AUDIT',
];

/** All types that checks read. */
export const EVENT_TYPES: readonly string[] = [
  ...UNATTRIBUTED,
  ...ACT_TYPES,
  'CPS_SNAPSHOT_SUCCESSFUL',
  'CPS_SNAPSHOT_FAILED',
  'CPS_COPY_SNAPSHOT_FAILED',
  'CPS_COPY_SNAPSHOT_SUCCESSFUL',
  'CPS_EXPORT_FAILED',
  'CPS_AUTO_EXPORT_FAILED',
  'CPS_EXPORT_SUCCESSFUL',
  'CLUSTER_DELETED',
  'CLUSTER_DELETE_SUBMITTED',
  'CLUSTER_UPDATE_COMPLETED',
  'CLUSTER_AUTOMATICALLY_PAUSED',
  'SERVERLESS_INSTANCE_DELETED',
  'GROUP_DELETED',
  ...['AWS', 'AZURE', 'GCP'].flatMap((provider) =>
    ['VALID', 'INVALID', 'NEEDS_ROTATION', 'ROTATED'].map((state) => `${provider}_ENCRYPTION_KEY_${state}`),
  ),
];

/**
 * An event may appear in the feed up to 7 h after it happened (docs/contract.md, clause 16), and clocks may differ by 10 minutes. That span is read again,
 * and known events are recognised by their ids.
 */
const OVERLAP: Duration = 7 * HOUR + 10 * MINUTE;
const LEAST_WINDOW: Duration = 7 * DAY;

export type NamedCluster = { readonly id: string; readonly name: string };
type Wanted = {
  readonly projectId: string;
  /** Clusters that an event without a cluster may belong to. */
  readonly clusters: readonly NamedCluster[];
  /** Of the project's schedules. */
  readonly restoreWindowDays: readonly number[];
};

/** Where reading begins: the cursor minus the overlap, or earlier if the restore windows reach back further than what is stored. */
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
  const project = collection.hints.projects[projectId];
  const since = eventsSince(project?.events ?? null, restoreWindowDays, collection.now);
  const minDate = iso(since);
  const { values, lost } = await listEvents(collection, projectId, EVENT_TYPES, { minDate });
  const attributed = await attribute(
    values,
    { clusters, known: project?.eventOwners ?? {}, doubtful: project?.doubtful ?? [] },
    ({ name }, types) => asFact(collection, () => listEvents(collection, projectId, types, { minDate, clusterNames: name })),
  );
  return { since, until: collection.now, ...attributed, ...(lost.length > 0 && { lost }) };
}

type Listed = { readonly values: readonly AtlasEvent[]; readonly lost: readonly LostEvent[] };

async function listEvents(collection: Collection, projectId: string, types: readonly string[], query: Query): Promise<Listed> {
  const ask = (eventType: readonly string[]): Promise<readonly unknown[]> =>
    collection.client.list('listEvents', { groupId: projectId }, { ...query, eventType }, collection.until);
  const entries = await ask(types).catch(async (error: unknown) => {
    if (!isRefusal(error, 400, 'INVALID_ENUM_VALUE', 'DEPRECATED_EVENT_TYPE')) throw error;
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

type Attribution = {
  readonly clusters: readonly NamedCluster[];
  /** The owners that earlier runs have found: the overlap shows the same events for hours. */
  readonly known: Readonly<Record<string, string>>;
  /** Ids of the audit events that may be about several clusters (`doubtfulActs`). */
  readonly doubtful: readonly string[];
};

type EventsOf = (cluster: NamedCluster, types: readonly string[]) => Promise<Fact<Listed>>;

/**
 * Asks again, by each cluster, for events without a cluster, unless an earlier run has. An event that is in the answer for exactly one cluster belongs to
 * that cluster. If the answer for a cluster cannot be read, its events stay with the project, where they are still evaluated.
 */
async function attribute(
  events: readonly AtlasEvent[],
  { clusters, known, doubtful }: Attribution,
  eventsOf: EventsOf,
): Promise<Pick<EventBatch, 'events' | 'owners'>> {
  const isWanted = ({ id, type, clusterId, clusterName }: AtlasEvent): boolean =>
    clusterId === null && clusterName === null && (UNATTRIBUTED.includes(type) || doubtful.includes(id) || known[id] !== undefined);
  const asked = events.filter(isWanted);
  const wanted = asked.map(({ id }) => id);
  if (wanted.length === 0) return { events };
  const types = [...new Set([...UNATTRIBUTED, ...asked.map(({ type }) => type)])];
  const found = wanted.every((id) => known[id] !== undefined) ? {} : await ownersOf(wanted, clusters, (one) => eventsOf(one, types));
  const owners = Object.fromEntries(
    wanted.flatMap((id) => {
      const owner = known[id] ?? found[id];
      return owner === undefined ? [] : [[id, owner] as const];
    }),
  );
  const names = new Map(clusters.map(({ id, name }) => [id, name]));
  const attributed = events.map((event) => {
    const clusterId = owners[event.id] ?? NOBODY;
    return clusterId === NOBODY ? event : { ...event, clusterId, clusterName: names.get(clusterId) ?? null };
  });
  return { events: attributed, owners };
}

/** The ids of the clusters that these events belong to; `NOBODY` if every answer was read and none, or more than one, has the event. */
async function ownersOf(
  wanted: readonly string[],
  clusters: readonly NamedCluster[],
  eventsOf: (cluster: NamedCluster) => Promise<Fact<Listed>>,
): Promise<Readonly<Record<string, string>>> {
  const answers = await Promise.all(clusters.map(async (cluster) => ({ cluster, answer: await eventsOf(cluster) })));
  const claims = answers.flatMap(({ cluster, answer }) => (answer.known ? answer.value.values.map(({ id }) => ({ id, cluster })) : []));
  const claimsById = Map.groupBy(claims, ({ id }) => id);
  const isComplete = answers.every(({ answer }) => answer.known);
  return Object.fromEntries(
    wanted.flatMap((id) => {
      const [claim, another] = claimsById.get(id) ?? [];
      if (claim !== undefined && another === undefined) return [[id, claim.cluster.id] as const];
      return isComplete ? [[id, NOBODY] as const] : [];
    }),
  );
}
