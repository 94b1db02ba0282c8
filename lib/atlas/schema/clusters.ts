import { z } from 'zod';
import { known, unknown, type Fact } from '../../domain/fact.ts';
import type { ClusterFacts, ClusterKind } from '../../domain/facts.ts';
import type { Instant } from '../../domain/time.ts';
import { fieldFact, flag, happened, identityOf, lenient, moment, text, type Entry } from './fields.ts';

/** A cluster of a listing, before its backups are asked for. */
export type ListedCluster = Omit<ClusterFacts, 'kind' | 'read' | 'schedule' | 'snapshots'> & {
  /** Unknown where the entry does not tell: the wrong list of snapshots would read as "never had a backup". */
  readonly kind: Fact<ClusterKind>;
};

const tag = z.object({ key: z.string(), value: z.string() });
const tags = lenient(z.array(lenient(tag)));

const region = z.object({ providerName: text, electableSpecs: lenient(z.object({ instanceSize: text })) });
const shard = z.object({ numShards: lenient(z.number().int().positive()), regionConfigs: lenient(z.array(lenient(region))) });

const clusterFields = z.object({
  createDate: moment,
  clusterType: lenient(z.enum(['REPLICASET', 'SHARDED', 'GEOSHARDED'])),
  paused: flag,
  backupEnabled: flag,
  pitEnabled: flag,
  internalClusterRole: text,
  tags,
  replicationSpecs: lenient(z.array(lenient(shard))),
});

type ClusterFields = z.infer<typeof clusterFields>;

/** A cluster of `/clusters`. System clusters are left out. */
export function parseCluster(entry: unknown, now: Instant): Entry<ListedCluster> {
  const fields = clusterFields.safeParse(entry).data;
  if (fields?.internalClusterRole && fields.internalClusterRole !== 'NONE') return { kind: 'leftOut' };
  const identity = identityOf(entry, 'cluster');
  if (identity.kind !== 'usable' || fields === undefined) return identity.kind === 'usable' ? { kind: 'leftOut' } : identity;
  const { id, name } = identity.value;
  const kind = kindOf(fields);
  const value = {
    id,
    name,
    kind: fieldFact(kind, 'clusterType', name, now),
    createdAt: fieldFact(happened(fields.createDate, now), 'createDate', name, now),
    paused: fieldFact(fields.paused, 'paused', name, now),
    backupEnabled: fieldFact(fields.backupEnabled, 'backupEnabled', name, now),
    // An M0 has no continuous backup by its nature, whatever the field says.
    pitEnabled: kind === 'free' || kind === 'flex' ? known(false, now) : fieldFact(fields.pitEnabled, 'pitEnabled', name, now),
    tags: tagsOf(fields.tags),
    topology: topologyOf(fields, name, now),
    tier: tierOf(fields),
  };
  return { kind: 'usable', value };
}

/** TENANT is a shared tier: M0 is free and without backups; what else still runs under that name is a flex cluster. */
function kindOf({ clusterType, replicationSpecs }: ClusterFields): ClusterKind | null {
  const first = replicationSpecs?.[0]?.regionConfigs?.[0];
  if (first?.providerName === 'TENANT') return first.electableSpecs?.instanceSize === 'M0' ? 'free' : 'flex';
  if (first?.providerName === 'FLEX') return 'flex';
  if (clusterType === null || clusterType === undefined) return null;
  return clusterType === 'REPLICASET' ? 'replicaSet' : 'sharded';
}

/** One replication spec is one shard; only versions before 2024-08-05 count them in `numShards`. */
function topologyOf({ clusterType, replicationSpecs }: ClusterFields, name: string, now: Instant): Fact<string> {
  if (!clusterType || !replicationSpecs || replicationSpecs.length === 0) return unknown(`Atlas sent no usable topology for ${name}`);
  const shards = replicationSpecs.reduce((sum, spec) => sum + (spec?.numShards ?? 1), 0);
  return known(`${clusterType}/${shards}`, now);
}

function tierOf({ replicationSpecs }: ClusterFields): string | null {
  const sizes = (replicationSpecs ?? []).map((spec) => spec?.regionConfigs?.[0]?.electableSpecs?.instanceSize ?? null);
  const [first] = sizes;
  if (!first) return null;
  const same = sizes.every((size) => size === first);
  if (!same) return [...new Set(sizes.map((size) => size ?? '?'))].join('+');
  return sizes.length === 1 ? first : `${first} x${sizes.length}`;
}

function tagsOf(list: z.infer<typeof tags>): Readonly<Record<string, string>> {
  return Object.fromEntries((list ?? []).flatMap((one) => (one ? [[one.key, one.value]] : [])));
}

const flexFields = z.object({ createDate: moment, clusterType: text, backupSettings: lenient(z.object({ enabled: flag })), tags });

/** A cluster of `/flexClusters`: cannot be paused, and has no continuous backup (facts/atlas-api §2). */
export function parseFlexCluster(entry: unknown, now: Instant): Entry<ListedCluster> {
  const identity = identityOf(entry, 'flex cluster');
  const fields = flexFields.safeParse(entry).data;
  if (identity.kind !== 'usable' || fields === undefined) return identity.kind === 'usable' ? { kind: 'leftOut' } : identity;
  const { id, name } = identity.value;
  const value = {
    id,
    name,
    kind: known<ClusterKind>('flex', now),
    createdAt: fieldFact(happened(fields.createDate, now), 'createDate', name, now),
    paused: known(false, now),
    backupEnabled: fieldFact(fields.backupSettings?.enabled, 'backupSettings.enabled', name, now),
    pitEnabled: known(false, now),
    tags: tagsOf(fields.tags),
    topology: known('FLEX/1', now),
    tier: 'FLEX',
  };
  return { kind: 'usable', value };
}
