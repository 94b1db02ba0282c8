import { type AccountRead, type AccountReads, type AccountUse, notPermitted } from '../domain/facts/daily-facts.ts';
import { type Fact, known } from '../domain/facts/fact.ts';
import { isDue } from '../domain/memory/daily-notes.ts';
import { asFact, type Collection } from './as-fact.ts';
import type { Credentials } from './client/auth.ts';
import { AtlasError, isRoleRefused, unusable } from './client/atlas-error.ts';
import type { AtlasClient } from './client/client.ts';
import { readEntries } from './schema/answer-fields.ts';
import { parseProject, type ProjectName } from './schema/projects.ts';
import { parseSecrets } from './schema/service-account.ts';

/** One way in which we sign in to Atlas. The account's own client reads its secrets, since another may not see it. */
export type AccountToRead = { readonly use: AccountUse; readonly credentials: Credentials; readonly client: AtlasClient };

/** Project Read Only suffices for an account that belongs to a project, Organization Read Only for any (docs/facts/atlas.md §12). */
const ROLE = 'Organization Read Only';

/** Reads once a day when the secrets of our own service accounts expire: one or two requests for each account. Never throws. */
export async function readAccounts(
  collection: Collection,
  accounts: readonly AccountToRead[],
  projects: Fact<readonly ProjectName[]>,
): Promise<AccountReads> {
  const reads = accounts.map(async (account) => [account.use, await readIfDue(collection, account, projects)] as const);
  return Object.fromEntries(await Promise.all(reads));
}

async function readIfDue(
  collection: Collection,
  account: AccountToRead,
  projects: Fact<readonly ProjectName[]>,
): Promise<AccountRead | null> {
  const { use, credentials } = account;
  if (credentials.kind === 'apiKey') return known({ clientId: credentials.publicKey, secrets: null }, collection.now);
  const { clientId } = credentials;
  const hint = collection.hints.accounts?.[use];
  // A value of another account says nothing about this one.
  const isSame = hint?.clientId === null || hint?.clientId === clientId;
  if (isSame && !isDue(hint, clientId, collection.now)) return null;
  let refusal: string | null = null;
  const fact = await asFact(collection, async () => {
    const seen = use === 'watch' && projects.known ? projects.value : await projectsOf(collection, account);
    const body = await ask(collection, account, clientId, seen).catch((error: unknown) => {
      if (isNotShown(error)) refusal = error.message;
      throw error;
    });
    const secrets = parseSecrets(body, { value: credentials.clientSecret, now: collection.now });
    if (secrets !== null) return { clientId, secrets };
    throw unusable({ operation: 'getProjectServiceAccount', resource: '' }, 'its secrets are missing or malformed');
  });
  const read = refusal === null ? fact : notPermitted(ROLE, refusal);
  return isSame || hint === undefined ? read : { ...read, ofAnother: true };
}

async function projectsOf({ until }: Collection, { client }: AccountToRead): Promise<readonly ProjectName[]> {
  return readEntries(await client.list('listProjects', {}, {}, until), parseProject).values;
}

/** Asks in one of its projects, and in the organisation if that does not show the account. Throws `AtlasError`. */
async function ask(
  { until }: Collection,
  { client }: AccountToRead,
  clientId: string,
  projects: readonly ProjectName[],
): Promise<Readonly<Record<string, unknown>>> {
  const [first] = projects.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (first === undefined)
    throw unusable({ operation: 'listProjects', resource: '' }, 'the service account sees no project in which to ask for its own secrets');
  try {
    return await client.get('getProjectServiceAccount', { groupId: first.id, clientId }, {}, until);
  } catch (error) {
    if (!isNotShown(error) || first.orgId === undefined) throw error;
    return client.get('getOrgServiceAccount', { orgId: first.orgId, clientId }, {}, until);
  }
}

/** Atlas does not show the account to itself there: it lacks the role, or it belongs to the organisation and not to the project. */
function isNotShown(error: unknown): error is AtlasError {
  return error instanceof AtlasError && (error.failure.status === 404 || isRoleRefused(error));
}
