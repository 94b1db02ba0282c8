import { DAY, iso, MINUTE, SECOND, type Instant } from '../../lib/domain/time.ts';
import { refuse } from './atlas-access.ts';
import type { AtlasAnswer } from './atlas-http.ts';
import { objectId, type EmulatedCluster } from './atlas-model.ts';
import { fine } from './atlas-page.ts';
import { CLUSTER, notFlex, route, SINGLE, type Route, type RouteContext } from './atlas-routes.ts';

export type EmulatedOutage = {
  readonly id: string;
  readonly startedAt: Instant;
  readonly filters: readonly unknown[];
  endAskedAt: Instant | null;
};

const REQUESTED_FOR = 10 * SECOND;
const MOVES_FOR = 5 * MINUTE;

/** Which errors Atlas answers here is documented nowhere: those of a general kind stand for them. */
export const OUTAGE_ROUTES: readonly Route[] = [
  route(`${CLUSTER}/outageSimulation`, '2023-01-01', 'outage', read, SINGLE),
  route(`${CLUSTER}/outageSimulation`, '2023-01-01', 'outage', start, {
    method: 'POST',
    restoreOnly: true,
    paged: false,
    fields: ['outageFilters'],
  }),
  route(`${CLUSTER}/outageSimulation`, '2023-01-01', 'outage', finish, { method: 'DELETE', restoreOnly: true, paged: false }),
];

type State = 'START_REQUESTED' | 'STARTING' | 'SIMULATING' | 'RECOVERY_REQUESTED' | 'RECOVERING' | 'COMPLETE';

function stateOf({ startedAt, endAskedAt }: EmulatedOutage, now: Instant): State {
  const began = endAskedAt ?? startedAt;
  const [asked, moving, there]: readonly [State, State, State] =
    endAskedAt === null ? ['START_REQUESTED', 'STARTING', 'SIMULATING'] : ['RECOVERY_REQUESTED', 'RECOVERING', 'COMPLETE'];
  if (now < began + REQUESTED_FOR) return asked;
  return now < began + REQUESTED_FOR + MOVES_FOR ? moving : there;
}

function answered({ world, project, cluster }: RouteContext, outage: EmulatedOutage): AtlasAnswer {
  return fine({
    id: outage.id,
    groupId: project.id,
    clusterName: cluster.name,
    state: stateOf(outage, world.now()),
    startRequestDate: iso(outage.startedAt),
    expirationDate: iso(outage.startedAt + 3 * DAY),
    outageFilters: outage.filters,
  });
}

function none({ name }: EmulatedCluster): AtlasAnswer {
  return refuse(404, 'RESOURCE_NOT_FOUND', `No outage simulation exists for cluster ${name}.`, [name]);
}

function invalid(what: string): AtlasAnswer {
  return refuse(400, 'VALIDATION_ERROR', `The request content produced the validation error: ${what}.`, [what]);
}

function read(context: RouteContext): AtlasAnswer {
  const outage = context.world.recovery.outages.get(context.cluster);
  return outage === undefined ? none(context.cluster) : answered(context, outage);
}

function start(context: RouteContext): AtlasAnswer {
  const { world, cluster, project, body } = context;
  if (cluster.kind === 'flex') return notFlex(cluster);
  const filters: readonly unknown[] = Array.isArray(body['outageFilters']) ? body['outageFilters'] : [];
  const running = world.recovery.outages.get(cluster);
  if (running !== undefined && stateOf(running, world.now()) !== 'COMPLETE') return invalid('an outage is being simulated already');
  if (cluster.regions.length < 2) return invalid('the cluster is in one region only');
  if (filters.length === 0 || !filters.every((filter) => isRegionOf(cluster, filter))) return invalid('outageFilters');
  const outage = { id: objectId(world.now()), startedAt: world.now(), filters, endAskedAt: null };
  world.recovery.outages.set(cluster, outage);
  project.addEvent('CLUSTER_REGIONAL_OUTAGE_SIMULATION_STARTED', 0, { clusterName: cluster.name });
  return answered(context, outage);
}

function isRegionOf(cluster: EmulatedCluster, filter: unknown): boolean {
  const known = cluster.regions.map(({ provider, region }) => [
    ['cloudProvider', provider],
    ['regionName', region],
    ['type', 'REGION'],
  ]);
  const entries = typeof filter === 'object' && filter !== null ? Object.entries(filter).toSorted(([a], [b]) => a.localeCompare(b)) : [];
  return known.some((one) => JSON.stringify(one) === JSON.stringify(entries));
}

function finish(context: RouteContext): AtlasAnswer {
  const { world, cluster, project } = context;
  const outage = world.recovery.outages.get(cluster);
  if (outage === undefined) return none(cluster);
  if (outage.endAskedAt !== null) return invalid('the outage is being ended already');
  outage.endAskedAt = world.now();
  project.addEvent('CLUSTER_REGIONAL_OUTAGE_SIMULATION_END_REQUESTED', 0, { clusterName: cluster.name });
  world.recovery.agenda.at(
    world.now() + REQUESTED_FOR + MOVES_FOR,
    (at) => void project.addEvent('CLUSTER_REGIONAL_OUTAGE_SIMULATION_COMPLETED', project.age(at), { clusterName: cluster.name }),
  );
  return answered(context, outage);
}
