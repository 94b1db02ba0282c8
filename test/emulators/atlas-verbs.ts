import { DAY, HOUR, MINUTE, type Duration, type Instant } from '../../lib/domain/time.ts';
import type { EmulatedCluster, EmulatedProject } from './atlas-model.ts';

/** What a demo or a test does to a cluster, in the words of the trouble that it makes. */
export type AtlasVerbs = {
  /** The newest snapshot is this old, and none will come. */
  readonly stopSnapshots: (cluster: EmulatedCluster, age: Duration) => void;
  /** A new snapshot of so many times the size, as all later ones. */
  readonly resize: (cluster: EmulatedCluster, factor: number) => void;
  readonly oplogBehind: (cluster: EmulatedCluster, ago: Duration) => void;
  readonly caughtUp: (cluster: EmulatedCluster, ago?: Duration) => void;
  /** The latest snapshot failed a few minutes ago. */
  readonly failSnapshot: (cluster: EmulatedCluster) => void;
  /** Deleted by a user, with the events that say so; by nobody: it only vanishes. */
  readonly remove: (cluster: EmulatedCluster, how: { readonly byUser: string | null; readonly retainBackups?: boolean }) => void;
  /** Somebody lets the schedule keep daily snapshots for three days, and moments for two. */
  readonly cutSchedule: (cluster: EmulatedCluster, byUser: string) => void;
  /** Somebody switches point-in-time recovery off. */
  readonly switchPitOff: (cluster: EmulatedCluster, byUser: string) => void;
  /** Undoes all of these: listed, snapshots run, the newest of just now and of the usual size, PITR on and caught up. */
  readonly mend: (cluster: EmulatedCluster) => void;
};

type Troubled = { readonly usualBytes: number; readonly since: Instant; behind: boolean };

type Context = {
  readonly now: () => Instant;
  /** What a cluster was like before it got into trouble, remembered from now on. */
  readonly troubleOf: (cluster: EmulatedCluster) => Troubled;
  readonly forget: (cluster: EmulatedCluster) => void;
  readonly addEvent: (cluster: EmulatedCluster, type: string, ago: Duration, fields?: Readonly<Record<string, unknown>>) => void;
};

export function createVerbs(now: () => Instant, projects: readonly EmulatedProject[]): AtlasVerbs {
  const troubled = new WeakMap<EmulatedCluster, Troubled>();
  const context: Context = {
    now,
    troubleOf(cluster) {
      const known = troubled.get(cluster) ?? { usualBytes: cluster.sizeBytes, since: now(), behind: false };
      troubled.set(cluster, known);
      return known;
    },
    forget: (cluster) => void troubled.delete(cluster),
    addEvent(cluster, type, ago, fields = {}) {
      const project = projects.find(({ clusters }) => clusters.includes(cluster));
      if (project === undefined) throw new Error(`${cluster.name} is in no emulated project`);
      project.addEvent(type, ago, { clusterName: cluster.name, ...fields });
    },
  };
  return { ...snapshotVerbs(context), ...clusterVerbs(context), mend: (cluster) => mend(context, cluster) };
}

function snapshotVerbs({ now, troubleOf }: Context): Pick<AtlasVerbs, 'stopSnapshots' | 'resize' | 'failSnapshot'> {
  return {
    stopSnapshots(cluster, age) {
      troubleOf(cluster);
      cluster.sync(now());
      const edge = now() - age;
      // Older data, and not fewer snapshots: those that go before their time are a fault of their own.
      cluster.snapshots = cluster.snapshots.map((one) => (one.createdAt < edge ? one : { ...one, createdAt: edge - MINUTE }));
      cluster.stalled = true;
      cluster.add(cluster.snapshot(edge, { expiresAt: edge + 30 * DAY }));
    },
    resize(cluster, factor) {
      troubleOf(cluster);
      cluster.sizeBytes = Math.round(cluster.sizeBytes * factor);
      cluster.add(cluster.snapshot(now() - 3 * MINUTE));
    },
    failSnapshot(cluster) {
      cluster.add(cluster.snapshot(now() - 5 * MINUTE, { outcome: 'failed' }));
    },
  };
}

function clusterVerbs({
  troubleOf,
  addEvent,
}: Context): Pick<AtlasVerbs, 'oplogBehind' | 'caughtUp' | 'remove' | 'cutSchedule' | 'switchPitOff'> {
  return {
    oplogBehind(cluster, ago) {
      troubleOf(cluster).behind = true;
      addEvent(cluster, 'CPS_OPLOG_BEHIND', ago, { clusterId: cluster.id });
    },
    caughtUp(cluster, ago = 0) {
      troubleOf(cluster).behind = false;
      addEvent(cluster, 'CPS_OPLOG_CAUGHT_UP', ago, { clusterId: cluster.id });
    },
    remove(cluster, { byUser, retainBackups = false }) {
      cluster.presence = retainBackups ? 'retained' : 'gone';
      if (byUser === null) return;
      addEvent(cluster, 'CLUSTER_DELETE_SUBMITTED', MINUTE, { username: byUser, remoteAddress: '203.0.113.7' });
      addEvent(cluster, 'CLUSTER_DELETED', 0);
    },
    // Atlas's audit views carry no cluster (docs/facts/atlas.md §6).
    cutSchedule(cluster, username) {
      Object.assign(cluster, { keepDaily: 3, windowDays: 2 });
      addEvent(cluster, 'CPS_SNAPSHOT_SCHEDULE_UPDATED_AUDIT', MINUTE, { clusterName: undefined, username, hiddenCluster: cluster.name });
    },
    switchPitOff(cluster, username) {
      cluster.pit = false;
      addEvent(cluster, 'CPS_DATA_PROTECTION_UPDATED', MINUTE, { username, remoteAddress: '203.0.113.7' });
    },
  };
}

function mend({ now, troubleOf, forget, addEvent }: Context, cluster: EmulatedCluster): void {
  const { usualBytes, since, behind } = troubleOf(cluster);
  cluster.sync(now());
  Object.assign(cluster, { presence: 'listed', stalled: false, paused: false, sizeBytes: usualBytes, keepDaily: 30, windowDays: 7 });
  Object.assign(cluster, { backup: cluster.kind !== 'free', pit: cluster.kind === 'replicaSet' || cluster.kind === 'sharded' });
  // Those of another size, and those that failed, would go on being news; and so would completed ones that went before their time.
  cluster.snapshots = cluster.snapshots
    .filter((one) => one.outcome === 'completed')
    .map((one) => (one.createdAt < since - HOUR ? one : { ...one, sizeBytes: usualBytes }));
  if (cluster.backup) cluster.add(cluster.snapshot(now() - 3 * MINUTE));
  if (behind) addEvent(cluster, 'CPS_OPLOG_CAUGHT_UP', 0, { clusterId: cluster.id });
  forget(cluster);
}
