import type { Assertion, EvidenceLine, Manifest, ValidationSettings } from '../domain/recovery/evidence.ts';
import type { Duration, Instant } from '../domain/time.ts';
import type { SearchIndex } from '../domain/recovery/search-index.ts';
import type { RecoveryAtlas } from '../domain/recovery/atlas-recovery.ts';

export type ValidationPlan = {
  readonly before: Manifest | null;
  readonly after: Manifest | null;
  readonly recoveryPoint: Instant;
  readonly rpo: Duration;
  readonly settings: ValidationSettings;
  readonly source: string;
};

/** A part of a validation: its lines, the namespace to go on with (null when all is done), and the time of the newest document, where a field has it. */
export type ValidationPart = { readonly lines: readonly EvidenceLine[]; readonly next: string | null; readonly newest: Instant | null };

/** The deadline, and the databases to look at: all but MongoDB's own where none are named. */
export type Until = { readonly deadline: Instant; readonly only?: readonly string[] };

/** What is asked of a MongoDB deployment by its address. Every method ends by its deadline; errors name no address and no password. */
export interface Deployments {
  /** "host" or "host:port" of each address in it; for SRV the SRV name. */
  hostsOf(uri: string): readonly string[];
  validate(uri: string, plan: ValidationPlan, until: Until & { readonly from: string | null }): Promise<ValidationPart>;
  /** A line that says whether the credentials can write. */
  writeAccess(uri: string, until: { readonly deadline: Instant }): Promise<EvidenceLine>;
  /** Who holds the deployment as a sandbox right now, in words; null where nobody does. */
  sandboxUse(uri: string, until: { readonly deadline: Instant }): Promise<string | null>;
  manifest(uri: string, until: Until): Promise<Manifest>;
  /** Search and vector indexes of every collection; null where the server has no search. */
  searchIndexes(uri: string, until: Until): Promise<readonly SearchIndex[] | null>;
  checkAssertions(uri: string, assertions: readonly Assertion[], until: { readonly deadline: Instant }): Promise<readonly EvidenceLine[]>;
  /** Drops these databases, or all but MongoDB's own; returns how many. */
  drop(uri: string, until: Until): Promise<number>;
}

/** Everything that a restore test needs of the outside. */
export type RecoveryPorts = {
  /** Null where ATLAS_RESTORE_CLIENT_ID is not set; nothing is ever restored then. */
  readonly atlas: RecoveryAtlas | null;
  readonly deployments: Deployments;
  /** The connection string behind a variable's name; null where it is not set. A null name is the target's or source's default. */
  readonly sandboxAddress: (variable: string | null) => string | null;
  readonly sourceAddress: (variable: string | null) => string | null;
  readonly random: () => number;
};

/** What is using a target. */
export type TargetUser = {
  readonly id: string;
  readonly target: { readonly clusterId: string } | null;
  readonly source: { readonly name: string };
};
