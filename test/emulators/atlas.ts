import { HOUR, MINUTE, type Duration, type Instant } from '../../lib/domain/time.ts';
import { Access, Buckets, CREDENTIALS, refuse, type Limit } from './atlas-access.ts';
import { startAtlasHttp, type AtlasAnswer, type AtlasHttp, type AtlasRequest } from './atlas-http.ts';
import { EmulatedProject, type EmulatedCluster } from './atlas-model.ts';
import { ROUTES, type AtlasWorld, type Route } from './atlas-routes.ts';
import { createVerbs, type AtlasVerbs } from './atlas-verbs.ts';

export type AtlasEmulatorOptions = { readonly now?: () => Instant; readonly port?: number; readonly latencyMs?: Duration };

export type AtlasEmulator = AtlasHttp &
  AtlasVerbs & {
    readonly credentials: typeof CREDENTIALS;
    readonly projects: EmulatedProject[];
    readonly eventTypes: Set<string>;
    /** What Atlas does not document, and got refused: "METHOD target". */
    readonly refused: string[];
    readonly limits: Record<string, Limit>;
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
  ...['SUCCESSFUL', 'FAILED', 'REQUESTED_AUDIT'].map((type) => `CPS_RESTORE_${type}`),
  ...['CREATED', 'DELETED', 'DELETE_SUBMITTED', 'UPDATE_SUBMITTED', 'UPDATE_COMPLETED', 'AUTOMATICALLY_PAUSED'].map(
    (type) => `CLUSTER_${type}`,
  ),
  'CPS_PREV_SNAPSHOT_OLD',
  'SERVERLESS_INSTANCE_DELETED',
  'GROUP_DELETED',
];

/** An Atlas organisation that lives with the clock, and refuses what Atlas does not document. */
export async function startAtlasEmulator({ now = Date.now, port = 0, latencyMs = 0 }: AtlasEmulatorOptions = {}): Promise<AtlasEmulator> {
  const refused: string[] = [];
  const access = new Access(now);
  const buckets = new Buckets(now);
  const world: AtlasWorld = { url: () => http.url, now, projects: [], eventTypes: new Set(EVENT_TYPES) };
  const http: AtlasHttp = await startAtlasHttp({
    port,
    latencyMs,
    handle: (request) => handle({ world, access, buckets, refused }, request),
  });
  return Object.assign(http, createVerbs(now, world.projects), {
    credentials: CREDENTIALS,
    projects: world.projects,
    eventTypes: world.eventTypes,
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

type Parts = { readonly world: AtlasWorld; readonly access: Access; readonly buckets: Buckets; readonly refused: string[] };

function handle(parts: Parts, request: AtlasRequest): AtlasAnswer {
  if (request.path === '/api/oauth/token') return parts.access.token(request);
  const unauthorised = parts.access.check(request);
  if (unauthorised !== null) return unauthorised;
  const found = routeOf(request.target);
  if (request.method !== 'GET') return strict(parts, request, refuse(405, 'METHOD_NOT_ALLOWED', 'Only reading is emulated.'));
  if (found === undefined) return strict(parts, request, refuse(404, 'RESOURCE_NOT_FOUND', `Cannot find resource ${request.path}.`));
  return routed(parts, request, found.route, found.names);
}

/** Matched before decoding, so that a slash in a name stays in the name. */
function routeOf(target: string): { readonly route: Route; readonly names: Readonly<Record<string, string>> } | undefined {
  const [path = ''] = target.split('?');
  for (const route of ROUTES) {
    const match = route.pattern.exec(path);
    if (match === null) continue;
    const names = Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]);
    return { route, names: Object.fromEntries(names) };
  }
  return undefined;
}

/** Nothing that Atlas does not document may pass unseen. */
function strict(parts: Parts, request: AtlasRequest, answer: AtlasAnswer): AtlasAnswer {
  parts.refused.push(`${request.method} ${request.target} (${answer.status})`);
  return answer;
}

const PAGING = ['pageNum', 'itemsPerPage', 'includeCount'];

function routed(parts: Parts, request: AtlasRequest, route: Route, names: Readonly<Record<string, string>>): AtlasAnswer {
  const type = `application/vnd.atlas.${route.version}+json`;
  if (request.headers['accept'] !== type) return strict(parts, request, refuse(406, 'INVALID_VERSION_DATE', `Accept must be ${type}.`));
  const allowed = [...route.query, ...(route.paged ? PAGING : [])];
  const strange = [...request.query.keys()].find((key) => !allowed.includes(key));
  if (strange !== undefined)
    return strict(parts, request, refuse(400, 'INVALID_QUERY_PARAMETER', `${strange} is not a parameter here.`, [strange]));
  const taken = parts.buckets.take(route.bucket, names['project'] ?? 'user', request.path);
  if ('status' in taken) return taken;
  const answer = located(parts.world, request, route, names);
  const headers = { ...answer.headers, ...taken.headers, ...(answer.status === 200 ? { 'content-type': `${type};charset=utf-8` } : {}) };
  return { ...answer, headers };
}

function located(world: AtlasWorld, request: AtlasRequest, route: Route, names: Readonly<Record<string, string>>): AtlasAnswer {
  const project = world.projects.find(({ id }) => id === names['project']);
  if ('project' in names && project === undefined)
    return refuse(404, 'GROUP_NOT_FOUND', `No group with ID ${names['project']} exists.`, [names['project']]);
  const cluster = project?.clusters.find(({ name, presence }) => name === names['cluster'] && presence !== 'gone');
  if ('cluster' in names && cluster === undefined) {
    return refuse(404, 'CLUSTER_NOT_FOUND', `No cluster named ${names['cluster']} exists in group ${names['project']}.`, [
      names['cluster'],
    ]);
  }
  return route.answer({ world, request, project: project ?? NOBODY, cluster: cluster ?? NO_CLUSTER });
}

/** Stand for what a route without that part in its path never looks at. */
const NOBODY = new EmulatedProject('none', () => HOUR * MINUTE);
const NO_CLUSTER: EmulatedCluster = NOBODY.addCluster('none', { history: false });
