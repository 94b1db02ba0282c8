import { type Config, policyOf } from '../../lib/config/policy.ts';
import { known, unknown, type Unknown } from '../../lib/domain/fact.ts';
import type { AtlasEvent, ClusterFacts, Facts, ProjectFacts, Schedule, Snapshot } from '../../lib/domain/facts.ts';
import type { Finding } from '../../lib/domain/finding.ts';
import { EMPTY_MEMORY, type Memory } from '../../lib/domain/memory.ts';
import type { CheckId } from '../../lib/domain/policy.ts';
import { DAY, type Duration, HOUR, type Instant } from '../../lib/domain/time.ts';
import type { ClusterRow } from '../../lib/domain/view.ts';
import { judge, type Judgement, recordable } from '../../lib/judge.ts';

/** 22 November 2026, 12:00 UTC. */
export const NOW: Instant = Date.UTC(2026, 10, 22, 12);
export const GIB = 1024 ** 3;
export const UNREAD: Unknown = unknown('403: not on the API access list');

/** Completed, scheduled, 10 GiB, kept for a week; `at` is its data time. */
export function snapshot(at: Instant, changes: Partial<Snapshot> = {}): Snapshot {
  return {
    id: `s${at}`,
    status: 'completed',
    type: 'scheduled',
    requestedAt: at - 100_000,
    createdAt: at,
    expiresAt: at + 7 * DAY,
    sizeBytes: 10 * GIB,
    ...changes,
  };
}

/** Every six hours for a week, the newest `newest` old. */
export function snapshots(now: Instant, newest: Duration = HOUR): readonly Snapshot[] {
  return Array.from({ length: 27 }, (_, index) => snapshot(now - newest - index * 6 * HOUR)).reverse();
}

/** A snapshot that Atlas has not finished: no data time and no size yet. */
export function unfinished(requestedAt: Instant, changes: Partial<Snapshot> = {}): Snapshot {
  return snapshot(requestedAt, { id: `u${requestedAt}`, status: 'inProgress', requestedAt, createdAt: null, sizeBytes: 0, ...changes });
}

export function schedule(changes: Partial<Schedule> = {}): Schedule {
  const items = [
    { frequency: 'hourly', interval: 6, retentionDays: 7 },
    { frequency: 'daily', interval: 1, retentionDays: 7 },
  ] as const;
  return { items, nextSnapshotAt: NOW + 5 * HOUR, restoreWindowDays: 7, ...changes };
}

/** "orders": a replica set of thirty days, with PITR, a snapshot every six hours, the newest an hour old. */
export function cluster(now: Instant = NOW, changes: Partial<ClusterFacts> = {}): ClusterFacts {
  return {
    id: 'c1',
    name: 'orders',
    kind: 'replicaSet',
    createdAt: known(NOW - 30 * DAY, now),
    paused: known(false, now),
    backupEnabled: known(true, now),
    pitEnabled: known(true, now),
    tags: {},
    topology: known('REPLICASET/1', now),
    tier: 'M10',
    read: true,
    schedule: known(schedule({ nextSnapshotAt: now + 5 * HOUR }), now),
    snapshots: known(snapshots(now), now),
    ...changes,
  };
}

export function event(type: string, at: Instant, changes: Partial<AtlasEvent> = {}): AtlasEvent {
  return { id: `${type}@${at}`, type, at, clusterId: 'c1', clusterName: 'orders', actor: null, snapshot: null, ...changes };
}

export function project(clusters: readonly ClusterFacts[], now: Instant = NOW, changes: Partial<ProjectFacts> = {}): ProjectFacts {
  return {
    id: 'p1',
    name: 'shop',
    dedicated: known(
      clusters.filter(({ kind }) => kind !== 'flex'),
      now,
    ),
    flex: known(
      clusters.filter(({ kind }) => kind === 'flex'),
      now,
    ),
    unreadable: [],
    events: known({ since: now - 8 * DAY, until: now, events: [] }, now),
    alerts: known([], now),
    alertConfigs: known([], now),
    remains: {},
    ...changes,
  };
}

export function factsOf(projects: readonly ProjectFacts[], now: Instant = NOW, changes: Partial<Facts> = {}): Facts {
  return { startedAt: now, complete: true, projects: known(projects, now), ...changes };
}

/** What one run reads of "orders", where it is not as ever. */
export type Look = {
  readonly at?: Instant;
  readonly cluster?: Partial<ClusterFacts>;
  readonly events?: readonly AtlasEvent[];
  readonly project?: Partial<ProjectFacts>;
  readonly complete?: boolean;
};

export type Looked = {
  readonly judgement: Judgement;
  readonly memory: Memory;
  /** The finding of a check on a cluster ("c1" unless told), a project (null) or what else has that id. */
  readonly finding: (check: CheckId, clusterId?: string | null) => Finding | undefined;
  readonly row: (clusterId?: string) => ClusterRow;
};

export type Watcher = { readonly look: (look?: Look) => Looked; readonly read: (facts: Facts) => Looked };

/** A monitor's memory over several runs, under one policy. */
export function watcher(config: Config = {}): Watcher {
  const policy = policyOf(config);
  let memory = EMPTY_MEMORY;
  const read = (facts: Facts): Looked => {
    const { startedAt: now, complete } = facts;
    const judgement = recordable(judge(memory, facts, { policy, projectIds: null }), { runId: 'run', now, complete });
    memory = judgement.memory;
    return looked(judgement);
  };
  return { read, look: (look = {}) => read(factsOfLook(look)) };
}

export function factsOfLook({ at = NOW, events = [], complete = true, ...look }: Look): Facts {
  const feed = { events: known({ since: at - 8 * DAY, until: at, events }, at) };
  return factsOf([project([cluster(at, look.cluster)], at, { ...feed, ...look.project })], at, { complete });
}

function looked(judgement: Judgement): Looked {
  return {
    judgement,
    memory: judgement.memory,
    finding: (check, clusterId = 'c1') =>
      judgement.findings.find((finding) => finding.check === check && finding.resource.clusterId === clusterId),
    row: (clusterId = 'c1') => {
      const row = judgement.view.clusters.find((candidate) => candidate.clusterId === clusterId);
      if (!row) throw new Error(`no row for ${clusterId}`);
      return row;
    },
  };
}

/** One run without a past. */
export function once(look: Look = {}, config: Config = {}): Looked {
  return watcher(config).look(look);
}

/** "failing critical", "ok", …, with what else says it: "failing warning (pitr-gap)". */
export function told(finding: Finding | undefined): string {
  if (!finding) return 'nothing';
  return [finding.verdict, finding.severity, finding.saidBy && `(${finding.saidBy})`].filter((part) => part !== null).join(' ');
}
