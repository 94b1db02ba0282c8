import type { Instant } from '../../lib/domain/time.ts';
import { refuse } from './atlas-access.ts';
import type { AtlasAnswer, AtlasRequest } from './atlas-http.ts';
import { alertConfigJson, alertJson, eventsJson } from './atlas-event-json.ts';
import { clusterJson, flexClusterJson, flexSnapshotJson, projectJson, scheduleJson, snapshotJson, type Json } from './atlas-json.ts';
import type { EmulatedSecret } from './atlas-daily-routes.ts';
import { fine, page } from './atlas-page.ts';
import type { EmulatedCluster, EmulatedKey, EmulatedProject } from './atlas-model.ts';
import type { Recovery } from './atlas-restore.ts';

export type AtlasWorld = {
  readonly url: () => string;
  readonly now: () => Instant;
  readonly projects: EmulatedProject[];
  /** The types that a filter of events may name. */
  readonly eventTypes: Set<string>;
  readonly recovery: Recovery;
  /** The secrets of each service account, by its client id. */
  readonly accounts: Record<string, readonly EmulatedSecret[]>;
};

export type RouteContext = {
  readonly world: AtlasWorld;
  readonly request: AtlasRequest;
  readonly project: EmulatedProject;
  readonly cluster: EmulatedCluster;
  /** What the path names besides: an id. */
  readonly id: string;
  /** The request's, where the route takes one. */
  readonly body: Json;
};

export type Route = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Only the second service account has the role. */
  readonly restoreOnly: boolean;
  /** The documented fields of the body; null where none is documented. */
  readonly fields: readonly string[] | null;
  readonly pattern: RegExp;
  readonly version: string;
  readonly bucket: string;
  /** The documented query parameters, those of paging apart. */
  readonly query: readonly string[];
  readonly paged: boolean;
  readonly answer: (context: RouteContext) => AtlasAnswer | Promise<AtlasAnswer>;
};

const BASE = '/api/atlas/v2';
export const PROJECT = `${BASE}/groups/(?<project>[^/]+)`;
export const CLUSTER = `${PROJECT}/clusters/(?<cluster>[^/]+)`;
export const FLEX = `${PROJECT}/flexClusters/(?<cluster>[^/]+)`;

type Said = Partial<Pick<Route, 'query' | 'paged' | 'method' | 'restoreOnly' | 'fields'>>;

export function route(path: string, version: string, bucket: string, answer: Route['answer'], said: Said = {}): Route {
  const usual = { query: [], paged: true, method: 'GET', restoreOnly: false, fields: null } as const;
  return { ...usual, pattern: new RegExp(`^${path}$`), version, bucket, answer, ...said };
}

export const SINGLE = { paged: false };

/** Everything that the watch may ask. */
export const ROUTES: readonly Route[] = [
  route(`${BASE}/groups`, '2023-01-01', 'groups', (context) => page(context, context.world.projects.map(projectJson))),
  route(PROJECT, '2023-01-01', 'groups', ({ project }) => fine(projectJson(project)), SINGLE),
  route(`${PROJECT}/clusters`, '2024-08-05', 'clusters', (context) => page(context, listed(context.project, false)), {
    query: ['includeDeletedWithRetainedBackups'],
  }),
  route(`${PROJECT}/flexClusters`, '2024-11-13', 'flex', (context) => page(context, listed(context.project, true))),
  route(`${CLUSTER}/backup/schedule`, '2024-08-05', 'backup', schedule, SINGLE),
  route(`${CLUSTER}/backup/snapshots`, '2023-01-01', 'backup', replicaSetSnapshots, {
    query: ['pointInTimeUtcSeconds', 'oplogTs', 'oplogInc'],
  }),
  route(`${CLUSTER}/backup/snapshots/shardedClusters`, '2023-01-01', 'backup', shardedSnapshots, SINGLE),
  route(`${FLEX}/backup/snapshots`, '2024-11-13', 'flex', flexSnapshots),
  route(`${PROJECT}/events`, '2023-01-01', 'events', events, {
    query: ['eventType', 'excludedEventType', 'clusterNames', 'minDate', 'maxDate', 'includeRaw'],
  }),
  route(`${PROJECT}/alerts`, '2023-01-01', 'alerts', alerts, { query: ['status'] }),
  route(`${PROJECT}/alertConfigs`, '2023-01-01', 'alertConfigs', (context) =>
    page(
      context,
      context.project.alertConfigs.map((one, index) => alertConfigJson(one, context.project, index)),
    ),
  ),
  route(`${BASE}/eventTypes`, '2023-01-01', 'eventTypes', (context) =>
    page(
      context,
      [...context.world.eventTypes].map((eventType) => ({ eventType, description: eventType, alertable: false })),
    ),
  ),
];

