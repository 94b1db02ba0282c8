import { known, type Fact } from '../domain/facts/fact.ts';
import type { ClusterFacts, EventBatch, ProjectFacts } from '../domain/facts/facts.ts';
import { NOT_READ } from './client/atlas-error.ts';
import type { OperationName, Query } from './client/operations.ts';
import { asFact, type Collection } from './as-fact.ts';
import { readDaily } from './read-daily.ts';
import { readClusterSnapshots, readSchedule, settleKind, type KindedCluster } from './read-cluster.ts';
import { missingQuota, withMissingSnapshots } from './read-missing-snapshots.ts';
import { readEvents } from './read-events.ts';
import { readRemains } from './read-snapshots.ts';
import { parseAlert, withClusters } from './schema/alerts.ts';
import { parseCluster, parseFlexCluster, type ListedCluster } from './schema/clusters.ts';
import { readEntries, type Entry, type Listing } from './schema/answer-fields.ts';
import type { ProjectName } from './schema/projects.ts';

/** Reads one project: four requests and, once a day, three more; two for each dedicated cluster, one for each flex cluster. Never throws. */
export async function readProject(collection: Collection, project: ProjectName): Promise<ProjectFacts> {
  const [clusters, flexOwn, alerts, daily] = await Promise.all([
    list(collection, 'listClusters', project, parseCluster),
    list(collection, 'listFlexClusters', project, parseFlexCluster),
    list(collection, 'listAlerts', project, parseAlert, { status: 'OPEN' }),
    readDaily(collection, project.id),
  ]);
  const { dedicated, flex } = sorted(clusters, flexOwn);
  const wanted = leastRecentFirst(collection, project, [...dedicated, ...flex]);
  const { facts, events } = await readBackups(collection, project, wanted);
  const found = (listing: Fact<Listing<ListedCluster>>, own: readonly ListedCluster[]): Fact<readonly ClusterFacts[]> => {
    const read = own.flatMap(({ id }) => facts.get(id) ?? []);
    return listing.known ? known(read, listing.asOf) : listing;
  };
  const gaps = [clusters, flexOwn].flatMap((listing) => listed(listing).unreadable);
  const whole = clusters.known && flexOwn.known && gaps.length === 0;
  return {
    ...project,
    dedicated: found(clusters, dedicated),
    flex: found(flexOwn, flex),
    unreadable: gaps,
    events,
    alerts: alerts.known ? known(withClusters(alerts.value.values, listed(clusters).values), alerts.asOf) : alerts,
    ...(listed(alerts).unreadable.length > 0 && { lostAlerts: listed(alerts).unreadable }),
    daily,
    remains: whole ? await readRemains(collection, project.id, [...facts.values()]) : {},
  };
}

function listed<T>(listing: Fact<Listing<T>>): Listing<T> {
  return listing.known ? listing.value : { values: [], unreadable: [] };
}

type Parse<T> = (entry: unknown, now: number) => Entry<T>;

function list<T>(
  collection: Collection,
  operation: OperationName,
  project: ProjectName,
  parse: Parse<T>,
  query: Query = {},
): Promise<Fact<Listing<T>>> {
  return asFact(collection, async () => {
    const entries = await collection.client.list(operation, { groupId: project.id }, query, collection.until);
    return readEntries(entries, (entry) => parse(entry, collection.now));
  });
}

type Sorted = { readonly dedicated: readonly ListedCluster[]; readonly flex: readonly ListedCluster[] };

/** A flex cluster that only `/clusters` lists belongs to the flex clusters, so that it is in exactly one of the two lists. */
function sorted(clusters: Fact<Listing<ListedCluster>>, flexOwn: Fact<Listing<ListedCluster>>): Sorted {
  const [all, own] = [listed(clusters).values, listed(flexOwn).values];
  const isFlex = (cluster: ListedCluster): boolean => cluster.kind.known && cluster.kind.value === 'flex';
  const ids = new Set(own.map((cluster) => cluster.id));
  const strays = flexOwn.known ? all.filter((cluster) => isFlex(cluster) && !ids.has(cluster.id)) : [];
  return { dedicated: all.filter((cluster) => !isFlex(cluster)), flex: [...own, ...strays] };
}

function leastRecentFirst(collection: Collection, project: ProjectName, clusters: readonly ListedCluster[]): readonly KindedCluster[] {
  const hints = collection.hints.projects[project.id]?.clusters ?? {};
  const readAt = ({ listed }: KindedCluster): number => hints[listed.id]?.readAt ?? 0;
  return clusters.map((listed) => settleKind(listed, hints[listed.id])).toSorted((a, b) => readAt(a) - readAt(b));
}

type Backups = { readonly facts: ReadonlyMap<string, ClusterFacts>; readonly events: Fact<EventBatch> };

/** Reads schedules first, because they say how far back the events have to reach. */
async function readBackups(collection: Collection, { id: projectId }: ProjectName, clusters: readonly KindedCluster[]): Promise<Backups> {
  const scheduled = await Promise.all(
    clusters.map(async (cluster) => ({ cluster, schedule: await readSchedule(collection, projectId, cluster) })),
  );
  const restoreWindowDays = scheduled.flatMap(({ schedule }) => (schedule.known ? (schedule.value?.restoreWindowDays ?? []) : []));
  const quota = missingQuota(collection, projectId);
  const named = clusters.filter(({ kind }) => kind === 'replicaSet' || kind === 'sharded').map(({ listed }) => listed);
  const [events, ...facts] = await Promise.all([
    asFact(collection, () => readEvents(collection, { projectId, clusters: named, restoreWindowDays })),
    ...scheduled.map(async ({ cluster, schedule }) => {
      const list = await readClusterSnapshots(collection, projectId, cluster);
      const { snapshots, goneSnapshots } = await withMissingSnapshots(collection, quota, cluster, list);
      const cut = [schedule, snapshots].some((fact) => !fact.known && fact.reason === NOT_READ);
      return { ...cluster.listed, kind: cluster.kind, read: !cut, schedule, snapshots, ...(goneSnapshots && { goneSnapshots }) };
    }),
  ]);
  return { events, facts: new Map(facts.map((cluster) => [cluster.id, cluster])) };
}
