import { CHANNEL_IDS, type ChannelId } from '../support/channel-ids.ts';
import { DAY, HOUR, type Instant, iso, MINUTE, SECOND } from '../../lib/domain/time.ts';
import type { ProviderConditions } from './channels.ts';
import type { Action } from './history.ts';
import { idealOf } from './ideal.ts';
import type { PlantedBug } from './planted-bugs.ts';
import { begin, type Begun, waitForRunning, finish, type Played } from './entry-calls.ts';
import { actAtPagerDuty, requestSilence } from './manual-actions.ts';
import { boot, openStage, POLICY, type Stage, START } from './stage.ts';
import { allIsWell, converges, openIncidentsAreNotified, ownAlarmsEnd, pastMessagesAreOne } from './verdict.ts';
import { ALARM_KEY, processDied } from './observer.ts';
import type { World } from './world.ts';

export type Outcome = { readonly broken: readonly string[]; readonly ticks: number; readonly trace: readonly string[] };

export type PlayOptions = { readonly plant?: PlantedBug; readonly traced?: boolean };

/** Plays a history, then a quiet time in which everything works, and says which promises were broken. */
export async function playHistory(
  actions: readonly Action[],
  { plant = (parts) => parts, traced = false }: PlayOptions = {},
): Promise<Outcome> {
  const trace: string[] = [];
  const stage = openStage(plant, (line) => void (traced && trace.push(`${iso(stage.timeline.now()).slice(5, 19)} ${line}`)));
  const broken = (): boolean => stage.observer.broken.length > 0;
  await calls(stage, 'check');
  for (const action of actions) {
    if (broken()) break;
    await stage.timeline.runUntil(stage.timeline.now() + action.wait);
    await perform(stage, action);
  }
  if (!broken()) await quietPeriod(stage, broken);
  return { broken: stage.observer.broken, ticks: stage.calls, trace };
}

async function calls(stage: Stage, what: 'check' | 'dispatch'): Promise<Played> {
  return call(stage, { what, place: 0, faults: [] }, false);
}

async function call(stage: Stage, begun: Begun, leftRunning: boolean): Promise<Played> {
  const alone = stage.underWay.size === 0;
  const played = begin(stage, begun);
  if (leftRunning) return played;
  await finish(stage, played);
  const { call: own, answer } = played;
  if (answer === null && own.machine.alive) stage.observer.broken.push(`budget: ${own.name} never answers`);
  if (!alone || own.disturbed || !own.machine.alive || answer === null || answer.includes('skipped')) return played;
  if (begun.what === 'dispatch') stage.observer.lastDispatch = stage.timeline.now();
  // What the passing of time brings about, such as the end of a maintenance window, is for these two.
  if (begun.what === 'check' || begun.what === 'dispatch') {
    openIncidentsAreNotified(stage.observer, stage.providers, stage.storage.head(), POLICY.general);
    pastMessagesAreOne(stage.observer, stage.storage.head());
    ownAlarmsEnd(stage.observer, stage.providers, own.machine);
  }
  return played;
}

async function perform(stage: Stage, action: Action): Promise<void> {
  const { observer, timeline, sending } = stage;
  stage.note(`— ${JSON.stringify(action)}`);
  switch (action.does) {
    case 'check':
    case 'dispatch':
      await call(stage, { what: action.does, place: action.machine, faults: action.faults }, action.leftRunning);
      return;
    case 'crowd':
      return runTogether(stage, action);
    case 'acknowledge':
      return acknowledgeIncident(stage, action);
    case 'silence':
      return silenceCluster(stage, action);
    case 'prove':
      await call(stage, { what: 'prove', place: action.machine, faults: action.faults }, false);
      return;
    case 'at PagerDuty':
      actAtPagerDuty(stage, action);
      return;
    case 'cron':
      return runSchedule(stage, action.hours, action.dropped);
    case 'weather':
      sending.conditions.condition[action.channel] = action.weather;
      sending.conditions.lastDisturbedAt[action.channel] = timeline.now();
      return;
    case 'store':
      stage.storage.condition = action.weather;
      return;
    case 'clock':
      // A clock is set between runs; two machines that work at once agree to within seconds.
      await waitForRunning(stage);
      stage.skew = action.minutes * MINUTE;
      observer.clockSteps += 1;
      return;
    case 'kill':
      kill(stage, action.machine);
      return;
    case 'break':
    case 'break all':
    case 'mend':
    case 'mend all':
    case 'black out':
      changeWorld(stage, action);
  }
}

