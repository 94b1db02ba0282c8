import { DAY, HOUR, MINUTE, type Duration, type Instant } from '../../lib/domain/time.ts';
import { Access, Buckets, CREDENTIALS, refuse, RESTORE_CREDENTIALS, type Limit } from './atlas-access.ts';
import { startAtlasHttp, type AtlasAnswer, type AtlasHttp, type AtlasRequest } from './atlas-http.ts';
import { EmulatedProject, type EmulatedCluster } from './atlas-model.ts';
import type { Json } from './atlas-json.ts';
import { DAILY_ROUTES, emulatedSecret, type EmulatedSecret } from './atlas-daily-routes.ts';
import { createRecovery, type Recovery } from './atlas-restore.ts';
import { bodyOf } from './atlas-restore-body.ts';
import { RESTORE_ROUTES } from './atlas-restore-routes.ts';
import { ROUTES, type AtlasWorld, type Route } from './atlas-routes.ts';
import { createVerbs, type AtlasVerbs } from './atlas-verbs.ts';

export type AtlasEmulatorOptions = { readonly now?: () => Instant; readonly port?: number; readonly latencyMs?: Duration };

export type AtlasEmulator = AtlasHttp &
  AtlasVerbs & {
    readonly credentials: typeof CREDENTIALS;
    readonly projects: EmulatedProject[];
    readonly eventTypes: Set<string>;
    /** The secrets of each service account, by its client id: of each one that lives 300 days more. */
    readonly accounts: Record<string, readonly EmulatedSecret[]>;
    /** What Atlas does not document, and got refused: "METHOD target". */
    readonly refused: string[];
    readonly limits: Record<string, Limit>;
    /** Restores, and what goes wrong with them. */
    readonly recovery: Recovery;
    readonly addProject: (name: string) => EmulatedProject;
    /** Every access token and digest nonce so far is worth nothing. */
    readonly revoke: () => void;
    /** Requests to the API itself, those for tokens apart. */
    readonly apiRequests: () => readonly AtlasRequest[];
  };

/** The types that this emulator knows of, from Atlas's own list. */
const EVENT_TYPES = [
  ...['BEHIND', 'BEHIND_AUDIT', 'CAUGHT_UP', 'CAUGHT_UP_AUDIT'].map((type) => `CPS_OPLOG_${type}`),
  ...['STARTED', 'SUCCESSFUL', 'FAILED', 'BEHIND', 'FALLBACK_SUCCESSFUL', 'DELETED_AUDIT'].map((type) => `CPS_SNAPSHOT_${type}`),
  ...['RETENTION_MODIFIED_AUDIT', 'SCHEDULE_UPDATED_AUDIT'].map((type) => `CPS_SNAPSHOT_${type}`),
  ...['ENABLE_REQUESTED', 'ENABLED', 'UPDATE_REQUESTED', 'UPDATED', 'DISABLE_REQUESTED', 'APPROVED_FOR_DISABLEMENT', 'DISABLED'].map(
    (type) => `CPS_DATA_PROTECTION_${type}`,
  ),
  ...['STARTED', 'FAILED', 'FAILED_WILL_RETRY', 'SUCCESSFUL'].map((type) => `CPS_COPY_SNAPSHOT_${type}`),
  'CPS_EXPORT_SUCCESSFUL',
  'CPS_EXPORT_FAILED',
  'CPS_AUTO_EXPORT_FAILED',
  ...['AWS', 'AZURE', 'GCP'].flatMap((provider) =>
    ['VALID', 'INVALID', 'NEEDS_ROTATION', 'ROTATED'].map((type) => `${provider}_ENCRYPTION_KEY_${type}`),
  ),
  ...['SUCCESSFUL', 'FAILED', 'REQUESTED_AUDIT'].map((type) => `CPS_RESTORE_${type}`),
  ...['CREATED', 'DELETED', 'DELETE_SUBMITTED', 'UPDATE_SUBMITTED', 'UPDATE_COMPLETED', 'AUTOMATICALLY_PAUSED'].map(
    (type) => `CLUSTER_${type}`,
  ),
  ...['STARTED', 'FAILED_TO_START', 'END_REQUESTED', 'COMPLETED'].map((type) => `CLUSTER_REGIONAL_OUTAGE_SIMULATION_${type}`),
  ...['AWS', 'AZURE', 'GCP'].flatMap((provider) =>
    ['VALID', 'INVALID', 'NEEDS_ROTATION', 'ROTATED'].map((state) => `${provider}_ENCRYPTION_KEY_${state}`),
  ),
  'CPS_ON_DEMAND_SNAPSHOT_REQUESTED',
  'TEST_FAILOVER_REQUESTED',
  'PRIMARY_ELECTED',
  'CPS_PREV_SNAPSHOT_OLD',
  'SERVERLESS_INSTANCE_DELETED',
  'GROUP_DELETED',
];