function listed(project: EmulatedProject, flex: boolean): readonly Json[] {
  const there = project.clusters.filter(({ presence, kind }) => presence === 'listed' && (kind === 'flex') === flex);
  return there.map((cluster) => (flex ? flexClusterJson(cluster, project.id) : clusterJson(cluster, project.id)));
}

function schedule({ world, cluster }: RouteContext): AtlasAnswer {
  if (cluster.kind === 'flex') return notFlex(cluster);
  if (cluster.kind === 'free' || !cluster.backup)
    return refuse(404, 'BACKUP_CONFIG_NOT_FOUND', `No backup configuration exists for cluster ${cluster.name}.`);
  cluster.sync(world.now());
  return fine(scheduleJson(cluster));
}

export function notFlex({ name }: EmulatedCluster): AtlasAnswer {
  return refuse(400, 'CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API', `Flex cluster ${name} cannot be used in the Cluster API.`, [name]);
}

/** Newest first. Rendered anew only where something can have changed since. */
function snapshotsOf(world: AtlasWorld, cluster: EmulatedCluster, key: EmulatedKey | null = null): readonly Json[] {
  const now = world.now();
  cluster.sync(now);
  const kept = rendered.get(cluster);
  if (kept !== undefined && kept.version === cluster.version && kept.key === key && now >= kept.from && now < kept.until) return kept.items;
  const newest = cluster.snapshots.filter((one) => one.requestedAt <= now).toSorted((a, b) => b.requestedAt - a.requestedAt);
  const items = newest.map((one) => (cluster.kind === 'flex' ? flexSnapshotJson(one, now) : snapshotJson(one, cluster, now, key)));
  const changes = cluster.snapshots.flatMap((one) => [one.requestedAt, one.requestedAt + 20_000, one.completedAt]).filter((at) => at > now);
  rendered.set(cluster, { version: cluster.version, key, from: now, until: Math.min(...changes, Number.POSITIVE_INFINITY), items });
  return items;
}

const rendered = new WeakMap<
  EmulatedCluster,
  { version: number; key: EmulatedKey | null; from: Instant; until: Instant; items: readonly Json[] }
>();

function replicaSetSnapshots(context: RouteContext): AtlasAnswer {
  const { world, cluster, project } = context;
  if (cluster.kind === 'flex') return notFlex(cluster);
  return page(context, cluster.kind === 'sharded' ? [] : snapshotsOf(world, cluster, project.key));
}

function shardedSnapshots({ world, cluster, project }: RouteContext): AtlasAnswer {
  if (cluster.kind === 'flex') return notFlex(cluster);
  const results = cluster.kind === 'sharded' ? snapshotsOf(world, cluster, project.key) : [];
  return fine({ links: [], results, totalCount: results.length });
}

function flexSnapshots(context: RouteContext): AtlasAnswer {
  const { world, cluster } = context;
  return cluster.kind === 'flex' ? page(context, snapshotsOf(world, cluster)) : onlyFlex(cluster);
}

export function onlyFlex({ name }: EmulatedCluster): AtlasAnswer {
  return refuse(400, 'CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API', `Cannot use non-flex cluster ${name} in the flex API.`, [name]);
}

function events(context: RouteContext): AtlasAnswer {
  const { world, request, project } = context;
  const types = request.query.getAll('eventType');
  const strange = types.find((type) => !world.eventTypes.has(type));
  if (strange !== undefined) return refuse(400, 'INVALID_ENUM_VALUE', `An invalid enumeration value ${strange} was specified.`, [strange]);
  for (const cluster of project.clusters) cluster.sync(world.now());
  const names = request.query.getAll('clusterNames');
  const from = Date.parse(request.query.get('minDate') ?? '2000-01-01T00:00:00Z');
  const to = Math.min(Date.parse(request.query.get('maxDate') ?? '2200-01-01T00:00:00Z'), world.now());
  const found = eventsJson(project, from, to).filter((event) => {
    const owner = event['hiddenCluster'] ?? event['clusterName'];
    return (types.length === 0 || types.includes(String(event['eventTypeName']))) && (names.length === 0 || names.includes(String(owner)));
  });
  // What the emulator keeps for itself does not go out; a hidden cluster is one that only `clusterNames` tells.
  return page(
    context,
    found.map(({ createdMs: _at, hiddenCluster: _owner, ...event }) => event),
  );
}

function alerts(context: RouteContext): AtlasAnswer {
  const { request, project } = context;
  const status = request.query.get('status');
  if (status !== null && !['OPEN', 'TRACKING', 'CLOSED'].includes(status))
    return refuse(400, 'INVALID_ENUM_VALUE', `An invalid enumeration value ${status} was specified.`, [status]);
  return page(
    context,
    project.alerts.filter((alert) => status === null || alert.status === status).map((alert) => alertJson(alert, project.id)),
  );
}
