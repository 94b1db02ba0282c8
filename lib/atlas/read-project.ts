import { known, unknown, type Fact } from '../domain/fact.ts';
import type { AlertConfigFacts, ClusterFacts, EventBatch, ProjectFacts } from '../domain/facts.ts';
import { DAY } from '../domain/time.ts';
import type { OperationName, Query } from './operations.ts';
import { asFact, type Collection } from './read.ts';
import { clusterFacts, readClusterSnapshots, readSchedule, settleKind, type KindedCluster } from './read-cluster.ts';
import { readEvents } from './read-events.ts';
import { readRemains } from './read-remains.ts';
import { parseAlert, parseAlertConfig } from './schema/alerts.ts';
import { parseCluster, parseFlexCluster, type ListedCluster } from './schema/clusters.ts';
import { readEntries, type Entry, type Listing } from './schema/fields.ts';
import type { ProjectName } from './schema/projects.ts';

const CONFIGS_EVERY = DAY;

/** Reads one project: four requests, two for each dedicated cluster, one for each flex cluster. Never throws. */
export async function readProject(collection: Collection, project: ProjectName): Promise<ProjectFacts> {
  const [clusters, flexOwn, alerts, alertConfigs] = await Promise.all([
    list(collection, 'listClusters', project, parseCluster),
    list(collection, 'listFlexClusters', project, parseFlexCluster),
    list(collection, 'listAlerts', project, parseAlert, { status: 'OPEN' }),
    readAlertConfigs(collection, project),
  ]);
  const { dedicated, flex } = sorted(clusters, flexOwn);
  const wanted = leastRecentFirst(collection, project, [...dedicated, ...flex]);
  const { facts, events } = await readBackups(collection, project, wanted);
  const found = (listing: Fact<Listing<ListedCluster>>, own: readonly ListedCluster[]): Fact<readonly ClusterFacts[]> =>
    listing.known ? known(inOrder(own, facts), listing.asOf) : listing;
  const gaps = [...unreadableOf(clusters), ...unreadableOf(flexOwn)];
  const whole = clusters.known && flexOwn.known && gaps.length === 0;
  return {
    ...project,
    dedicated: found(clusters, dedicated),
    flex: found(flexOwn, flex),
    unreadable: gaps,
    events,
    alerts: alerts.known ? known(alerts.value.values, alerts.asOf) : alerts,
    ...(unreadableOf(alerts).length > 0 && { lostAlerts: unreadableOf(alerts) }),
    alertConfigs,
    remains: whole ? await readRemains(collection, project.id, [...facts.values()]) : {},
  };
}

function unreadableOf(listing: Fact<Listing<unknown>>): readonly string[] {
  return listing.known ? listing.value.unreadable : [];
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

/** They change seldom: once a day is enough. */
async function readAlertConfigs(collection: Collection, { id }: ProjectName): Promise<Fact<readonly AlertConfigFacts[]> | null> {
  const readAt = collection.hints.projects[id]?.alertConfigsReadAt ?? null;
  if (readAt !== null && collection.now - readAt < CONFIGS_EVERY) return null;
  return asFact(collection, async () => {
    const entries = await collection.client.list('listAlertConfigs', { groupId: id }, {}, collection.until);
    return entries.flatMap((entry) => parseAlertConfig(entry) ?? []);
  });
}

type Sorted = { readonly dedicated: readonly ListedCluster[]; readonly flex: readonly ListedCluster[] };

/** A flex cluster that only `/clusters` lists is a flex cluster all the same, and must not be lost between the two. */
function sorted(clusters: Fact<Listing<ListedCluster>>, flexOwn: Fact<Listing<ListedCluster>>): Sorted {
  const all = clusters.known ? clusters.value.values : [];
  const own = flexOwn.known ? flexOwn.value.values : [];
  const isFlex = (cluster: ListedCluster): boolean => cluster.kind.known && cluster.kind.value === 'flex';
  const ids = new Set(own.map((cluster) => cluster.id));
  const strays = flexOwn.known ? all.filter((cluster) => isFlex(cluster) && !ids.has(cluster.id)) : [];
  return { dedicated: all.filter((cluster) => !isFlex(cluster)), flex: [...own, ...strays] };
}

function leastRecentFirst(collection: Collection, project: ProjectName, clusters: readonly ListedCluster[]): readonly KindedCluster[] {
  const hints = collection.hints.projects[project.id]?.clusters ?? {};
  const readAt = ({ listed }: KindedCluster): number => hints[listed.id]?.readAt ?? Number.NEGATIVE_INFINITY;
  const kinded = clusters.map((listed) => settleKind(listed, hints[listed.id]));
  return kinded.toSorted((a, b) => (readAt(a) === readAt(b) ? 0 : readAt(a) - readAt(b)));
}

type Backups = { readonly facts: ReadonlyMap<string, ClusterFacts>; readonly events: Fact<EventBatch> };

/** Schedules first: they say how far back the events have to reach. */
async function readBackups(collection: Collection, project: ProjectName, clusters: readonly KindedCluster[]): Promise<Backups> {
  const schedules = await Promise.all(clusters.map((cluster) => readSchedule(collection, project.id, cluster)));
  const restoreWindowDays = schedules.flatMap((fact) => (fact.known ? (fact.value?.restoreWindowDays ?? []) : []));
  const named = clusters.filter(({ kind }) => kind === 'replicaSet' || kind === 'sharded').map(({ listed }) => listed);
  const [events, ...facts] = await Promise.all([
    asFact(collection, () => readEvents(collection, { projectId: project.id, clusters: named, restoreWindowDays })),
    ...clusters.map(async (cluster, index) => {
      const snapshots = await readClusterSnapshots(collection, project.id, cluster);
      return clusterFacts(cluster, schedules[index] ?? unknown('its schedule was not asked for'), snapshots);
    }),
  ]);
  return { events, facts: new Map(facts.map((cluster) => [cluster.id, cluster])) };
}

function inOrder(listed: readonly ListedCluster[], facts: ReadonlyMap<string, ClusterFacts>): readonly ClusterFacts[] {
  return listed.flatMap(({ id }) => facts.get(id) ?? []);
}
