import type { ClusterKind } from './facts.ts';
import type { Instant } from './time.ts';

/** What earlier runs leave for the next reading of Atlas: what is known, and when each part of it was last read. */
export type CollectHints = {
  readonly projects: Readonly<Record<string, ProjectHints>>;
};

/** Keyed by project id in `CollectHints`. */
export type ProjectHints = {
  readonly name: string;
  /** Null where it was never read. */
  readonly readAt: Instant | null;
  /** The span whose events are already in memory; null on a first run. */
  readonly events: { readonly since: Instant; readonly until: Instant } | null;
  readonly alertConfigsReadAt: Instant | null;
  /** Keyed by cluster id. A cluster stays here until it has been told as gone. */
  readonly clusters: Readonly<Record<string, ClusterHints>>;
};

export type ClusterHints = {
  readonly name: string;
  readonly kind: ClusterKind;
  readonly readAt: Instant | null;
};
