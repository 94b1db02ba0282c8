import { type Duration, HOUR, type Instant } from '../../time.ts';

/** The recovery points that earlier lists held: what a later list lacks too early is lost (evaluate/checks/snapshot-deleted.ts). */
export type HeldPoints = {
  /** The kind and `clusterType` of the cluster whose points they are: a cluster of another type has other snapshots. */
  readonly of: string;
  /** Those of the last list, and those that it lacks without being lost yet; packed (packed-points.ts). */
  readonly points: string;
  /** When the last list was read. */
  readonly readAt: Instant;
  /** The points that the list of a complete check lacked without an answer whether they exist, packed, and when a list had them last. */
  readonly lacked?: { readonly points: string; readonly readAt: Instant };
  /** How many scheduled points were held at which check of the last 72 h; only counts that no later one reaches, so that the first is the highest. */
  readonly most: readonly (readonly [at: Instant, count: number])[];
  /** Oldest first. */
  readonly losses?: readonly Loss[];
};

/** What one check found lost or shortened. */
export type Loss = {
  /** When the check found it, and when a list had the points as they were before. */
  readonly at: Instant;
  readonly after: Instant;
  /** Scheduled points that went before their time, and on-demand ones. */
  readonly scheduled: number;
  readonly onDemand: number;
  /** Points whose expiry was brought forward by more than a day. */
  readonly shortened: number;
  readonly shortenedOnDemand: number;
  /** The most scheduled points that were held at any check of the 72 h until then. */
  readonly most: number;
  /** The data times of the oldest and of the newest of these points. */
  readonly oldest: Instant;
  readonly newest: Instant;
};

/** Losses within this time are counted together, and without a further one they are over after it (docs/contract.md, clause 10). */
export const LOSSES_COUNT_FOR: Duration = 72 * HOUR;
