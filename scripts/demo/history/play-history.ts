import type { Head } from '../../../lib/domain/incidents/head.ts';
import { DAY, HOUR, MINUTE, type Duration, type Instant } from '../../../lib/domain/time.ts';
import type { Ports } from '../../../lib/ports/ports.ts';
import { takeAcknowledgement } from '../../../lib/people/take-acknowledgement.ts';
import { dailyRestoreTests } from '../../../lib/recovery/restore-tests/runner/daily-tests.ts';
import { check } from '../../../lib/run/check.ts';
import { dispatch } from '../../../lib/run/dispatch.ts';
import { PERSON } from '../../../test/emulators/pagerduty-agents.ts';
import { chosenDrill, reportStep, startDrill } from '../../../lib/recovery/drills/runner/start-drill.ts';
import { RESPONDER } from '../accounts.ts';
import type { DemoClock } from '../clock.ts';
import type { Emulators } from '../emulators.ts';
import { grow, SCENES } from './scenes.ts';

/** How far back the company's records go. */
export const PAST: Duration = 92 * DAY;
/** Then a check was due once a day: months of hourly ones would take longer to play than anybody waits. The last day has them hourly. */
const THEN: Duration = DAY;
const HOURLY: Duration = DAY;
/** Around what happened, checks come every hour: from one hour before until so long after. */
const LOOKED_AT: Duration = HOUR;
/** When the crons of the day come, in UTC. */
const DAILY_AT: Duration = 6 * HOUR;
const TABLETOPS: readonly Duration[] = [84 * DAY, 26 * DAY];
/** How long the on-call needs until an acknowledgement; for this cluster so long that the contact was called. */
const ANSWERS_AFTER: Duration = 5 * MINUTE;
const LATE: { readonly cluster: string; readonly after: Duration } = { cluster: 'ledger', after: 15 * MINUTE };

type Played = { readonly emulators: Emulators; readonly clock: DemoClock; readonly ports: Ports };

/** Plays the past, check by check, on the app's state: the same line on the same store, with a clock that stands where it is put. */
export async function playHistory(played: Played, until: Instant): Promise<void> {
  const [scenes, tabletops] = [[...SCENES], [...TABLETOPS]];
  let day = dayOf(until - PAST);
  for (const at of momentsUntil(until)) {
    played.clock.standAt(at);
    while (scenes[0] !== undefined && until - at <= scenes[0].ago) scenes.shift()?.happens(played.emulators);
    await acknowledge(played, at);
    await check(withInterval(played.ports, until - at), null);
    if (dayOf(at) !== day) await daily(played, at);
    day = dayOf(at);
    await dispatches(played, at);
    if (until - at <= HOURLY && at < until) await halfPast(played, at);
    if (tabletops[0] !== undefined && until - at <= tabletops[0] && tabletops.shift() !== undefined) await holdTabletop(played);
  }
  await forgetCalls(played);
}

/** When a check comes, in order. */
export function momentsUntil(until: Instant): readonly Instant[] {
  const every = (from: Duration, to: Duration, step: Duration): readonly Duration[] =>
    Array.from({ length: Math.floor((from - to) / step) + 1 }, (_, index) => from - index * step);
  const looks = SCENES.flatMap(({ ago }) => every(ago + HOUR, ago - LOOKED_AT, HOUR));
  const agos = new Set([...every(PAST, HOURLY, THEN), ...looks, ...every(HOURLY, 0, HOUR)]);
  return [...agos].toSorted((a, b) => b - a).map((ago) => until - ago);
}

/** In the last day a dispatch comes at least twice an hour: the app would report one that did not come. */
async function halfPast({ ports, clock }: Played, at: Instant): Promise<void> {
  clock.standAt(Math.max(clock.now(), at + HOUR / 2));
  await dispatch(ports);
}

/** Who said what at each step of the breach tabletop. */
const NOTES: readonly (readonly [by: string, note: string])[] = [
  ['victor', 'The IP access list is emptied by the Security lead; the peering stays, since nothing outside uses it.'],
  ['dana', 'Four database users, two service accounts, the CI token and this monitor: 25 minutes, tried in staging.'],
  ['victor', 'Atlas keeps 30 days of access logs; the application keeps 90 in the bucket.'],
  ['alice', 'The last snapshot before the intrusion, into the sandbox first; half an hour by the restore tests.'],
  ['head of operations', 'I say when it goes live, by the report of the Security lead.'],
];

