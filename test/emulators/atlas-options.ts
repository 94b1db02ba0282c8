import type { ClusterKind } from '../../lib/domain/facts/facts.ts';
import type { Duration } from '../../lib/domain/time.ts';

export type EmulatedRegion = { readonly provider: string; readonly region: string };

/**
 * Where the cluster's data really is. Two clusters may share one server (the two addresses of the test server do): a prefix keeps their
 * databases apart. "shop" of a source with the prefix "src_" is stored as "src_shop", and restored into a target without one as "shop".
 */
export type EmulatedMongo = { readonly uri: string; readonly databases: readonly string[]; readonly prefix?: string };

export type ClusterOptions = {
  readonly kind?: ClusterKind;
  readonly every?: Duration;
  readonly age?: Duration;
  readonly sizeBytes?: number;
  /** False: it has no snapshot yet. */
  readonly history?: boolean;
  readonly paused?: boolean;
  readonly pit?: boolean;
  readonly backup?: boolean;
  readonly role?: string;
  readonly tier?: string;
  readonly shards?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** "8.0.29". */
  readonly mongoDBVersion?: string;
  /** Most preferred first. */
  readonly regions?: readonly EmulatedRegion[];
  readonly mongo?: EmulatedMongo;
  /** The region that the backup policy copies hourly, daily and weekly snapshots to. */
  readonly copyTo?: string;
};
