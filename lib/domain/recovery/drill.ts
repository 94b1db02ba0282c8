import type { EvidenceLine } from './evidence.ts';
import type { ClusterName, DrillScenario, Located, TestVerdict } from './restore-test.ts';
import type { Duration, Instant } from '../time.ts';

/**
 * `prepare` and `clean` are every scenario's; `act` is primary-failure's; `start`, `observe`, `end`, `recover` region-outage's; `plant` … `compare` those of
 * corruption and deletion; `steps` the tabletop's.
 */
export type DrillPhase =
  | 'prepare'
  | 'act'
  | 'start'
  | 'observe'
  | 'end'
  | 'recover'
  | 'plant'
  | 'damage'
  | 'request'
  | 'restore'
  | 'compare'
  | 'steps'
  | 'clean';

/** Moments that a drill measures between. `newest`, `damaged` and `moment` are the server's clock, all others ours. */
export type DrillMark =
  | 'planted'
  | 'newest'
  | 'damaged'
  | 'moment'
  | 'noticed'
  | 'requested'
  | 'restored'
  | 'compared'
  | 'outageAsked'
  | 'simulating'
  | 'endAsked'
  | 'complete';

export type DrillEvent = { readonly at: Instant; readonly what: string };

/** One step of the tabletop, as it was reported. */
export type DrillStepDone = { readonly step: number; readonly by: string; readonly at: Instant; readonly note: string };

/** One drill under way: kept in the head, advanced by the crons or the command line one step at a time. */
export type Drill = {
  readonly id: string;
  readonly scenario: DrillScenario;
  /** The plan's name in policy; null for one by hand that no plan asks for. */
  readonly plan: string | null;
  /** "cron", or a name. */
  readonly by: string;
  /** Null for the tabletop, which is done to no cluster. */
  readonly targetName: (ClusterName & { readonly uri: string | null }) | null;
  /** Null until the interlock has found it. */
  readonly target: Located | null;
  readonly phase: DrillPhase;
  /** When the phase began. */
  readonly since: Instant;
  readonly startedAt: Instant;
  readonly marks: Readonly<Partial<Record<DrillMark, Instant>>>;
  readonly timeline: readonly DrillEvent[];
  /** Milliseconds, by name. */
  readonly measured: Readonly<Record<string, Duration>>;
  readonly evidence: readonly EvidenceLine[];
  /** What went wrong, a sentence each. */
  readonly wrong: readonly string[];
  /** The phase whose act is about to be done, and by which process; stored before the act. */
  readonly intent: { readonly phase: DrillPhase; readonly owner: string; readonly at: Instant } | null;
  /** Documents that were planted, by their numbers, with the server's time that they carry. */
  readonly batches: readonly { readonly first: number; readonly count: number; readonly at: Instant }[];
  readonly jobId: string | null;
  readonly region: { readonly provider: string; readonly region: string } | null;
  readonly steps: readonly DrillStepDone[];
  /** Set where somebody stopped the drill: what is under way is undone before it ends. */
  readonly interrupted: boolean;
  /** The verdict, once known; what was done is undone and cleaned up afterwards. */
  readonly verdict: TestVerdict | null;
  readonly why: string | null;
  readonly troubles: { readonly count: number; readonly last: string } | null;
  readonly claim: { readonly owner: string; readonly until: Instant } | null;
};

/** A drill that ended, as the head keeps it. The log has the whole record under `id`. */
export type EndedDrill = Pick<Drill, 'id' | 'scenario' | 'plan'> & {
  readonly at: Instant;
  readonly verdict: TestVerdict;
  readonly summary: string;
};

export type FollowUp = {
  readonly id: string;
  readonly drill: string;
  readonly text: string;
  readonly since: Instant;
  /** The last moment at which it is not late. */
  readonly due: Instant | null;
};

/** What drills keep in the head. The reports are in the log. */
export type DrillState = {
  /** Newest last, a few for each scenario. */
  readonly ended: readonly EndedDrill[];
  readonly followUps: readonly FollowUp[];
  readonly active?: readonly Drill[];
  /** By plan: refusals after which no drill has ended yet. */
  readonly refusals: Readonly<Record<string, { readonly at: Instant; readonly why: string }>>;
};

export const NO_DRILLS: DrillState = { ended: [], followUps: [], refusals: {} };
