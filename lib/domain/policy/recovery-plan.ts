import type { ValidationSettings } from '../recovery/evidence.ts';
import type { ClusterName, DrillScenario, PointChoice, TestPhase } from '../recovery/restore-test.ts';
import type { Duration } from '../time.ts';

/** The tag by which Atlas says that a cluster may be overwritten; config and tag together make a sandbox, the tag alone changes nothing. */
export const SANDBOX_TAG = { key: 'restorewatch', value: 'sandbox' } as const;

/** A weekly restore test (plan 6.1). Sources take turns. */
export type RestorePlan = {
  readonly name: string;
  /** `uri` names the environment variable that holds the source's address, for manifests; null: none are kept. */
  readonly sources: readonly (ClusterName & { readonly uri: string | null })[];
  /** `uri`: null: SANDBOX_MONGODB_URI. */
  readonly target: ClusterName & { readonly uri: string | null };
  readonly every: Duration;
  readonly grace: Duration;
  /** Taken in turn. */
  readonly points: readonly PointChoice[];
  readonly afterwards: 'drop' | 'keep' | 'pause';
  /** How long each phase may take before the test ends as could-not-verify. */
  readonly deadlines: Readonly<Record<TestPhase, Duration>>;
  readonly validation: ValidationSettings;
  /** A search index that cannot be searched at the deadline fails the test; otherwise it is noted. */
  readonly isSearchRequired: boolean;
  /** Databases that are looked at, and dropped afterwards; null: all. */
  readonly databases: readonly string[] | null;
};

/** A monthly DR drill (plan 6.2). */
export type DrillPlan = {
  readonly name: string;
  readonly scenario: DrillScenario;
  /** The cluster that it is done to: a sandbox by config and tag, as a restore test's target. */
  readonly target: ClusterName & { readonly uri: string | null };
  readonly every: Duration;
  readonly grace: Duration;
};