/** Several at once, each begun a moment after the one before it. */
async function runTogether(stage: Stage, { calls: all, apart }: Extract<Action, { does: 'crowd' }>): Promise<void> {
  const begun: Played[] = [];
  for (const { what, machine } of all) {
    begun.push(begin(stage, { what, place: machine, faults: [] }));
    await stage.timeline.runUntil(stage.timeline.now() + apart);
  }
  for (const played of begun) await finish(stage, played);
}

function kill(stage: Stage, place: 0 | 1): void {
  const machine = stage.machines[place];
  if (machine) machine.alive = false;
  processDied(stage.observer);
  stage.machines[place] = boot(stage, `${place === 0 ? 'a' : 'b'}${stage.calls}`);
}

function changeWorld(stage: Stage, action: Action): void {
  const { world, timeline, happenings } = stage;
  const act = (to: World, at: number): void => {
    if (action.does === 'break') to.break(to.clusterIds[action.cluster] ?? '', action.fault, at);
    if (action.does === 'break all') for (const id of to.clusterIds) to.break(id, action.fault, at);
    if (action.does === 'mend') to.mend(to.clusterIds[action.cluster] ?? '', at);
    if (action.does === 'mend all') for (const id of to.clusterIds) to.mend(id, at);
    if (action.does === 'black out') to.blackOut(action.what, at);
  };
  happenings.push({ at: timeline.now(), act });
  act(world, timeline.now());
}

async function silenceCluster(stage: Stage, { machine: place, faults, ...action }: Extract<Action, { does: 'silence' }>): Promise<void> {
  await call(stage, { what: 'silence', place, faults, silence: requestSilence(stage, action) }, false);
}

async function acknowledgeIncident(stage: Stage, action: Extract<Action, { does: 'acknowledge' }>): Promise<void> {
  const open = stage.storage.head().incidents.filter(({ state }) => state !== 'resolved');
  const incident = open[action.which % Math.max(1, open.length)];
  if (!incident) return;
  const begun = {
    what: 'acknowledge',
    place: action.machine,
    faults: action.faults,
    incidentId: incident.id,
    eventId: `event-${stage.calls}`,
  } as const;
  await call(stage, begun, false);
  // Webhooks come again where the answer was lost.
  if (action.again) await call(stage, { ...begun, faults: [] }, false);
}

/** As the host's crons should go: a check an hour, a dispatch every ten minutes; `dropped` has a bit for each that does not come. */
async function runSchedule(stage: Stage, hours: number, dropped: number): Promise<void> {
  const from = stage.timeline.now();
  for (let tick = 0; tick < hours * 6; tick += 1) {
    await stage.timeline.runUntil(Math.max(stage.timeline.now(), from + tick * 10 * MINUTE));
    if ((dropped & (1 << (tick % 6))) === 0) await calls(stage, tick % 6 === 0 ? 'check' : 'dispatch');
    if (stage.observer.broken.length > 0) return;
  }
}

function healChannel({ condition, lastDisturbedAt }: ProviderConditions, id: ChannelId, now: Instant): void {
  if (condition[id] !== 'fine') lastDisturbedAt[id] = now;
  condition[id] = 'fine';
}

/** Ten hours, since a backup that was switched on is waited for during eight; thirty where something is blind, which is critical after a day. */
async function quietPeriod(stage: Stage, broken: () => boolean): Promise<void> {
  const { sending, timeline, storage, observer, providers, world } = stage;
  await waitForRunning(stage);
  stage.note('— quiet');
  for (const id of CHANNEL_IDS) healChannel(sending.conditions, id, timeline.now());
  storage.condition = 'fine';
  stage.skew = 0;
  observer.clockSteps += 1;
  const blind = world.episodes.some(({ to, fault }) => to === null && (fault === 'blind' || fault === 'vanished' || fault === 'blackout'));
  await runSchedule(stage, 5, 0b101010);
  await runSchedule(stage, blind ? 25 : 5, 0b111110);
  if (broken()) return;
  // The day's first check ends the alarms that processes now dead have left behind.
  if (providers.alerts.some(({ key, state }) => key.startsWith(ALARM_KEY) && state !== 'resolved')) {
    await runSchedule(stage, Math.ceil((DAY - (timeline.now() % DAY)) / HOUR) + 1, 0b111110);
  }
  await timeline.runUntil(timeline.now() + 10 * MINUTE);
  const last = timeline.now() + 20 + SECOND;
  await calls(stage, 'check');
  if (broken()) return;
  allIsWell(observer, providers, storage.head());
  converges(observer, storage.head().incidents, idealOf(stage.happenings, { start: START, last, policy: POLICY }));
}
