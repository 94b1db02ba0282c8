import { type DailyFact, type DailyName, type DailyReads, type DailyValues, notPermitted } from '../domain/facts/daily-facts.ts';
import { isDue } from '../domain/memory/daily-notes.ts';
import { asFact, type Collection } from './as-fact.ts';
import { AtlasError, isRefusal, isRoleRefused, unusable } from './client/atlas-error.ts';
import { parseAlertConfig } from './schema/alerts.ts';
import { parseAuditLog, parseCompliancePolicy, parseCustomerKeys, parseExportBucket } from './schema/daily-answers.ts';

/** Reads one thing of a project. `role`: the least one that Atlas documents for it (docs/facts/atlas.md §9, §12). */
type Reader<Name extends DailyName> = {
  readonly role: string;
  readonly read: (collection: Collection, projectId: string) => Promise<DailyValues[Name]>;
};

const READERS: { readonly [Name in DailyName]: Reader<Name> } = {
  alertConfigs: {
    role: 'Project Read Only',
    read: async ({ client, until }, groupId) => {
      const entries = await client.list('listAlertConfigs', { groupId }, {}, until);
      return entries.flatMap((entry) => parseAlertConfig(entry) ?? []);
    },
  },
  customerKeys: {
    role: 'Project Read Only',
    read: async ({ client, until }, groupId) => {
      const keys = parseCustomerKeys(await client.get('getEncryptionAtRest', { groupId }, {}, until));
      if (keys !== null) return keys;
      throw unusable({ operation: 'getEncryptionAtRest', resource: groupId }, 'it does not say which customer keys are enabled and valid');
    },
  },
  auditLog: {
    role: 'Project Owner',
    read: async ({ client, until }, groupId) => {
      const auditLog = parseAuditLog(await client.get('getAuditLog', { groupId }, {}, until));
      if (auditLog !== null) return auditLog;
      throw unusable({ operation: 'getAuditLog', resource: groupId }, 'it does not say whether auditing is enabled');
    },
  },
  exportBuckets: {
    role: 'Project Read Only',
    read: async ({ client, until }, groupId) => {
      const entries = await client.list('listExportBuckets', { groupId }, {}, until).catch(orNone);
      const buckets = entries?.map((entry) => parseExportBucket(entry)) ?? null;
      if (buckets?.includes(null))
        throw unusable({ operation: 'listExportBuckets', resource: groupId }, 'it has a bucket without its name');
      return buckets && buckets.filter((bucket) => bucket !== null);
    },
  },
  compliancePolicy: {
    role: 'Project Owner',
    read: async ({ client, until }, groupId) => {
      const answer = await client.get('getCompliancePolicy', { groupId }, {}, until).catch(orNone);
      const policy = parseCompliancePolicy(answer);
      if (policy !== null || answer === null) return policy;
      throw unusable({ operation: 'getCompliancePolicy', resource: groupId }, 'it does not say what the policy keeps');
    },
  },
};

/** For `catch`: null if Atlas answers that there is no such thing. A project that is gone is another read's to report. */
function orNone(error: unknown): null {
  if (isRefusal(error, 404)) return null;
  throw error;
}

/** What of a project is read once a day, as far as this run has to read it: five requests a day while all is well. Never throws. */
export async function readDaily(collection: Collection, projectId: string): Promise<DailyReads> {
  const hints = collection.hints.projects[projectId]?.daily ?? {};
  const names = Object.keys(READERS) as DailyName[]; // Proof: the keys of `READERS` are the names.
  const due = names.filter((name) => isDue(hints[name], projectId, collection.now));
  const reads = due.map(async (name) => [name, await readOne(collection, name, projectId)] as const);
  return Object.fromEntries(await Promise.all(reads));
}

function readOne<Name extends DailyName>(collection: Collection, name: Name, projectId: string): Promise<DailyFact<DailyValues[Name]>> {
  const { role, read }: Reader<Name> = READERS[name];
  return asDailyFact(collection, role, () => read(collection, projectId));
}

/** As `asFact`; but a 403 for lack of a role is an answer of its own. One about the caller's address concerns every read, and is a failure. */
export async function asDailyFact<T>(collection: Collection, role: string, read: () => Promise<T>): Promise<DailyFact<T>> {
  let refusal: string | null = null;
  const fact = await asFact(collection, () =>
    read().catch((error: unknown) => {
      if (error instanceof AtlasError && isRoleRefused(error)) refusal = error.message;
      throw error;
    }),
  );
  return refusal === null ? fact : notPermitted(role, refusal);
}
