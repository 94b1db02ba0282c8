import { z } from 'zod';
import type { Fact } from '../../domain/facts/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { LiveCluster } from '../../domain/recovery/atlas-recovery.ts';
import { parseCluster, parseFlexCluster, replicationSpecs, shardsOf, type ListedCluster, type ReplicationSpecs } from './clusters.ts';
import { flag, lenient, majorVersionOf, objectId, text, type Entry } from './answer-fields.ts';
import type { ProjectName } from './projects.ts';

const liveFields = z.object({
  groupId: lenient(objectId),
  stateName: text,
  paused: flag,
  pitEnabled: flag,
  mongoDBMajorVersion: text,
  mongoDBVersion: text,
  configServerType: text,
  connectionStrings: lenient(z.unknown()),
  replicationSpecs,
});

type Fields = z.infer<typeof liveFields>;

/** A cluster as the interlock needs it, which must not guess. `restoreWindowDays` is in the schedule, and null here. */
export function parseLiveCluster(
  body: unknown,
  project: ProjectName,
  asked: { readonly name: string; readonly flex: boolean },
  now: Instant,
): Entry<LiveCluster> {
  const listed = asked.flex ? parseFlexCluster(body, now) : parseCluster(body, now);
  if (listed.kind === 'leftOut') return unreadable(`${asked.name} is an internal cluster of Atlas`);
  if (listed.kind === 'unreadable') return listed;
  const fields = liveFields.safeParse(body).data;
  const { value } = listed;
  // The interlock must not pass because of the state of another cluster.
  if (value.name !== asked.name) return unreadable(`Atlas answered with the cluster ${value.name} in place of ${asked.name}`);
  if (fields?.groupId && fields.groupId !== project.id) return unreadable(`Atlas answered with the ${asked.name} of another project`);
  if (fields === undefined || !value.kind.known) return unreadable(`Atlas sent no usable \`clusterType\` for ${asked.name}`);
  return { kind: 'usable', value: liveCluster(value, value.kind.value, fields, project) };
}

function unreadable(sentence: string): Entry<LiveCluster> {
  return { kind: 'unreadable', sentence };
}

function liveCluster(listed: ListedCluster, kind: LiveCluster['kind'], fields: Fields, project: ProjectName): LiveCluster {
  return {
    projectId: project.id,
    projectName: project.name,
    clusterId: listed.id,
    name: listed.name,
    kind,
    stateName: fields.stateName,
    paused: valueOf(listed.paused),
    tags: listed.tags,
    majorVersion: majorVersionOf(fields.mongoDBMajorVersion) ?? majorVersionOf(fields.mongoDBVersion),
    shards: kind === 'sharded' ? shardsOf(fields.replicationSpecs) : 1,
    configServer: kind === 'sharded' ? fields.configServerType : null,
    pitEnabled: valueOf(listed.pitEnabled),
    restoreWindowDays: null,
    hosts: [...new Set(hostsIn(fields.connectionStrings))],
    regions: regionsOf(fields.replicationSpecs),
  };
}

function valueOf<T>(fact: Fact<T>): T | null {
  return fact.known ? fact.value : null;
}

/** The preferred region first. */
function regionsOf(specs: ReplicationSpecs): LiveCluster['regions'] {
  const all = (specs ?? []).flatMap((spec) => spec?.regionConfigs ?? []);
  const named = all.flatMap((one) =>
    one?.providerName && one.regionName ? [{ provider: one.providerName, region: one.regionName, priority: one.priority ?? 0 }] : [],
  );
  const known = new Map(named.toSorted((a, b) => a.priority - b.priority).map((one) => [`${one.provider} ${one.region}`, one]));
  const preferred = [...known.values()].toSorted((a, b) => b.priority - a.priority);
  return preferred.map(({ provider, region: name }) => ({ provider, region: name }));
}

/** The hosts of every connection string, at any depth: those of private endpoints are in lists and maps. Omits user, password and options. */
function hostsIn(value: unknown): readonly string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(hostsIn);
  const found = typeof value === 'string' ? /^mongodb(?:\+srv)?:\/\/(?:[^/?#]*@)?([^/?#]+)/.exec(value) : null;
  const hosts = found?.[1]?.toLowerCase().split(',') ?? [];
  return hosts.filter((host) => host !== '');
}
