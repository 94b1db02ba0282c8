import { z } from 'zod';
import { known, unknown, type Fact } from '../../domain/facts/fact.ts';
import type { ClusterFacts, ClusterKind } from '../../domain/facts/facts.ts';
import type { Instant } from '../../domain/time.ts';
import { fieldFact, flag, happened, identityOf, lenient, moment, text, type Entry } from './answer-fields.ts';
import { electableOf, REGION_FIELDS } from './electable-nodes.ts';

/** A cluster of a listing, before its backups are read. */
export type ListedCluster = Omit<ClusterFacts, 'kind' | 'read' | 'schedule' | 'snapshots'> & {
  /** Unknown if the entry does not say: the wrong list of snapshots would read as "never had a backup". */
  readonly kind: Fact<ClusterKind>;
};

const tag = z.object({ key: z.string(), value: z.string() });
const tags = lenient(z.array(lenient(tag)));

const region = z.object(REGION_FIELDS);
const shard = z.object({ numShards: lenient(z.number().int().positive()), regionConfigs: lenient(z.array(lenient(region))) });
export const replicationSpecs = lenient(z.array(lenient(shard)));
export type ReplicationSpecs = z.infer<typeof replicationSpecs>;

const clusterFields = z.object({
  createDate: moment,
  stateName: text,
  clusterType: lenient(z.enum(['REPLICASET', 'SHARDED', 'GEOSHARDED'])),
  paused: flag,
  backupEnabled: flag,
  pitEnabled: flag,
  tags,
  replicationSpecs,
});

/** `stateName` of a cluster that Atlas is deleting (docs/facts/atlas.md §2). */
const DELETING = 'DELETING';

const systemCluster = z.object({ internalClusterRole: text });

type ClusterFields = z.infer<typeof clusterFields>;

/** A cluster of `/clusters`. System clusters are left out. */
export function parseCluster(entry: unknown, now: Instant): Entry<ListedCluster> {
  const role = systemCluster.safeParse(entry).data?.internalClusterRole;
  if (role && role !== 'NONE') return { kind: 'leftOut' };
  const identity = identityOf(entry, 'cluster');
  if (identity.kind !== 'usable') return identity;
  const { name } = identity.value;
  // Never throws: what has an identity is an object, and every field is lenient.
  const fields = clusterFields.parse(entry);
  const kind = kindOf(fields);
  const value = {
    ...identity.value,
    kind: fieldFact(kind, 'clusterType', name, now),
    createdAt: fieldFact(happened(fields.createDate, now), 'createDate', name, now),
    paused: fieldFact(fields.paused, 'paused', name, now),
    backupEnabled: fieldFact(fields.backupEnabled, 'backupEnabled', name, now),
    // An M0 never has continuous backup, whatever the field says.
    pitEnabled: kind === 'free' || kind === 'flex' ? known(false, now) : fieldFact(fields.pitEnabled, 'pitEnabled', name, now),
    ...(fields.stateName === DELETING && { deleting: true }),
    electable: fieldFact(electableOf(fields.replicationSpecs), 'replicationSpecs', name, now),
    tags: tagsOf(fields.tags),
    topology: topologyOf(fields, name, now),
    tier: tierOf(fields),
  };
  return { kind: 'usable', value };
}

/** TENANT is a shared tier: an M0 is free and has no backups, and every other one is a flex cluster now. */
function kindOf({ clusterType, replicationSpecs: specs }: ClusterFields): ClusterKind | null {
  const first = specs?.[0]?.regionConfigs?.[0];
  if (first?.providerName === 'TENANT') return first.electableSpecs?.instanceSize === 'M0' ? 'free' : 'flex';
  if (first?.providerName === 'FLEX') return 'flex';
  if (clusterType === null) return null;
  return clusterType === 'REPLICASET' ? 'replicaSet' : 'sharded';
}

/** One replication spec is one shard; only versions before 2024-08-05 count them in `numShards`. Null if Atlas does not say. */
export function shardsOf(specs: ReplicationSpecs): number | null {
  return specs === null || specs.length === 0 ? null : specs.reduce((sum, spec) => sum + (spec?.numShards ?? 1), 0);
}

function topologyOf({ clusterType, replicationSpecs: specs }: ClusterFields, name: string, now: Instant): Fact<string> {
  const shards = shardsOf(specs);
  if (clusterType === null || shards === null) return unknown(`Atlas sent no usable topology for ${name}`);
  return known(`${clusterType}/${shards}`, now);
}

function tierOf({ replicationSpecs: specs }: ClusterFields): string | null {
  const sizes = (specs ?? []).map((spec) => spec?.regionConfigs?.[0]?.electableSpecs?.instanceSize ?? null);
  const [first] = sizes;
  if (!first) return null;
  if (sizes.some((size) => size !== first)) return [...new Set(sizes.map((size) => size ?? '?'))].join('+');
  return sizes.length === 1 ? first : `${first} x${sizes.length}`;
}

function tagsOf(list: z.infer<typeof tags>): Readonly<Record<string, string>> {
  return Object.fromEntries((list ?? []).flatMap((one) => (one ? [[one.key, one.value]] : [])));
}

const flexFields = z.object({
  createDate: moment,
  stateName: text,
  clusterType: text,
  backupSettings: lenient(z.object({ enabled: flag })),
  tags,
});

/** A cluster of `/flexClusters`, which cannot be paused and has no continuous backup (docs/facts/atlas.md §2). */
export function parseFlexCluster(entry: unknown, now: Instant): Entry<ListedCluster> {
  const identity = identityOf(entry, 'flex cluster');
  if (identity.kind !== 'usable') return identity;
  const { name } = identity.value;
  const fields = flexFields.parse(entry);
  const value = {
    ...identity.value,
    kind: known<ClusterKind>('flex', now),
    createdAt: fieldFact(happened(fields.createDate, now), 'createDate', name, now),
    paused: known(false, now),
    backupEnabled: fieldFact(fields.backupSettings?.enabled ?? null, 'backupSettings.enabled', name, now),
    pitEnabled: known(false, now),
    ...(fields.stateName === DELETING && { deleting: true }),
    tags: tagsOf(fields.tags),
    electable: unknown('Atlas runs the nodes of flex clusters, and does not list them'),
    topology: known('FLEX/1', now),
    tier: 'FLEX',
  };
  return { kind: 'usable', value };
}