/** A tabletop of the plan's breach scenario, a step every eight minutes. */
async function holdTabletop({ ports, clock }: Played): Promise<void> {
  const id = await startDrill(ports, chosenDrill(ports.policy.general, { scenario: 'breach' }), 'alice');
  for (const [index, [by, note]] of NOTES.entries()) {
    clock.standAt(clock.now() + 8 * MINUTE);
    await reportStep({ ...ports, secrets: [] }, id, { step: index + 1, by, note });
  }
}

/** The number of the day on which the daily crons came last. */
function dayOf(at: Instant): number {
  return Math.floor((at - DAILY_AT) / DAY);
}

function withInterval(ports: Ports, ago: Duration): Ports {
  const checkInterval = ago >= HOURLY ? THEN : HOUR;
  return { ...ports, policy: { ...ports.policy, general: { ...ports.policy.general, checkInterval } } };
}

async function daily({ ports, emulators }: Played, at: Instant): Promise<void> {
  grow(emulators);
  emulators.atlas.recovery.restoreTakes = (9 + (dayOf(at) % 13)) * MINUTE;
  const last = (await ports.store.readHead()).head?.recovery?.proofs.findLast(() => true);
  // Who finds that a restore loses data mends it, and tries again the next day.
  const repeated = last?.verdict === 'failed' && { plan: last.plan, by: RESPONDER.name };
  if (repeated) emulators.atlas.recovery.faults.clear();
  await (repeated ? dailyRestoreTests(ports, repeated) : dailyRestoreTests(ports));
}

/** Checks of once a day count as missed once they are due hourly. So nobody has called before the app starts. */
async function forgetCalls({ ports, clock }: Played): Promise<void> {
  const { head, revision } = await ports.store.readHead();
  if (head === null) return;
  const { calls: _calls, ...kept } = head;
  const swap = { expected: revision, writer: 'demo', head: kept, adopt: [], drop: [], history: [], release: null, now: clock.now() };
  await ports.store.swap(swap);
}

/** As often as the schedule has it while something is owed to somebody, else not at all. */
async function dispatches(played: Played, at: Instant): Promise<void> {
  for (let after = 5 * MINUTE; after < HOUR; after += 5 * MINUTE) {
    const { head } = await played.ports.store.readHead();
    if (head === null || !isBusy(head, at + after)) return;
    played.clock.standAt(at + after);
    await acknowledge(played, at + after);
    await dispatch(played.ports);
  }
}

function isBusy({ incidents, recovery }: Head, now: Instant): boolean {
  const fresh = incidents.some(({ state, priority, openedAt }) => state === 'open' && priority !== 'P2' && now - openedAt < 2 * HOUR);
  return fresh || (recovery?.tests.length ?? 0) > 0;
}

/** Somebody takes what is open, and takes it again when that has expired: the urgent at PagerDuty, the rest on the page. */
async function acknowledge({ ports, emulators }: Played, now: Instant): Promise<void> {
  const { head } = await ports.store.readHead();
  const isTaken = ({ check, state, priority, openedAt, resource }: Head['incidents'][number]): boolean =>
    state === 'open' &&
    priority !== 'P2' &&
    check !== 'alert-path' &&
    now - openedAt >= (resource.name === LATE.cluster ? LATE.after : ANSWERS_AFTER);
  for (const { id, priority } of (head?.incidents ?? []).filter(isTaken)) {
    const atPagerDuty = emulators.pagerduty.alerts.find(({ key, state }) => key === id && state === 'open');
    if (atPagerDuty !== undefined) emulators.pagerduty.act('acknowledge', id, PERSON);
    const by = priority === 'P0' ? PERSON.summary : RESPONDER.name;
    const { notify } = await takeAcknowledgement(ports, { incidentIds: [id], by, via: priority === 'P0' ? 'pagerduty' : 'page' });
    await notify();
  }
}
