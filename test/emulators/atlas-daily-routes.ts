import { iso, type Instant } from '../../lib/domain/time.ts';
import { refuse } from './atlas-access.ts';
import type { AtlasAnswer } from './atlas-http.ts';
import type { Json } from './atlas-json.ts';
import { objectId, type EmulatedProject } from './atlas-model.ts';
import { fine, page } from './atlas-page.ts';
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
  route(`${PROJECT}/backup/exportBuckets`, '2024-05-30', 'backup', (context) =>
    page(context, context.project.exportBuckets.map(bucketJson)),
  ),
  route(`${PROJECT}/backupCompliancePolicy`, '2023-10-01', 'backup', compliancePolicy, SINGLE),
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

function bucketJson(bucketName: string, index: number): Json {
  const iamRoleId = objectId(index);
  return { _id: objectId(index), bucketName, cloudProvider: 'AWS', iamRoleId, region: 'us-east-1', requirePrivateNetworking: false };
}

/** As recorded of a project that has one (docs/facts/atlas.md §12); a project that has none is a 404. */
function compliancePolicy({ project }: RouteContext): AtlasAnswer {
  if (!project.isOwned) return refuse(403, 'USER_UNAUTHORIZED', 'The current user is not authorized to perform this action.');
  const { complianceDays: days, id } = project;
  if (days === null) return refuse(404, 'BACKUP_COMPLIANCE_POLICY_NOT_FOUND', 'The project has no Backup Compliance Policy.');
  const daily = { id, frequencyType: 'daily', frequencyInterval: 1, retentionUnit: 'days', retentionValue: days };
  return fine({
    authorizedEmail: 'security@example.com',
    authorizedUserFirstName: 'Ann',
    authorizedUserLastName: 'Smith',
    copyProtectionEnabled: false,
    deletable: false,
    encryptionAtRestEnabled: false,
    pitEnabled: true,
    projectId: id,
    restoreWindowDays: 7,
    scheduledPolicyItems: [daily],
    state: 'ACTIVE',
    updatedDate: iso(0),
    updatedUser: 'security',
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
