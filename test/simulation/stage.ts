import { env, policyOf } from '../../lib/config/policy/define-config.ts';
import type { Duration, Instant } from '../../lib/domain/time.ts';
import { openStoreAlarm, type StoreAlarm } from '../../lib/deliver/store-alarm.ts';
import { channelsOf, healthyProviders, type Sending, TEAM, TEAMS_CLUSTER } from './channels.ts';
import { holdSwapToPromises } from './head-promises.ts';
import type { Happening } from './ideal.ts';
import { MAINTAINED_CLUSTER, NIGHTLY } from './silences.ts';
import type { PlantedBug } from './planted-bugs.ts';
import { openProviders, type Providers } from './providers.ts';
import { openStorage, type SimulatedStorage } from './store.ts';
import { openTimeline, type Timeline } from './timeline.ts';
import { type Call, type Fault, type Machine, timerOf, type Wires } from './wire.ts';
import { alertOpens, messageArrives, newObserver, processDied, sendingBegins, sendingEnds, type Observer } from './observer.ts';
import { openWorld, type World } from './world.ts';

/** 22 November 2026, 00:00 UTC. */
export const START: Instant = Date.UTC(2026, 10, 22);
/** Cluster c4 is a team's, c3 has maintenance every night, and somebody comes last on the ladder. */
export const POLICY = policyOf({
  digestHour: 8,
  // A text below P0 is never sent twice, so it is the one message that a claim left behind can lose.
  routes: { P1: ['slack', 'email', 'sms'] },
  teams: [{ name: TEAM, match: { cluster: TEAMS_CLUSTER }, to: { pagerduty: env('PD_DATA'), slack: { channel: 'C0000000001' } } }],
  maintenance: [
    {
      cluster: MAINTAINED_CLUSTER,
      cron: `0 ${NIGHTLY.hour} * * *`,
      timeZone: 'UTC',
      minutes: NIGHTLY.minutes,
      why: 'nightly index builds',
    },
  ],
  contacts: { sms: ['+15005550006'], email: ['head@example.com'] },
});

/** Everything that one history is played on. */
export type Stage = {
  readonly timeline: Timeline;
  readonly world: World;
  readonly happenings: Happening[];
  readonly storage: SimulatedStorage;
  readonly providers: Providers;
  readonly observer: Observer;
  readonly sending: Sending;
  readonly machines: (Machine & { readonly alarm: StoreAlarm })[];
  readonly plant: PlantedBug;
  readonly note: (line: string) => void;
  /** How far the machines' clock is off. */
  skew: Duration;
  /** Checks, dispatches and acknowledgements begun, and those that have not ended. */
  calls: number;
  readonly underWay: Set<Call>;
};

export function openStage(plant: PlantedBug, note: (line: string) => void): Stage {
  const timeline = openTimeline(START);
  const world = openWorld(START);
  const conditions = healthyProviders();
  const observer = newObserver({ timeline, world, conditions });
  const wires: Wires = {
    timeline,
    note,
    killed: () => processDied(observer),
  };
  const providers = openProviders({
    message: (message) => messageArrives(observer, message),
    alert: (alert, again) => alertOpens(observer, alert, again),
  });
  const storage = openStorage(wires, {
    swapped: (before, after) => holdSwapToPromises(observer, before, after),
    answerLost: () => void (observer.claimsLeftAt = timeline.now()),
  });
  const sending: Sending = {
    wires,
    providers,
    conditions,
    began: (sent) => sendingBegins(observer, sent),
    ended: (sent) => sendingEnds(observer, sent),
  };
  const stage: Stage = {
    timeline,
    world,
    happenings: [],
    storage,
    providers,
    observer,
    sending,
    machines: [],
    plant,
    note,
    skew: 0,
    calls: 0,
    underWay: new Set(),
  };
  stage.machines.push(boot(stage, 'a'), boot(stage, 'b'));
  return stage;
}

/** A new process: it knows nothing of the one before it. */
export function boot(stage: Stage, name: string): Stage['machines'][number] {
  const machine: Machine = { name, alive: true };
  const call = newCall(stage, machine, 'alarm', []);
  const now = (): Instant => stage.timeline.now() + stage.skew;
  const alarm = openStoreAlarm({
    channels: channelsOf(call, stage.sending),
    heartbeat: () => Promise.resolve(),
    statusUrl: null,
    general: POLICY.general,
    now,
    timer: timerOf(stage.timeline, machine),
  });
  return Object.assign(machine, { alarm });
}

/** The process in that place; a fresh one where the last was killed. */
export function machineAt(stage: Stage, place: 0 | 1): Stage['machines'][number] {
  const found = stage.machines[place];
  if (found?.alive) return found;
  const fresh = boot(stage, `${place === 0 ? 'a' : 'b'}${stage.calls}`);
  stage.machines[place] = fresh;
  return fresh;
}

/** A call that nothing has befallen yet. */
export function newCall(stage: Stage, machine: Machine, what: string, faults: readonly Fault[]): Call {
  return {
    name: `${machine.name} ${what}#${stage.calls}`,
    machine,
    faults,
    asked: 0,
    disturbed: false,
    storeDisturbed: false,
    storeFails: false,
    sent: new Map(),
  };
}
