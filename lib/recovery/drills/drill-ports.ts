import type { Drill } from '../../domain/recovery/drill.ts';
import type { EvidenceLine } from '../../domain/recovery/evidence.ts';
import type { Head } from '../../domain/incidents/head.ts';
import type { GeneralPolicy } from '../../domain/policy/policy.ts';
import { type Duration, type Instant, MINUTE, SECOND } from '../../domain/time.ts';
import type { RecoveryAtlas } from '../../domain/recovery/atlas-recovery.ts';
import type { RecoveryPorts } from '../../ports/recovery-ports.ts';
import type { StepOutcome } from '../state/step-outcome.ts';
import type { FailoverMeasure, FailoverTempo } from './failover-measure.ts';

/** The only database that drills ever change. It is theirs only while it carries their marker. */
export const DRILL_DATABASE = 'restorewatch_drill';

export type Damage = 'corruption' | 'deletion';

/** `count` documents of a drill, from the number `first` on. */
export type DrillBatch = { readonly drill: string; readonly first: number; readonly count: number };

/** What was found of the documents that were planted. */
export type Comparison = {
  readonly lines: readonly EvidenceLine[];
  /** Documents missing, changed, or there and not planted; missing indexes. */
  readonly differences: number;
  /** The time of the newest document that is as it was planted. */
  readonly newest: Instant | null;
};

/** What drills do in the sandbox's own database. Every method ends by its deadline; errors name no address and no password. */
export interface DrillSandbox {
  /** Writes the marked database anew with `count` documents; returns the server's time, which they carry. Refuses a database of this name that is not ours. */
  plant(uri: string, what: { readonly drill: string; readonly count: number }, deadline: Instant): Promise<Instant>;
  /** Writes the last documents before the damage; returns the server's time, which they carry. */
  refresh(uri: string, batch: DrillBatch, deadline: Instant): Promise<Instant>;
  /** Waits until the server's clock is well past the second of the last documents, then does the damage; returns the server's time before its first write. */
  damage(uri: string, kind: Damage, deadline: Instant): Promise<Instant>;
  compare(uri: string, what: Pick<Drill, 'batches'> & { readonly drill: string }, deadline: Instant): Promise<Comparison>;
  /** Writes, acts, measures until writes are accepted again, and reads back what was acknowledged. */
  failover(
    uri: string,
    options: {
      readonly drill: string;
      readonly tempo: FailoverTempo;
      readonly act: () => Promise<void>;
      readonly now: () => Instant;
      readonly deadline: Instant;
      readonly signal?: AbortSignal;
    },
  ): Promise<FailoverMeasure>;
  /** Drops the drills' database, if it is ours. */
  drop(uri: string, deadline: Instant): Promise<void>;
}

export type DrillTempo = FailoverTempo & {
  /** How long a region stays away once its outage is simulated. */
  readonly hold: Duration;
  /** A failover is not measured with less time than this: its whole patience, and the reading back afterwards. */
  readonly leastTime: Duration;
};

export const USUAL_TEMPO: DrillTempo = {
  between: 50,
  // Atlas restarts a primary some time after it said yes; a minute or two is usual.
  patience: 3 * MINUTE,
  // The old primary may be elected again, which interrupts writes a second time.
  steady: 30 * SECOND,
  readBack: 20 * SECOND,
  hold: 2 * MINUTE,
  leastTime: 3 * MINUTE + 20 * SECOND,
};

/** What one step of a drill is given. */
export type DrillContext = {
  readonly recovery: RecoveryPorts & { readonly atlas: RecoveryAtlas };
  readonly sandbox: DrillSandbox;
  readonly general: GeneralPolicy;
  readonly head: Head;
  readonly tempo: DrillTempo;
  readonly owner: string;
  readonly now: () => Instant;
  /** No request may outlive it. */
  readonly deadline: Instant;
  readonly signal?: AbortSignal;
};

export type DrillOutcome = StepOutcome<Drill>;

/** What went wrong in a drill, worded without address and password. */
export class DrillError extends Error {
  override readonly name = 'DrillError';
}

/** The interlock refused right before an act. */
export class DrillRefusal extends Error {
  override readonly name = 'DrillRefusal';
}
