import type { Duration, Instant } from '../time.ts';
import type { Fact } from './fact.ts';
import type { Retention } from './facts.ts';

/**
 * What is read once a day, because it changes rarely (docs/contract.md, clause 10): of each project, and of the service accounts that we use. Unlike the
 * facts of every run, its reads may be beyond our role without anybody being blind (clause 11).
 */
export type DailyValues = {
  readonly alertConfigs: readonly AlertConfigFacts[];
  /** The customer's keys in use; empty if Atlas encrypts with its own alone. */
  readonly customerKeys: readonly CustomerKey[];
  readonly auditLog: AuditLog;
  /** The buckets that snapshots can be exported to; null if Atlas does not offer exports here. */
  readonly exportBuckets: readonly ExportBucket[] | null;
  /** Null if the project has no Backup Compliance Policy. */
  readonly compliancePolicy: CompliancePolicy | null;
};

export type DailyName = keyof DailyValues;

export type AlertConfigFacts = {
  readonly type: string;
  readonly enabled: boolean;
  /** The threshold in milliseconds, where it is one of time. */
  readonly threshold: Duration | null;
};

export type KeyProvider = 'AWS' | 'AZURE' | 'GCP';

/** A customer's key for encryption at rest. `valid`: whether Atlas can encrypt and decrypt with it. */
export type CustomerKey = { readonly provider: KeyProvider; readonly valid: boolean };

/** Database auditing, of a whole project. */
export type AuditLog = { readonly enabled: boolean };

/** A bucket of the customer's own. Atlas knows nothing of how long objects are kept there. */
export type ExportBucket = { readonly name: string; readonly provider: KeyProvider };

/**
 * While it is in force nobody, whatever their role, can delete a snapshot or shorten its retention (docs/facts/atlas.md §12). `kept`: the least retention that
 * it demands of each kind of snapshot.
 */
export type CompliancePolicy = { readonly kept: readonly Retention[] };

/** Which of our service accounts: the one that watches, or the one that restores (ATLAS_RESTORE_CLIENT_ID). */
export type AccountUse = 'watch' | 'restore';

/** How we sign in to Atlas. `secrets` is null for an API key, which does not expire. */
export type OwnAccount = { readonly clientId: string; readonly secrets: readonly AccountSecret[] | null };

/** A null field is one that Atlas did not send or sent malformed: unknown. */
export type AccountSecret = {
  readonly id: string;
  readonly createdAt: Instant | null;
  readonly expiresAt: Instant | null;
  /** True if Atlas's mask or the time of its last use says that it is the one in our configuration; false if that is not known. */
  readonly isOurs: boolean;
};

/** The credentials lack the role that the read needs. Nobody is blind: what was never permitted is not watched. */
export type NotPermitted = { readonly known: false; readonly reason: string; readonly role: string };

export type DailyFact<T> = Fact<T> | NotPermitted;

/** What one run read; absent: it did not ask. */
export type DailyReads = { readonly [Name in DailyName]?: DailyFact<DailyValues[Name]> };

/** `ofAnother`: what earlier runs read is about an account that is no longer signed in with. */
export type AccountRead = DailyFact<OwnAccount> & { readonly ofAnother?: true };

/** By use; null if the run did not ask; absent: not configured. */
export type AccountReads = Readonly<Partial<Record<AccountUse, AccountRead | null>>>;

export function notPermitted(role: string, reason: string): NotPermitted {
  return { known: false, reason, role };
}
