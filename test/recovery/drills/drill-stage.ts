import { onTestFinished } from 'vitest';
import type { Config } from '../../../lib/config/policy.ts';
import type { Drill, DrillState } from '../../../lib/domain/drill.ts';
import type { DrillScenario } from '../../../lib/domain/restore-test.ts';
import type { Duration, Instant } from '../../../lib/domain/time.ts';
import { courierOf, type Parts } from '../../../lib/parts.ts';
import type { SpokenParts } from '../../../lib/proving/drills/said.ts';
import { advanceDrills, type DrillAdvancing } from '../../../lib/proving/drills/advance.ts';
import { activeDrills, drillsIn } from '../../../lib/recovery/drills/state.ts';
import { type DrillSandbox, type DrillTempo, USUAL_TEMPO } from '../../../lib/recovery/drills/world.ts';
import { opened } from '../../../lib/proving/daily.ts';
import { openDeployments } from '../../../lib/recovery/deployments.ts';
import type { RecoveryAtlas } from '../../../lib/domain/recovery-atlas.ts';
import { createRecoveryAtlas } from '../../../lib/atlas/recovery.ts';
import { type AtlasEmulator, startAtlasEmulator } from '../../emulators/atlas.ts';
import type { ClusterOptions, EmulatedCluster, EmulatedProject } from '../../emulators/atlas-model.ts';
import { stage, type Stage } from '../../support/parts.ts';

export const SANDBOX = { project: 'shop', cluster: 'sandbox' } as const;

/** A secret variable's value. */
export const SECRET = 'the-token-of-the-environment';

export type DrillStage = Omit<Stage, 'now' | 'parts'> & {
  readonly parts: SpokenParts;
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
  /** The machine's own clock, where a real server's time is compared with it. */
  readonly realTime?: boolean;
};

/** A monitor with drills in its policy, an emulated Atlas with their sandbox, and a clock that only moves when told to. */
export async function drillStage({
  scenarios = [],
  cluster = {},
  uri = null,
  atlas: wrap,
  config = {},
  realTime = false,
}: Wanted = {}): Promise<DrillStage> {
  const clock = { now: Date.UTC(2026, 10, 22, 12) };
  const now = (): Instant => (realTime ? Date.now() : clock.now);
  const emulator = await startAtlasEmulator({ now });
  onTestFinished(() => emulator.close());
  const project = emulator.addProject('shop');
  const sandbox = project.addCluster('sandbox', { tags: { restorable: 'sandbox' }, ...cluster });
  const drills = scenarios.map((scenario) => ({ name: `monthly-${scenario}`, scenario, target: SANDBOX }));
  const made = stage({ now, recovery: { ...world(emulator, now, wrap), sandboxAddress: () => uri } }, { drills, ...config });
  const advance: DrillStage['advance'] = async (more = {}) => {
    const { parts } = made;
    const deadline = now() + 10 * 60_000;
    await advanceDrills({
      parts,
      ledger: await opened(parts),
      courier: { ...courierOf(parts, parts.newId()), deadline },
      deadline,
      ...more,
    });
  };
  const head = async () => (await made.store.readHead()).head;
  return {
    ...made,
    parts: { ...made.parts, secrets: [SECRET] },
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

function world(emulator: AtlasEmulator, now: () => Instant, wrap: Wanted['atlas']): NonNullable<Parts['recovery']> {
  const credentials = { kind: 'serviceAccount', ...emulator.recovery.credentials } as const;
  const sleep = (): Promise<void> => Promise.resolve();
  const options = { baseUrl: emulator.url, credentials, requestTimeoutMs: 5_000, secrets: [], clock: now, sleep, random: () => 0.5 };
  const real = createRecoveryAtlas({ options });
  const atlas = wrap === 'none' ? null : wrap ? wrap(real, emulator) : real;
  return {
    atlas,
    deployments: openDeployments({ timeoutMs: 1_000 }),
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
