import { type Config, policyOf } from '../../lib/config/policy/define-config.ts';
import { known, unknown, type Unknown } from '../../lib/domain/facts/fact.ts';
import type { AtlasEvent, ClusterFacts, Facts, ProjectFacts, Schedule, Snapshot, SnapshotSource } from '../../lib/domain/facts/facts.ts';
import type { DailyReads } from '../../lib/domain/facts/daily-facts.ts';
import type { Finding } from '../../lib/domain/findings/finding.ts';
import { EMPTY_MEMORY, type Memory } from '../../lib/domain/memory/memory.ts';
import type { CheckId } from '../../lib/domain/policy/policy.ts';
import { DAY, type Duration, HOUR, type Instant } from '../../lib/domain/time.ts';
import type { ClusterRow } from '../../lib/domain/findings/recorded-view.ts';
import { evaluateRun, type RunEvaluation, recordableEvaluation } from '../../lib/evaluate/evaluation.ts';

/** 22 November 2026, 12:00 UTC. */
export const NOW: Instant = Date.UTC(2026, 10, 22, 12);
export const GIB = 1024 ** 3;
export const UNREAD: Unknown = unknown('403: not on the API access list');

/** What `snapshot` is a snapshot of: "orders". */
export const SOURCE: SnapshotSource = { kind: 'replicaSet', shards: 1, majorVersion: '8.0', customerKey: false, configServer: null };

/** A completed scheduled snapshot of 10 GiB that is kept for a week; `at` is its data time. */
export function snapshot(at: Instant, changes: Partial<Snapshot> = {}): Snapshot {
  return {
    id: `s${at}`,
    status: 'completed',
    type: 'scheduled',
    requestedAt: at - 100_000,
    createdAt: at,
    expiresAt: at + 7 * DAY,
    sizeBytes: 10 * GIB,
    source: SOURCE,
    ...changes,
  };
}

/** What `schedule` leaves after 30 days, the newest `newest` old: a snapshot every six hours, kept for 7 days; every fourth is the daily one, kept for 30. */
export function snapshots(now: Instant, newest: Duration = HOUR): readonly Snapshot[] {
  const taken = Array.from({ length: 120 }, (_, index) => ({
    at: now - newest - index * 6 * HOUR,
    kept: (index % 4 === 0 ? 30 : 7) * DAY,
    frequency: index % 4 === 0 ? ('daily' as const) : ('hourly' as const),
  }));
  const left = taken.filter(({ at, kept }) => at + kept > now);
  return left.map(({ at, kept, frequency }) => snapshot(at, { expiresAt: at + kept, frequency })).reverse();
}

/** A snapshot that Atlas has not completed: it has no data time and no size yet. */
export function unfinished(requestedAt: Instant, changes: Partial<Snapshot> = {}): Snapshot {
  return snapshot(requestedAt, { id: `u${requestedAt}`, status: 'inProgress', requestedAt, createdAt: null, sizeBytes: 0, ...changes });
}

export function schedule(changes: Partial<Schedule> = {}): Schedule {
  const items = [
    { frequency: 'hourly', interval: 6, retentionDays: 7 },
    { frequency: 'daily', interval: 1, retentionDays: 30 },
  ] as const;
  return { items, nextSnapshotAt: NOW + 5 * HOUR, restoreWindowDays: 7, ...changes };
}

/** "orders", healthy in every respect: a replica set created 40 days ago, with PITR and 30 days of snapshots, the newest an hour old. */
export function cluster(now: Instant = NOW, changes: Partial<ClusterFacts> = {}): ClusterFacts {
  return {
    id: 'c1',
    name: 'orders',
    kind: 'replicaSet',
    createdAt: known(NOW - 40 * DAY, now),
    paused: known(false, now),
    backupEnabled: known(true, now),
    pitEnabled: known(true, now),
    tags: {},
    electable: known([{ 'AWS US_EAST_1': 3 }], now),
    terminationProtection: known(true, now),
    topology: known('REPLICASET/1', now),
    tier: 'M10',
    server: { majorVersion: '8.0', customerKey: false, configServer: null },
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
    daily: daily(now),
    remains: {},
    ...changes,
  };
}

/** Nothing to set up: Atlas's own alerts, no customer key, database auditing. The alerts have no threshold, so that the oplog's is 0. */
export function daily(now: Instant = NOW, changes: DailyReads = {}): DailyReads {
  const types = ['CPS_SNAPSHOT_BEHIND', 'CPS_PREV_SNAPSHOT_OLD', 'CPS_OPLOG_BEHIND'];
  return {
    alertConfigs: known(
      types.map((type) => ({ type, enabled: true, threshold: null })),
      now,
    ),
    customerKeys: known([], now),
    auditLog: known({ enabled: true }, now),
    exportBuckets: known([], now),
    compliancePolicy: known(null, now),
    ...changes,
  };
}

export function factsOf(projects: readonly ProjectFacts[], now: Instant = NOW, changes: Partial<Facts> = {}): Facts {
  return { startedAt: now, complete: true, projects: known(projects, now), ...changes };
}

/** How what one run reads differs from the healthy "orders". */
export type Look = {
  readonly at?: Instant;
  readonly cluster?: Partial<ClusterFacts>;
  readonly events?: readonly AtlasEvent[];
  readonly project?: Partial<ProjectFacts>;
  readonly complete?: boolean;
};

export type Looked = {
  readonly judgement: RunEvaluation;
  readonly memory: Memory;
  /** The finding of a check on the cluster of that id, "c1" by default; null: on a project or the organisation. */
  readonly finding: (check: CheckId, clusterId?: string | null) => Finding | undefined;
  readonly row: (clusterId?: string) => ClusterRow;
};

export type Watcher = { readonly look: (look?: Look) => Looked; readonly read: (facts: Facts) => Looked };

/** Several runs under one policy, each with the memory that the one before left. */
export function watcher(config: Config = {}): Watcher {
  const policy = policyOf(config);
  let memory = EMPTY_MEMORY;
  const read = (facts: Facts): Looked => {
    const { startedAt: now, complete } = facts;
    const judgement = recordableEvaluation(evaluateRun(memory, facts, { policy, projectIds: null }), { runId: 'run', now, complete });
    memory = judgement.memory;
    return looked(judgement);
  };
  return { read, look: (look = {}) => read(factsOfLook(look)) };
}

export function factsOfLook({ at = NOW, events = [], complete = true, ...look }: Look): Facts {
  const feed = { events: known({ since: at - 8 * DAY, until: at, events }, at) };
  return factsOf([project([cluster(at, look.cluster)], at, { ...feed, ...look.project })], at, { complete });
}

function looked(judgement: RunEvaluation): Looked {
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

/** One run without memory. */
export function once(look: Look = {}, config: Config = {}): Looked {
  return watcher(config).look(look);
}

/** "failing critical", "ok", …, with the check that explains it: "failing warning (pitr-gap)". */
export function inWords(finding: Finding | undefined): string {
  if (!finding) return 'nothing';
  return [finding.verdict, finding.severity, finding.explainedBy && `(${finding.explainedBy})`].filter((part) => part !== null).join(' ');
}
