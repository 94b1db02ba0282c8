import type { DrillState } from './drill.ts';
import type { EvidenceLine } from './evidence.ts';
import type { SearchIndexName } from './search-index.ts';
import type { Duration, Instant } from '../time.ts';

/** A cluster as config names it; project by name or id. */
export type ClusterName = { readonly project: string; readonly cluster: string };

/** What a restore goes back to. `at` is the data time; `expiresAt` when Atlas will no longer have it. */
export type RestorePoint =
  | { readonly kind: 'snapshot'; readonly snapshotId: string; readonly at: Instant; readonly expiresAt: Instant | null }
  | { readonly kind: 'moment'; readonly at: Instant; readonly expiresAt: Instant | null };

/** How a test picks its point; the policy mixes them, so that over time both ends of the window are proven. */
export type PointChoice = 'latest' | 'snapshot' | 'moment';

export const TEST_PHASES = ['choose', 'request', 'restore', 'validate', 'search', 'clean'] as const;
export type TestPhase = (typeof TEST_PHASES)[number];

/** Where a cluster lives, by Atlas's own ids. */
export type Located = { readonly projectId: string; readonly projectName: string; readonly clusterId: string; readonly name: string };

/** What is restored, with the tags that it had when the test began, since teams are chosen by tags. They are left out until the cluster was found. */
export type TestedSource = Located & { readonly tags?: Readonly<Record<string, string>> };

/** One restore test under way: kept in the head, advanced by the crons one step at a time. */
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
  /** The end of the PITR window when the point was chosen; null where PITR is off or unknown. */
  readonly reach: Instant | null;
  readonly phase: TestPhase;
  readonly startedAt: Instant;
  /** When each phase began. */
  readonly phases: Readonly<Partial<Record<TestPhase, Instant>>>;
  readonly point: RestorePoint | null;
  /** Atlas's restore job. */
  readonly jobId: string | null;
  /** When the restore was requested, stored before the request is sent: a job whose answer was lost is found again by it. */
  readonly requestedAt: Instant | null;
  /** Which process stored that. Another process's request may be under way, so its job is looked for before the request is sent again. */
  readonly requestedBy: string | null;
  /** Jobs into the target that Atlas had before the request, so that none of them is taken for ours. */
  readonly jobsBefore: readonly string[];
  readonly restoredAt: Instant | null;
  readonly validatedAt: Instant | null;
  /** The source's search and vector indexes, once they are listed. */
  readonly searchIndexes?: readonly SearchIndexName[];
  /** When all of them could be searched in the sandbox. */
  readonly searchableAt?: Instant;
  /** The next namespace to validate; null before the first and after the last. */
  readonly cursor: string | null;
  /** The time of the newest document found, where a time field is named. */
  readonly newestDocument: Instant | null;
  /** Blobs with the evidence so far. */
  readonly evidenceBlobs: readonly (readonly string[])[];
  /** How many lines of evidence have each verdict so far, and a few of the worst lines. */
  readonly counts: Readonly<Record<EvidenceLine['verdict'], number>>;
  readonly worst: readonly EvidenceLine[];
  /** The verdict, once known; `clean` follows. */
  readonly verdict: TestVerdict | null;
  readonly why: string | null;
  /** Failed tries of the phase under way, with the last reason. */
  readonly troubles: { readonly count: number; readonly last: string } | null;
  /** Why what was restored is still in the sandbox, though policy wants it dropped. */
  readonly uncleaned?: string;
  readonly claim: { readonly owner: string; readonly until: Instant } | null;
};

export type TestVerdict = 'passed' | 'failed' | 'could-not-verify';

/** A restore test that ended, as the head keeps it: enough for findings and the page. The evidence is in the log under `id`. */
export type Proof = Pick<RestoreTest, 'id' | 'plan' | 'source' | 'point' | 'startedAt' | 'restoredAt' | 'why' | 'worst' | 'uncleaned'> & {
  readonly endedAt: Instant;
  readonly verdict: TestVerdict;
  readonly measured: Measured;
};

/** In milliseconds; null where the test did not come so far. */
export type Measured = {
  /** From request to restored, and from restored to validated. */
  readonly restore: Duration | null;
  readonly validate: Duration | null;
  /** From validated to searchable; absent if the source has no search index, or none became searchable. */
  readonly search?: Duration;
  /** The sum, which is what a recovery would take: by plan 2.1 under 4 h. */
  readonly rto: Duration | null;
  /** From the newest restored document to the recovery point, or, for the latest point, from the point to the request; by plan 2.1 under 1 h. */
  readonly rpo: Duration | null;
};

/** What recovery keeps in the head. */
export type RecoveryState = {
  readonly tests: readonly RestoreTest[];
  /** Ended tests, newest last, a few for each source. */
  readonly proofs: readonly Proof[];
  /** Restores by hand that Atlas finished, newest last. */
  readonly byHand?: readonly RestoreByHand[];
  /** By plan: the number of its next turn, and when its last test began. */
  readonly turns: Readonly<Record<string, { readonly next: number; readonly startedAt: Instant }>>;
  /** Manifests of sources, oldest first, a day apart; `blobs` hold one packed Manifest. Keyed by source cluster id. */
  readonly manifests: Readonly<Record<string, readonly { readonly at: Instant; readonly blobs: readonly string[] }[]>>;
  /** The last data-integrity run, and when each assertion last held. */
  readonly integrity?: IntegrityState;
  /** Refusals of the interlock since the last verdict, by plan and source (`refusalKey`). */
  readonly refusals: Readonly<Record<string, Refusal>>;
  readonly drills?: DrillState;
  /** When each plan was first seen in the policy, from which a test that was never done becomes overdue. */
  readonly seen?: Readonly<Record<string, Instant>>;
};

/** `restore`: from the request to Atlas's word that it is done. */
export type RestoreByHand = { readonly clusterId: string; readonly endedAt: Instant; readonly restore: Duration };

export type Refusal = { readonly at: Instant; readonly why: string; readonly plan: string; readonly source: ClusterName };

export function refusalKey(plan: string, { project, cluster }: ClusterName): string {
  return `${plan}|${project}/${cluster}`;
}

/** Project by name or id. */
export function isNamed({ name, projectId, projectName }: Omit<Located, 'clusterId'>, { project, cluster }: ClusterName): boolean {
  return name === cluster && (project === projectId || project === projectName);
}

export type IntegrityState = {
  readonly at: Instant;
  readonly lines: readonly EvidenceLine[];
  /** By assertion name. */
  readonly lastHeld: Readonly<Record<string, Instant>>;
  /** For assertions that fail: the newest restorable moment before they last held, where it is known. */
  readonly soundPoints?: Readonly<Record<string, Instant>>;
  /** Since when, in every run, at least one assertion could not be asked. */
  readonly blindSince?: Instant;
};

export const DRILL_SCENARIOS = ['primary-failure', 'region-outage', 'corruption', 'deletion', 'breach'] as const;
export type DrillScenario = (typeof DRILL_SCENARIOS)[number];

export const NO_RECOVERY: RecoveryState = { tests: [], proofs: [], turns: {}, manifests: {}, refusals: {} };
