import type { Duration, Instant } from '../../lib/domain/time.ts';
import { RESTORE_CREDENTIALS } from './atlas-access.ts';
import type { AtlasHttp } from './atlas-http.ts';
import type { EmulatedCluster, EmulatedProject } from './atlas-model.ts';
import { createAgenda, type Agenda } from './atlas-restore-agenda.ts';
import { createRestoreData, type RestoreData } from './atlas-restore-data.ts';
import type { EmulatedJob, RestoreFault } from './atlas-restore-jobs.ts';
import type { EmulatedOutage } from './atlas-restore-outage.ts';

/** Restores as a test or a demo steers them. What was asked for is in `jobs`; time passes by the emulator's clock. */
export type Recovery = {
  readonly credentials: typeof RESTORE_CREDENTIALS;
  /** How long each restore job takes that is asked for from now on. */
  restoreTakes: Duration;
  /** What goes wrong with each restore job that is asked for from now on. */
  readonly faults: Set<RestoreFault>;
  /** Every job there ever was, oldest first. */
  readonly jobs: EmulatedJob[];
  readonly outages: Map<EmulatedCluster, EmulatedOutage>;
  /** Search indexes as GET search/indexes lists them; null: the account lacks the role. */
  searchIndexes: Map<EmulatedCluster, readonly object[]> | null;
  /** Until when a failover test runs. */
  readonly restarts: Map<EmulatedCluster, Instant>;
  /** Called when primaries are restarted: what fails for a moment is outside of Atlas. */
  onRestart: ((cluster: EmulatedCluster) => void) | null;
  readonly data: RestoreData;
  /** What is still to happen, by time. */
  readonly agenda: Agenda;
  /** Lets everything happen whose time has come; each request does so first. */
  readonly settle: () => Promise<void>;
  /** The next restore job is taken, and the connection reset in place of the answer. */
  readonly loseNextAnswer: () => void;
  /** Once it has been read so many times (with its schedule), the cluster goes by another name: between the interlock and the request. */
  readonly renameAfterRead: (cluster: EmulatedCluster, name: string, reads?: number) => void;
  /** Once it has been read so many times, the cluster has no tags. */
  readonly untagAfterRead: (cluster: EmulatedCluster, reads?: number) => void;
  /** Told of each request's path before it is handled, and of each answer about one cluster. */
  readonly beforeRequest: (path: string) => void;
  readonly wasRead: (cluster: EmulatedCluster) => void;
};

/** Measured on M10: median 230 s (docs/facts/atlas.md §5). */
const RESTORE_TAKES: Duration = 230_000;

type World = { readonly now: () => Instant; readonly projects: readonly EmulatedProject[]; readonly fault: AtlasHttp['fault'] };

export function createRecovery({ now, fault }: World): Recovery {
  const agenda = createAgenda();
  const { after, wasRead, beforeRequest } = createReadings();
  return {
    credentials: RESTORE_CREDENTIALS,
    restoreTakes: RESTORE_TAKES,
    faults: new Set(),
    jobs: [],
    outages: new Map(),
    searchIndexes: new Map(),
    restarts: new Map(),
    onRestart: null,
    data: createRestoreData(now),
    agenda,
    settle: () => agenda.settle(now()),
    loseNextAnswer: () => fault(/^POST .*\/backup\/restoreJobs/, { kind: 'lost' }, 1),
    renameAfterRead: (cluster, name, reads = 1) => after(cluster, reads, () => (cluster.name = name)),
    untagAfterRead: (cluster, reads = 1) => after(cluster, reads, () => (cluster.tags = {})),
    beforeRequest,
    wasRead,
  };
}

type Readings = Pick<Recovery, 'wasRead' | 'beforeRequest'> & {
  readonly after: (cluster: EmulatedCluster, reads: number, change: () => void) => void;
};

function createReadings(): Readings {
  const changes = new Set<{ readonly cluster: EmulatedCluster; left: number; readonly change: () => void }>();
  return {
    after: (cluster, left, change) => void changes.add({ cluster, left, change }),
    wasRead(cluster) {
      for (const one of changes) if (one.cluster === cluster) one.left -= 1;
    },
    beforeRequest(path) {
      // Who reads a cluster reads its schedule with it.
      if (path.endsWith('/backup/schedule')) return;
      for (const one of [...changes].filter(({ left }) => left <= 0)) {
        changes.delete(one);
        one.change();
      }
    },
  };
}
