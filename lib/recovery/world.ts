import type { Assertion, EvidenceLine, Manifest, ValidationSettings } from '../domain/evidence.ts';
import type { RestorePlan } from '../domain/recovery-plan.ts';
import type { RestoreTest } from '../domain/restore-test.ts';
import type { Duration, Instant } from '../domain/time.ts';
import type { Window } from '../domain/view.ts';
import type { TargetUser } from './interlock.ts';
import type { RecoveryAtlas } from '../domain/recovery-atlas.ts';

export type ValidationPlan = {
  readonly before: Manifest | null;
  readonly after: Manifest | null;
  readonly recoveryPoint: Instant;
  readonly rpo: Duration;
  readonly settings: ValidationSettings;
  readonly source: string;
};

/** A part of a validation: its lines, the namespace to go on with (null: done), and the newest document's time, where a field tells it. */
export type ValidationPart = { readonly lines: readonly EvidenceLine[]; readonly next: string | null; readonly newest: Instant | null };

/** By when, and of which databases; all but MongoDB's own where none are named. */
export type Until = { readonly deadline: Instant; readonly only?: readonly string[] };

/** What is asked of a MongoDB deployment by its address. Every method ends by its deadline; errors name no address and no password. */
export interface Deployments {
  /** "host" or "host:port" of each address in it; for SRV the SRV name. */
  hostsOf(uri: string): readonly string[];
  validate(uri: string, plan: ValidationPlan, until: Until & { readonly from: string | null }): Promise<ValidationPart>;
  /** Whether the credentials can write, as a line that warns. */
  writeAccess(uri: string, until: { readonly deadline: Instant }): Promise<EvidenceLine>;
  manifest(uri: string, until: Until): Promise<Manifest>;
  hold(uri: string, assertions: readonly Assertion[], until: { readonly deadline: Instant }): Promise<readonly EvidenceLine[]>;
  /** Drops these databases, or every one but MongoDB's own; how many. */
  drop(uri: string, until: Until): Promise<number>;
}

/** Everything that a restore test needs of the outside. */
export type RecoveryWorld = {
  /** Null: ATLAS_RESTORE_CLIENT_ID is not set, so nothing is ever restored. */
  readonly atlas: RecoveryAtlas | null;
  readonly deployments: Deployments;
  /** The connection string behind a variable's name; null where it is not set. A null name is the target's or source's default. */
  readonly sandboxAddress: (variable: string | null) => string | null;
  readonly sourceAddress: (variable: string | null) => string | null;
  readonly random: () => number;
};

/** One step's surroundings. */
export type StepContext = {
  readonly world: RecoveryWorld & { readonly atlas: RecoveryAtlas };
  readonly plan: RestorePlan;
  readonly plans: readonly RestorePlan[];
  readonly others: readonly TargetUser[];
  /** The restorable window of the source as the last check saw it; null: PITR off or unknown. */
  readonly window: Window | null;
  /** The source's first manifest; null: none is kept of it. */
  readonly comparableFrom: Instant | null;
  /** Manifests of the source on either side of a moment. */
  readonly manifestsAround: (at: Instant) => Promise<{ readonly before: Manifest | null; readonly after: Manifest | null }>;
  readonly rpo: Duration;
  readonly owner: string;
  readonly now: () => Instant;
  /** No request may outlive it. */
  readonly deadline: Instant;
};

/** What came of a step. `moved` goes on at once, `waits` at the next run, `troubled` is tried again then, `refused` and `ended` are the end. */
export type Step =
  | { readonly kind: 'moved'; readonly test: RestoreTest; readonly lines?: readonly EvidenceLine[] }
  | { readonly kind: 'waits'; readonly test: RestoreTest; readonly lines?: readonly EvidenceLine[] }
  | { readonly kind: 'troubled'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'ended'; readonly test: RestoreTest };
