import { onTestFinished } from 'vitest';
import type { Config } from '../../../lib/config/policy/define-config.ts';
import type { Drill, DrillState } from '../../../lib/domain/recovery/drill.ts';
import type { DrillScenario } from '../../../lib/domain/recovery/restore-test.ts';
import type { Duration, Instant } from '../../../lib/domain/time.ts';
import { senderFor } from '../../../lib/ports/ports.ts';
import type { Deployments, RecoveryPorts } from '../../../lib/ports/recovery-ports.ts';
import type { PortsWithSecrets } from '../../../lib/recovery/drills/runner/drill-lessons.ts';
import { advanceDrills, type DrillAdvancing } from '../../../lib/recovery/drills/runner/advance-drills.ts';
import { activeDrills, drillsIn } from '../../../lib/recovery/state/drills-in-head.ts';
import { type DrillSandbox, type DrillTempo, USUAL_TEMPO } from '../../../lib/recovery/drills/drill-ports.ts';
import { openHead } from '../../../lib/ports/change-head.ts';
import { openDeployments } from '../../../lib/wire/recovery.ts';
import type { RecoveryAtlas } from '../../../lib/domain/recovery/atlas-recovery.ts';
import { createRecoveryAtlas } from '../../../lib/collect/recovery/atlas-recovery-client.ts';
import { type AtlasEmulator, startAtlasEmulator } from '../../emulators/atlas.ts';
import type { ClusterOptions, EmulatedCluster, EmulatedProject } from '../../emulators/atlas-model.ts';
import { stage, type Stage, type TestEnd } from '../../support/ports.ts';

export const SANDBOX = { project: 'shop', cluster: 'sandbox' } as const;

/** A secret variable's value. */
export const SECRET = 'the-token-of-the-environment';

export type DrillStage = Omit<Stage, 'now' | 'ports'> & {
  readonly ports: PortsWithSecrets;
  readonly atlas: AtlasEmulator;
  readonly project: EmulatedProject;
  readonly sandbox: EmulatedCluster;
  readonly clock: { now: Instant };
  /** Moves what is under way on, as a run of another process would, for so long at most. */
  readonly advance: (more?: Partial<DrillAdvancing>) => Promise<void>;
  readonly active: () => Promise<readonly Drill[]>;
  readonly state: () => Promise<DrillState>;
  /** Lets time pass on every clock. */
  readonly pass: (duration: Duration) => void;
};

type Wanted = {
  readonly scenarios?: readonly DrillScenario[];
  readonly cluster?: ClusterOptions;
  readonly uri?: string | null;
  readonly atlas?: 'none' | ((real: RecoveryAtlas, emulator: AtlasEmulator) => RecoveryAtlas);
  readonly config?: Config;
  /** The machine's own clock, where a real server's time is compared with it. Without it nobody can be asked who uses the sandbox. */
  readonly realTime?: boolean;
  readonly context?: TestEnd;
};

/** A monitor with drills in its policy, an emulated Atlas with their sandbox, and a clock that only moves when told to. */
export async function drillStage({
  scenarios = [],
  cluster = {},
  uri = null,
  atlas: wrap,
  config = {},
  realTime = false,
  context = { onTestFinished },
}: Wanted = {}): Promise<DrillStage> {
  const clock = { now: Date.UTC(2026, 10, 22, 12) };
  const now = (): Instant => (realTime ? Date.now() : clock.now);
  const emulator = await startAtlasEmulator({ now });
  context.onTestFinished(() => emulator.close());
  const project = emulator.addProject('shop');
  const sandbox = project.addCluster('sandbox', { tags: { restorewatch: 'sandbox' }, ...cluster });
  const drills = scenarios.map((scenario) => ({ name: `monthly-${scenario}`, scenario, target: SANDBOX }));
  const made = stage(
    { now, recovery: { ...recoveryPorts(emulator, now, wrap), deployments: realTime ? REACHED : UNREACHED, sandboxAddress: () => uri } },
    { drills, ...config },
    context,
  );
  const advance: DrillStage['advance'] = async (more = {}) => {
    const { ports } = made;
    const deadline = now() + 10 * 60_000;
    await advanceDrills({
      ports,
      ledger: await openHead(ports),
      sender: senderFor(ports, ports.newId(), deadline),
      deadline,
      ...more,
    });
  };
  const head = async () => (await made.store.readHead()).head;
  return {
    ...made,
    ports: { ...made.ports, secrets: [SECRET] },
    atlas: emulator,
    project,
    sandbox,
    clock,
    advance,
    active: async () => {
      const known = await head();
      return known ? activeDrills(known) : [];
    },
    state: async () => {
      const known = await head();
      if (!known) throw new Error('nothing is stored');
      return drillsIn(known);
    },
    pass: (duration) => void (clock.now += duration),
  };
}

const REACHED = openDeployments(1_000);
/** The sandbox is unreachable, and the refusal comes at once. */
const UNREACHED: Deployments = { ...REACHED, sandboxUse: () => Promise.reject(new Error('no server could be reached')) };

function recoveryPorts(emulator: AtlasEmulator, now: () => Instant, wrap: Wanted['atlas']): Omit<RecoveryPorts, 'deployments'> {
  const credentials = { kind: 'serviceAccount', ...emulator.recovery.credentials } as const;
  const sleep = (): Promise<void> => Promise.resolve();
  const options = { baseUrl: emulator.url, credentials, requestTimeoutMs: 5_000, secrets: [], clock: now, sleep, random: () => 0.5 };
  const real = createRecoveryAtlas(options);
  const atlas = wrap === 'none' ? null : wrap ? wrap(real, emulator) : real;
  return {
    atlas,
    sandboxAddress: () => null,
    sourceAddress: () => null,
    random: () => 0.5,
  };
}

/** No wait is long, for a server that is near. */
export const QUICK: DrillTempo = { ...USUAL_TEMPO, between: 5, patience: 400, steady: 150, readBack: 1_000, leastTime: 0 };

/** A sandbox that does nothing but what the test says. */
export function stubSandbox(changes: Partial<DrillSandbox>): DrillSandbox {
  const unwanted = (name: string) => async (): Promise<never> => {
    throw new Error(`nobody expected ${name}`);
  };
  return {
    plant: unwanted('plant'),
    refresh: unwanted('refresh'),
    damage: unwanted('damage'),
    compare: unwanted('compare'),
    failover: unwanted('failover'),
    drop: async () => undefined,
    ...changes,
  };
}