/** An Atlas organisation that lives with the clock, and refuses what Atlas does not document. */
export async function startAtlasEmulator({ now = Date.now, port = 0, latencyMs = 0 }: AtlasEmulatorOptions = {}): Promise<AtlasEmulator> {
  const refused: string[] = [];
  const access = new Access(now);
  const buckets = new Buckets(now);
  const projects: EmulatedProject[] = [];
  const recovery = createRecovery({ now, projects, fault: (...given) => http.fault(...given) });
  const world: AtlasWorld = { url: () => http.url, now, projects, eventTypes: new Set(EVENT_TYPES), recovery, accounts: accountsAt(now()) };
  const http: AtlasHttp = await startAtlasHttp({
    port,
    latencyMs,
    handle: (request) => handle({ world, access, buckets, refused }, request),
  });
  const { close } = http;
  return Object.assign(http, createVerbs(now, world.projects), {
    recovery,
    close: async () => {
      await close();
      await recovery.data.close();
    },
    credentials: CREDENTIALS,
    projects: world.projects,
    eventTypes: world.eventTypes,
    accounts: world.accounts,
    refused,
    limits: buckets.limits,
    addProject(name: string) {
      const project = new EmulatedProject(name, now);
      world.projects.push(project);
      return project;
    },
    revoke: () => access.revoke(),
    apiRequests: () => http.requests.filter((request) => request.path.startsWith('/api/atlas/')),
  });
}

function accountsAt(now: Instant): Record<string, readonly EmulatedSecret[]> {
  const ids = [CREDENTIALS.clientId, RESTORE_CREDENTIALS.clientId];
  return Object.fromEntries(ids.map((id) => [id, [emulatedSecret(now - 65 * DAY, now + 300 * DAY)]]));
}

type AtlasState = { readonly world: AtlasWorld; readonly access: Access; readonly buckets: Buckets; readonly refused: string[] };

async function handle(state: AtlasState, request: AtlasRequest): Promise<AtlasAnswer> {
  if (request.path === '/api/oauth/token') return state.access.token(request);
  const unauthorised = state.access.check(request);
  if (unauthorised !== null) return unauthorised;
  await state.world.recovery.settle();
  state.world.recovery.beforeRequest(request.path);
  const found = routeOf(request);
  if (found !== undefined) return routed(state, request, found.route, found.names);
  if (request.method !== 'GET') return strict(state, request, refuse(405, 'METHOD_NOT_ALLOWED', 'This method is not emulated here.'));
  return strict(state, request, refuse(404, 'RESOURCE_NOT_FOUND', `Cannot find resource ${request.path}.`));
}

type Names = Readonly<Record<string, string>>;

/** Matched before decoding, so that a slash in a name stays in the name. */
function routeOf({ target, method }: AtlasRequest): { readonly route: Route; readonly names: Names } | undefined {
  const [path = ''] = target.split('?');
  for (const route of [...ROUTES, ...DAILY_ROUTES, ...RESTORE_ROUTES]) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (match === null) continue;
    const names = Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]);
    return { route, names: Object.fromEntries(names) };
  }
  return undefined;
}

/** Nothing that Atlas does not document may pass unseen. */
function strict(state: AtlasState, request: AtlasRequest, answer: AtlasAnswer): AtlasAnswer {
  state.refused.push(`${request.method} ${request.target} (${answer.status})`);
  return answer;
}

const PAGING = ['pageNum', 'itemsPerPage', 'includeCount'];

async function routed(state: AtlasState, request: AtlasRequest, route: Route, names: Names): Promise<AtlasAnswer> {
  const type = `application/vnd.atlas.${route.version}+json`;
  if (request.headers['accept'] !== type) return strict(state, request, refuse(406, 'INVALID_VERSION_DATE', `Accept must be ${type}.`));
  const allowed = [...route.query, ...(route.paged ? PAGING : [])];
  const strange = [...request.query.keys()].find((key) => !allowed.includes(key));
  if (strange !== undefined)
    return strict(state, request, refuse(400, 'INVALID_QUERY_PARAMETER', `${strange} is not a parameter here.`, [strange]));
  // The documented words; the error list has 401, the answers to API v2 are 403.
  if (route.restoreOnly && state.access.accountOf(request) !== 'restore')
    return refuse(403, 'USER_UNAUTHORIZED', 'Current user is not authorized to perform this action.');
  const sent = bodyOf(route, request);
  if ('refusal' in sent) return strict(state, request, sent.refusal);
  const taken = state.buckets.take(route.bucket, names['project'] ?? 'user', request.path);
  if ('status' in taken) return taken;
  const answer = await located(state.world, { request, route, names, body: sent.body });
  const headers = { ...answer.headers, ...taken.headers, ...(answer.status === 200 ? { 'content-type': `${type};charset=utf-8` } : {}) };
  return { ...answer, headers };
}

type Found = { readonly request: AtlasRequest; readonly route: Route; readonly names: Names; readonly body: Json };

async function located(world: AtlasWorld, { request, route, names, body }: Found): Promise<AtlasAnswer> {
  const project = world.projects.find(({ id }) => id === names['project']);
  if ('project' in names && project === undefined)
    return refuse(404, 'GROUP_NOT_FOUND', `No group with ID ${names['project']} exists.`, [names['project']]);
  const cluster = project?.clusters.find(({ name, presence }) => name === names['cluster'] && presence !== 'gone');
  if ('cluster' in names && cluster === undefined) {
    return refuse(404, 'CLUSTER_NOT_FOUND', `No cluster named ${names['cluster']} exists in group ${names['project']}.`, [
      names['cluster'],
    ]);
  }
  return route.answer({ world, request, body, id: names['id'] ?? '', project: project ?? NOBODY, cluster: cluster ?? NO_CLUSTER });
}

/** Stand for what a route without that part in its path never looks at. */
const NOBODY = new EmulatedProject('none', () => HOUR * MINUTE);
const NO_CLUSTER: EmulatedCluster = NOBODY.addCluster('none', { history: false });
