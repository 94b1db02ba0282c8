import type { DrillState } from './drill.ts';
import type { EvidenceLine } from './evidence.ts';
import type { Duration, Instant } from './time.ts';

/** A cluster by what its owner calls it; project by name or id. */
export type ClusterName = { readonly project: string; readonly cluster: string };

/** What a restore goes back to. `at` is the data time; `expiresAt` when Atlas will no longer have it. */
export type RestorePoint =
  | { readonly kind: 'snapshot'; readonly snapshotId: string; readonly at: Instant; readonly expiresAt: Instant | null }
  | { readonly kind: 'moment'; readonly at: Instant; readonly expiresAt: Instant | null };

/** How a test picks its point; the policy mixes them, so that over time both ends of the window are proven. */
export type PointChoice = 'latest' | 'snapshot' | 'moment';

export const TEST_PHASES = ['choose', 'request', 'restore', 'validate', 'clean'] as const;
export type TestPhase = (typeof TEST_PHASES)[number];

/** Where a cluster lives, by Atlas's own ids. */
export type Located = { readonly projectId: string; readonly projectName: string; readonly clusterId: string; readonly name: string };

/** What is restored, with the tags it had when the test began: teams are chosen by them. Absent before it was found, and in what was stored earlier. */
export type TestedSource = Located & { readonly tags?: Readonly<Record<string, string>> };

/** One restore test under way: kept in the head, moved on by the crons, one step at a time. */
export type RestoreTest = {
  readonly id: string;
  /** The plan's name in policy. */
  readonly plan: string;
  readonly source: TestedSource;
  /** Null until the interlock has found it. */
  readonly target: Located | null;
  readonly targetName: ClusterName;
  readonly choice: PointChoice;
  /** "cron", or who began it. */
  readonly by: string;
  /** Where PITR reached when the point was chosen; null where it is off or unknown. */
  readonly reach: Instant | null;
  readonly phase: TestPhase;
  readonly startedAt: Instant;
  /** When each phase began. */
  readonly phases: Readonly<Partial<Record<TestPhase, Instant>>>;
  readonly point: RestorePoint | null;
  /** Atlas's restore job. */
  readonly jobId: string | null;
  /** When the restore was asked for, stored before it is sent: a job that nobody remembers asking for is found again by it. */
  readonly requestedAt: Instant | null;
  /** Which process stored that: another one's request may be under way, so it is looked for a while before it is sent again. */
  readonly requestedBy: string | null;
  /** Jobs into the target that Atlas knew by then: none of them is the one that was asked for. */
  readonly jobsBefore: readonly string[];
  readonly restoredAt: Instant | null;
  readonly validatedAt: Instant | null;
  /** The next namespace to validate; null before the first and after the last. */
  readonly cursor: string | null;
  /** The time of the newest document found, where a time field is named. */
  readonly newestDocument: Instant | null;
  /** Blobs with the evidence so far. */
  readonly evidenceBlobs: readonly (readonly string[])[];
  /** What the evidence so far comes to, with up to a few lines that failed. */
  readonly counts: Readonly<Record<EvidenceLine['verdict'], number>>;
  readonly worst: readonly EvidenceLine[];
  /** The verdict, once known; `clean` follows. */
  readonly verdict: TestVerdict | null;
  readonly why: string | null;
  /** Failed tries of the phase under way, with the last reason. */
  readonly troubles: { readonly count: number; readonly last: string } | null;
  /** Why what was restored is still in the sandbox, though policy wants it gone; absent where it is not. */
  readonly uncleaned?: string;
  readonly claim: { readonly owner: string; readonly until: Instant } | null;
};

export type TestVerdict = 'passed' | 'failed' | 'could-not-verify';

/** A restore test that ended, as the head keeps it: enough for findings and the page. The evidence is in the log under `id`. */
export type Proof = {
  readonly id: string;
  readonly plan: string;
  readonly source: TestedSource;
  readonly point: RestorePoint | null;
  readonly startedAt: Instant;
  readonly restoredAt: Instant | null;
  readonly endedAt: Instant;
  readonly verdict: TestVerdict;
  readonly why: string | null;
  readonly worst: readonly EvidenceLine[];
  readonly uncleaned?: string;
  readonly measured: Measured;
};

/** Null where the test did not come so far. */
export type Measured = {
  /** From request to restored, and from restored to validated. */
  readonly restore: Duration | null;
  readonly validate: Duration | null;
  /** Both together: what a recovery would take, by plan 2.1 under 4 h. */
  readonly rto: Duration | null;
  /** From the newest restored document to the recovery point, or, for the latest point, from the point to the request; by plan 2.1 under 1 h. */
  readonly rpo: Duration | null;
};

/** What recovery keeps in the head. */
export type RecoveryState = {
  readonly tests: readonly RestoreTest[];
  /** Ended tests, newest last, a few for each source. */
  readonly proofs: readonly Proof[];
  /** Whose turn it is, by plan. */
  readonly turns: Readonly<Record<string, { readonly next: number; readonly startedAt: Instant }>>;
  /** Manifests of sources, oldest first, a day apart; `blobs` hold one packed Manifest. Keyed by source cluster id. */
  readonly manifests: Readonly<Record<string, readonly { readonly at: Instant; readonly blobs: readonly string[] }[]>>;
  /** The last data-integrity run, and when each assertion last held. */
  readonly integrity?: IntegrityState;
  /** Refusals of the interlock since the last verdict, by plan and source (`refusalKey`). */
  readonly refusals: Readonly<Record<string, Refusal>>;
  readonly drills?: DrillState;
  /** When a plan was first seen in the policy: what was never done is late from then on. */
  readonly seen?: Readonly<Record<string, Instant>>;
};

export type Refusal = { readonly at: Instant; readonly why: string; readonly plan: string; readonly source: ClusterName };

/** What a refusal is kept under. */
export function refusalKey(plan: string, { project, cluster }: ClusterName): string {
  return `${plan}|${project}/${cluster}`;
}

export type IntegrityState = {
  readonly at: Instant;
  readonly lines: readonly EvidenceLine[];
  /** By assertion name. */
  readonly lastHeld: Readonly<Record<string, Instant>>;
  /** For those that fail, the newest moment up to then that could still be restored when they were asked; absent where that is not known. */
  readonly soundPoints?: Readonly<Record<string, Instant>>;
  /** Since when there was at least one, run after run, that could not be asked. */
  readonly blindSince?: Instant;
};

export type DrillScenario = 'primary-failure' | 'region-outage' | 'corruption' | 'deletion' | 'breach';
export const DRILL_SCENARIOS: readonly DrillScenario[] = ['primary-failure', 'region-outage', 'corruption', 'deletion', 'breach'];

export const NO_RECOVERY: RecoveryState = { tests: [], proofs: [], turns: {}, manifests: {}, refusals: {} };
