import type { Drill } from '../../domain/drill.ts';
import type { EvidenceLine } from '../../domain/evidence.ts';
import type { Head } from '../../domain/head.ts';
import type { GeneralPolicy } from '../../domain/policy.ts';
import { type Duration, type Instant, MINUTE, SECOND } from '../../domain/time.ts';
import type { RecoveryAtlas } from '../../domain/recovery-atlas.ts';
import type { RecoveryWorld } from '../world.ts';
import type { FailoverMeasure, FailoverTempo } from './failover.ts';

/** The database that drills write to, and the only one they ever change. It is theirs only while it carries their marker. */
export const DRILL_DATABASE = 'restorable_drill';

export type Damage = 'corruption' | 'deletion';

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
  /** Writes the marked database anew, with so many documents; the server's time that they carry. Refuses a database of this name that is not ours. */
  plant(uri: string, what: { readonly drill: string; readonly count: number }, deadline: Instant): Promise<Instant>;
  /** Writes the last documents before the damage; the server's time that they carry. */
  refresh(
    uri: string,
    what: { readonly drill: string; readonly first: number; readonly count: number },
    deadline: Instant,
  ): Promise<Instant>;
  /** Waits until the server's clock has left the last documents' second well behind, and does the damage; the server's time before its first write. */
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

/** How long drills wait for what. */
export type DrillTempo = FailoverTempo & {
  /** How long a region stays away once its outage is simulated. */
  readonly hold: Duration;
  /** A measure of a failover is not begun with less time than this: the whole of its patience, and the reading back after it. */
  readonly leastTime: Duration;
};

export const USUAL_TEMPO: DrillTempo = {
  between: 50,
  // Atlas restarts a primary some time after it said yes; a minute or two is usual.
  patience: 3 * MINUTE,
  // The old primary may take its role back, which is a second election.
  steady: 30 * SECOND,
  readBack: 20 * SECOND,
  hold: 2 * MINUTE,
  leastTime: 3 * MINUTE + 20 * SECOND,
};

/** One step's surroundings. */
export type DrillContext = {
  readonly world: RecoveryWorld & { readonly atlas: RecoveryAtlas };
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

/** What came of a step. `moved` goes on at once, `waits` at the next run, `troubled` is tried again then, `refused` and `ended` are the end. */
export type DrillStep =
  | { readonly kind: 'moved'; readonly drill: Drill }
  | { readonly kind: 'waits'; readonly drill: Drill }
  | { readonly kind: 'troubled'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'ended'; readonly drill: Drill };

/** Trouble of a drill, worded without address and password. */
export class DrillError extends Error {
  override readonly name = 'DrillError';
}

/** The interlock said no right before an act. */
export class DrillRefusal extends Error {
  override readonly name = 'DrillRefusal';
}
