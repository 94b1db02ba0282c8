import type { ClusterFacts, ClusterKind, Schedule } from '../../lib/domain/facts/facts.ts';
import type { Duration, Instant } from '../../lib/domain/time.ts';

/** A cluster that does what it promised, as varied as healthy ones are. */
export type Habits = {
  readonly name: string;
  readonly kind: ClusterKind;
  /** Between scheduled snapshots. */
  readonly every: Duration;
  /** At most so late a snapshot is asked for. */
  readonly jitter: Duration;
  /** From data time to completion, typically; it varies by a quarter either way, and ends within the hour. */
  readonly takes: Duration;
  readonly bytes: number;
  /** What the shortest retention of the schedule is. */
  readonly kept: Duration;
  /** A fraction a week; sizes of single snapshots vary by 2 % besides. */
  readonly growth: number;
  readonly pit: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** The region that all its scheduled snapshots are copied to; copies go with their originals. */
  readonly copyTo?: string;
  /** In the simulated year. Before it there is nothing. */
  readonly bornAt: Instant;
  readonly pauses: readonly { readonly from: Instant; readonly to: Instant }[];
  /** How often somebody takes an on-demand snapshot: chance an interval. */
  readonly byHand: number;
  /** So long before the expiry that it told, Atlas deletes a snapshot; as long after it is completed, the expiry moves by up to so much either way. */
  readonly early: Duration;
  /** After so long scripts delete the on-demand snapshots that they made. */
  readonly scripted: Duration | null;
  /** A fault that people have announced: the scheduled moments whose snapshot fails, made good within the hour. */
  readonly fails: (due: Instant) => boolean;
  /** When it becomes one of another kind under its id. Nobody knows whether Atlas goes on listing the snapshots from before (docs/facts/atlas.md §2). */
  readonly converted?: {
    readonly at: Instant;
    readonly to: Pick<Habits, 'kind' | 'every' | 'pit'>;
    readonly snapshots: 'listed still' | 'listed no more';
  };
  /** When somebody deletes it, with its backups, or upgrades it, so that it has another id from then on, and no event tells so. */
  readonly ends?: { readonly at: Instant; readonly by: 'deletion' | 'upgrade' };
  /** What Atlas says of it at that moment that is not as it was: another size, another region. */
  readonly looks?: (at: Instant) => Partial<ClusterFacts>;
  /** How often a check falls into an election, during which Atlas's alert about a missing primary is open: chance a check. */
  readonly elections?: number;
  /** What its schedule has at that moment besides, or instead of, what follows from `every`. */
  readonly schedule?: (at: Instant) => Partial<Schedule>;
};
