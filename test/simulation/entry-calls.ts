import type { PagerDutyState } from '../../lib/deliver/channels/pagerduty/pagerduty-api.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import { type Duration, type Instant, MINUTE, SECOND } from '../../lib/domain/time.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import { takeAcknowledgement } from '../../lib/people/take-acknowledgement.ts';
import { proveAlerts } from '../../lib/people/prove-alerts.ts';
import { check } from '../../lib/run/check.ts';
import { addSilence } from '../../lib/people/silences.ts';
import { channelsOf } from './channels.ts';
import type { SimulatedSilence } from './silences.ts';
import { recordStateRead } from './pages.ts';
import { machineAt, newCall, POLICY, type Stage } from './stage.ts';
import { type Call, type Fault, timerOf, travel } from './wire.ts';

const REQUEST_TIMEOUT: Duration = 10 * SECOND;
const RUN_BUDGET: Duration = 240 * SECOND;

function partsOf(stage: Stage, machine: Stage['machines'][number], call: Call): Ports {
  const { timeline, storage, sending, observer, world } = stage;
  const now = (): Instant => timeline.now() + stage.skew;
  let ids = 0;
  const collect: Ports['collect'] = (hints, clock) =>
    travel(sending.wires, call, 'collect', (fault) => {
      const partial = fault === 'partial';
      if (partial) observer.partialReads += 1;
      const [acts, answers] = fault === 'slow' || fault === 'stuck' ? [60 * SECOND, 190 * SECOND] : [1_000, 2_000];
      return {
        acts: [acts],
        act: () => world.read(timeline.now(), { clock, hints, partial }),
        answers,
        answer: ([facts]) => facts ?? fail(),
      };
    });
  return stage.plant({
    store: storage.connect(call),
    collect,
    channels: channelsOf(call, sending),
    policy: POLICY,
    projectIds: null,
    alarm: machine.alarm,
    heartbeat: () => Promise.resolve(),
    pagerduty: async (keys) => pagesOf(stage, call, keys),
    statusUrl: 'https://status.example',
    canAcknowledge: true,
    slackButton: true,
    requestTimeoutMs: REQUEST_TIMEOUT,
    runBudgetMs: RUN_BUDGET,
    now,
    timer: timerOf(timeline, machine),
    newId: () => `${call.name}.${(ids += 1)}`,
    withoutSecrets: (text) => text,
    log: (line) => stage.note(`${call.name}: log: ${line}`),
  });
}

/** What PagerDuty shows of these keys; of one that is out of order nothing can be read. */
function pagesOf(
  { sending, providers, observer, timeline }: Stage,
  call: Call,
  keys: readonly string[],
): ReadonlyMap<string, PagerDutyState | null> {
  const fine = sending.conditions.condition.pagerduty === 'fine';
  for (const key of keys) recordStateRead(observer.pages, key, { call, answered: fine, now: timeline.now() });
  return new Map(keys.map((key) => [key, fine ? stateOf(providers, key) : null]));
}

/** As lib/deliver/channels/pagerduty/pagerduty-api.ts reads it. */
function stateOf({ alerts }: Stage['providers'], key: string): PagerDutyState {
  const alert = alerts.findLast((one) => one.key === key);
  if (alert === undefined) return 'unknown';
  if (alert.state === 'resolved') return alert.byHand ? 'resolved' : 'closed';
  return alert.state === 'acknowledged' && alert.byHand ? 'acknowledged' : 'triggered';
}

function fail(): never {
  throw new Error('collect: answered before it read');
}

/** What a call came to, in a word; null while it is under way, and for ever where its machine was killed. */
export type Played = { readonly call: Call; answer: string | null };

export type Begun = {
  readonly what: 'check' | 'dispatch' | 'acknowledge' | 'silence' | 'prove';
  readonly place: 0 | 1;
  readonly faults: readonly Fault[];
  readonly incidentId?: string;
  readonly eventId?: string;
  readonly silence?: SimulatedSilence;
};

/** Begins a call; it goes on as time does. */
export function begin(stage: Stage, begun: Begun): Played {
  stage.calls += 1;
  const machine = machineAt(stage, begun.place);
  const call = newCall(stage, machine, begun.what, begun.faults);
  const played: Played = { call, answer: null };
  const started = stage.timeline.now();
  stage.underWay.add(call);
  stage.note(`${call.name} begins`);
  const ended = (answer: string): void => {
    stage.underWay.delete(call);
    played.answer = answer;
    stage.note(`${call.name} ends: ${answer}`);
    const took = stage.timeline.now() - started;
    if (call.storeDisturbed) stage.observer.lastDisturbedAt = stage.timeline.now();
    if (call.storeFails) stage.observer.claimsLeftAt = stage.timeline.now();
    if ((begun.what === 'check' || begun.what === 'dispatch') && took > RUN_BUDGET)
      stage.observer.broken.push(`budget: ${call.name} took ${took} ms`);
  };
  const ports = partsOf(stage, machine, call);
  play(stage, ports, begun).then(ended, (cause: unknown) => ended(`threw ${String(cause)}`));
  return played;
}

async function play(stage: Stage, ports: Ports, { what, incidentId = '', eventId = '', silence }: Begun): Promise<string> {
  if (what === 'check') return JSON.stringify((await check(ports)).body);
  if (what === 'dispatch') return JSON.stringify((await dispatch(ports)).body);
  if (what === 'prove') return (await proveAlerts(ports, 'dana')).words;
  if (silence) return addSilenceNow(stage, ports, silence);
  const { outcome, notify } = await takeAcknowledgement(ports, { incidentIds: [incidentId], by: 'ann', via: 'pagerduty', eventId });
  const at = stage.timeline.now();
  if (outcome === 'acknowledged')
    stage.observer.acknowledged.set(incidentId, { at, until: at + POLICY.general.acknowledgedFor - 15 * MINUTE });
  await notify();
  return outcome;
}

async function addSilenceNow({ timeline }: Stage, ports: Ports, silence: SimulatedSilence): Promise<string> {
  const now = ports.now();
  const request = {
    match: { cluster: silence.cluster },
    by: 'ann',
    why: 'simulated',
    from: now,
    until: now + silence.until - silence.from,
  };
  const answer = await addSilence(ports, request);
  if ('made' in answer) silence.stored = timeline.now();
  return JSON.stringify(answer);
}

/** Lets time pass until the call has ended, or died. */
export async function finish(stage: Stage, played: Played): Promise<void> {
  await stage.timeline.runWhile(() => played.answer === null && played.call.machine.alive);
  stage.underWay.delete(played.call);
}

/** Lets everything that is on its way arrive. */
export async function waitForRunning(stage: Stage): Promise<void> {
  await stage.timeline.runUntil(stage.timeline.now() + 6 * MINUTE);
  for (const call of stage.underWay) if (!call.machine.alive) stage.underWay.delete(call);
}
