import { iso, type Instant } from '../../lib/domain/time.ts';
import { refuse } from './atlas-access.ts';
import type { AtlasAnswer } from './atlas-http.ts';
import type { Json } from './atlas-json.ts';
import { objectId, type EmulatedProject } from './atlas-model.ts';
import { fine } from './atlas-page.ts';
import { PROJECT, route, SINGLE, type Route, type RouteContext } from './atlas-routes.ts';

/** A secret of a service account. A field that is left out is not sent. */
export type EmulatedSecret = {
  readonly id: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly lastUsedAt?: Instant;
  /** The last characters, as the mask shows them. */
  readonly tail?: string;
};

export function emulatedSecret(createdAt: Instant, expiresAt: Instant, said: Partial<EmulatedSecret> = {}): EmulatedSecret {
  return { id: objectId(createdAt), createdAt, expiresAt, ...said };
}

/** What the watch reads once a day of each project, and of its own accounts. */
export const DAILY_ROUTES: readonly Route[] = [
  route(`${PROJECT}/encryptionAtRest`, '2023-01-01', 'encryptionAtRest', ({ project }) => fine(encryptionJson(project)), SINGLE),
  route(`${PROJECT}/auditLog`, '2023-01-01', 'auditing', auditLog, SINGLE),
  route(`${PROJECT}/serviceAccounts/(?<id>[^/]+)`, '2024-08-05', 'serviceAccounts', serviceAccount, SINGLE),
  route('/api/atlas/v2/orgs/[^/]+/serviceAccounts/(?<id>[^/]+)', '2024-08-05', 'serviceAccounts', serviceAccount, SINGLE),
];

function encryptionJson({ key }: EmulatedProject): Json {
  const part = (provider: string): Json => (key?.provider === provider ? { enabled: true, valid: key.valid } : { enabled: false });
  return { awsKms: part('awsKms'), azureKeyVault: part('azureKeyVault'), googleCloudKms: part('googleCloudKms') };
}

function auditLog({ project }: RouteContext): AtlasAnswer {
  if (!project.isOwned) return refuse(403, 'USER_UNAUTHORIZED', 'The current user is not authorized to perform this action.');
  const { audited } = project;
  return fine({
    enabled: audited,
    auditAuthorizationSuccess: false,
    configurationType: audited ? 'FILTER_JSON' : 'NONE',
    auditFilter: '{}',
  });
}

function serviceAccount({ world, request, id }: RouteContext): AtlasAnswer {
  const roles = [request.path.includes('/orgs/') ? 'ORG_READ_ONLY' : 'GROUP_READ_ONLY'];
  const secrets = world.accounts[id];
  if (secrets === undefined) return refuse(404, 'SERVICE_ACCOUNT_NOT_FOUND', `No service account ${id} exists.`, [id]);
  return fine({
    clientId: id,
    name: 'watch',
    description: 'reads',
    createdAt: iso(0),
    roles,
    secrets: secrets.map(secretJson),
  });
}

function secretJson({ id, createdAt, expiresAt, lastUsedAt, tail }: EmulatedSecret): Json {
  return {
    id,
    createdAt: iso(createdAt),
    expiresAt: iso(expiresAt),
    ...(lastUsedAt !== undefined && { lastUsedAt: iso(lastUsedAt) }),
    ...(tail !== undefined && { maskedSecretValue: `mdb_sa_sk_...${tail}` }),
  };
}
