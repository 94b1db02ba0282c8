import { AtlasError } from '../../lib/collect/client/atlas-error.ts';
import type { Config } from '../../lib/config/policy/define-config.ts';
import type { EvidenceLine } from '../../lib/domain/recovery/evidence.ts';
import type { LogRecord } from '../../lib/domain/recovery/log-record.ts';
import { NO_RECOVERY, type RecoveryState } from '../../lib/domain/recovery/restore-test.ts';
import type { SearchIndex } from '../../lib/domain/recovery/search-index.ts';
import { type Instant, MINUTE } from '../../lib/domain/time.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import type { LiveCluster, RecoveryAtlas, RestoreJob } from '../../lib/domain/recovery/atlas-recovery.ts';
import { dailyRestoreTests } from '../../lib/recovery/restore-tests/runner/daily-tests.ts';
import type { Deployments, RecoveryPorts, ValidationPart } from '../../lib/ports/recovery-ports.ts';
import { type Stage, stage } from './ports.ts';
import { line, liveCluster, sandbox, snapshot } from './recovery.ts';

/** A hand-made Atlas for tests of the state machine alone; the tests with the emulator use the real client. */
export type Scripted = {
  source: LiveCluster | null;
  target: LiveCluster | null;
  jobs: RestoreJob[];
  snapshots: readonly string[];
  /** What Atlas lists of the source; null: the role is missing. */
  searchIndexes: readonly SearchIndex[] | null;
  /** What happens to the next request for a restore: it is accepted, accepted with a lost answer, or throws. */
  onRequest: 'take' | 'lose' | Error;
  requests: number;
  /** Called before each read of a cluster. */
  beforeFind: (name: string) => void;
  paused: boolean[];
};

export type RecoveryStage = Stage & {
  readonly atlas: Scripted;
  /** The validation's answers, part by part. */
  answers: ValidationPart[];
  dropped: number;
  /** The search indexes at an address; null: a server without search. */
  searched: (uri: string) => readonly SearchIndex[] | null;
  /** The deadline of each validation. */
  readonly deadlines: Instant[];
  readonly move: (minutes: number) => Promise<void>;
  readonly start: () => ReturnType<typeof dailyRestoreTests>;
  readonly state: () => Promise<RecoveryState>;
  readonly records: () => Promise<readonly LogRecord[]>;
  /** Finishes the running job. */
  readonly restored: (changes?: Partial<RestoreJob>) => void;
};

export const PLAN: Config = {
  restoreTests: [
    {
      name: 'weekly',
      sources: [{ project: 'shop', cluster: 'orders' }],
      target: { project: 'drills', cluster: 'sandbox' },
      points: ['latest'],
      afterwards: 'drop',
    },
  ],
};

export function recoveryStage(config: Config = PLAN, changes: Partial<RecoveryPorts> = {}): RecoveryStage {
  const script: Scripted = {
    source: liveCluster(),
    target: sandbox(),
    jobs: [],
    snapshots: ['s1'],
    searchIndexes: [],
    onRequest: 'take',
    requests: 0,
    beforeFind: () => undefined,
    paused: [],
  };
  let made: RecoveryStage | null = null;
  const now = (): Instant => made?.now ?? 0;
  const recovery: RecoveryPorts = {
    atlas: scriptedAtlas(script, now),
    deployments: deployments(() => made),
    sandboxAddress: () => 'mongodb://sandbox.example.net',
    sourceAddress: () => null,
    random: () => 0.5,
    ...changes,
  };
  const base = stage({ recovery }, config);
  made = Object.assign(base, {
    atlas: script,
    answers: [{ lines: [line('passed')], next: null, newest: null }],
    dropped: 0,
    searched: () => null,
    deadlines: [],
    async move(minutes: number) {
      base.now += minutes * MINUTE;
      await dispatch(base.restarted());
    },
    start: () => dailyRestoreTests(base.restarted()),
    state: async () => (await base.store.readHead()).head?.recovery ?? NO_RECOVERY,
    records: async () => (await base.store.records({ limit: 100, before: null })).records,
    restored(changed: Partial<RestoreJob> = {}) {
      script.jobs = script.jobs.map((job, index) =>
        index === script.jobs.length - 1 ? { ...job, state: 'done', finishedAt: base.now, ...changed } : job,
      );
    },
  });
  return made;
}

function scriptedAtlas(script: Scripted, now: () => Instant): RecoveryAtlas {
  const refuse = async (): Promise<never> => {
    throw new Error('not scripted');
  };
  return {
    async findCluster(_project, name) {
      script.beforeFind(name);
      return name === 'orders' ? script.source : name === script.target?.name ? script.target : null;
    },
    snapshots: async () => script.snapshots.map((id) => snapshot(id, { createdAt: now() - 60 * MINUTE, expiresAt: null })),
    searchIndexes: async () => script.searchIndexes,
    restoreJobs: async () => script.jobs,
    async restoreJob(_source, id) {
      const job = script.jobs.find((one) => one.id === id);
      if (!job) throw new Error('no such job');
      return job;
    },
    async requestRestore({ target, point }) {
      script.requests += 1;
      if (script.onRequest instanceof Error) throw script.onRequest;
      const job: RestoreJob = {
        id: `job-${script.requests}`,
        askedAt: now(),
        state: 'running',
        finishedAt: null,
        deliveryType: 'automated',
        snapshotId: point.kind === 'snapshot' ? point.snapshotId : null,
        targetProjectId: target.projectId,
        targetClusterName: target.name,
        desiredAt: point.kind === 'moment' ? point.at : null,
      };
      script.jobs = [...script.jobs, job];
      if (script.onRequest === 'lose') throw new Error('the connection was reset');
      return job;
    },
    refusalOf: (error) => (error instanceof AtlasError ? { code: error.failure.code, message: error.message } : null),
    pause: async (_cluster, paused) => void script.paused.push(paused),
    requestSnapshot: refuse,
    snapshot: refuse,
    restartPrimaries: refuse,
    startOutage: refuse,
    outage: refuse,
    endOutage: refuse,
    events: async () => [],
  };
}

function deployments(of: () => RecoveryStage | null): Deployments {
  const noted: EvidenceLine = {
    what: 'write-access',
    namespace: null,
    expected: 'read-only credentials',
    found: 'not told',
    verdict: 'noted',
  };
  return {
    hostsOf: (uri) => [uri.replace('mongodb://', '')],
    async validate(_uri, _plan, { deadline }) {
      of()?.deadlines.push(deadline);
      return of()?.answers.shift() ?? { lines: [], next: null, newest: null };
    },
    writeAccess: async () => noted,
    sandboxUse: async () => null,
    manifest: async () => ({ takenAt: of()?.now ?? 0, collections: [] }),
    searchIndexes: async (uri) => of()?.searched(uri) ?? null,
    checkAssertions: async () => [],
    async drop() {
      const made = of();
      if (made) made.dropped += 1;
      return 1;
    },
  };
}
