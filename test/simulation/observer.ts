import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { type Duration, HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { RECIPIENTS, type Sent, type ProviderConditions, TEAMS_CHANNELS } from './channels.ts';
import { type SimulatedSilence, certainlySilenced } from './silences.ts';
import { couldNotKnow, eventSent, eventTaken, type Pages } from './pages.ts';
import type { Alert, Message } from './providers.ts';
import type { Timeline } from './timeline.ts';
import type { Call, Machine } from './wire.ts';
import type { World } from './world.ts';

/** One incident as the stored heads showed it, in true time. */
export type ObservedIncident = {
  incident: Incident;
  readonly openedAt: Instant;
  raisedAt: Instant;
  resolvedAt: Instant | null;
  /** When an acknowledgement of it last expired or was withdrawn. */
  acknowledgementEndedAt: Instant;
  mayBeNotified: boolean;
  /** Was it silenced at some time? */
  silenced: boolean;
};

/** What the simulation has observed so far, and every promise that was broken. */
export type Observer = {
  readonly timeline: Timeline;
  readonly world: World;
  readonly conditions: ProviderConditions;
  readonly begunAt: Instant;
  readonly broken: string[];
  readonly observedIncidents: Map<string, ObservedIncident>;
  /** Acknowledgements that were answered as taken, by incident. */
  readonly acknowledged: Map<string, { readonly at: Instant; readonly until: Instant }>;
  readonly attempts: Map<string, { readonly call: Call; readonly until: Instant; readonly steps: number }[]>;
  readonly arrivals: Map<string, number>;
  readonly silences: SimulatedSilence[];
  readonly pages: Pages;
  /** Incidents whose page PagerDuty has lost. */
  readonly lostPages: Set<string>;
  /** When each complete check was stored, oldest first. */
  readonly completeAt: Instant[];
  /** When a dispatch that nothing disturbed last ended. */
  lastDispatch: Instant;
  /** By the alarm's key: when the first check after its last trigger was stored; null until then. */
  readonly firstCheckAfterAlarm: Map<string, Instant | null>;
  /** By the alarm's key: the machine that triggered it last. */
  readonly lastAlarmSender: Map<string, Machine>;
  clockSteps: number;
  /** When a process last died or the store last failed a request. Claims that were held then remain for a while. */
  lastDisturbedAt: Instant;
  /** When a process last died, or ended without being able to record. Nobody can know whether a delivery that it had claimed was begun. */
  claimsLeftAt: Instant;
  /** Incidents about which sending an SMS was begun. */
  readonly smsAttempted: Set<string>;
  partialReads: number;
};

export function newObserver(parts: Pick<Observer, 'timeline' | 'world' | 'conditions'>): Observer {
  return {
    ...parts,
    begunAt: parts.timeline.now(),
    broken: [],
    observedIncidents: new Map(),
    acknowledged: new Map(),
    attempts: new Map(),
    arrivals: new Map(),
    silences: [],
    pages: new Map(),
    lostPages: new Set(),
    completeAt: [],
    lastDispatch: parts.timeline.now(),
    firstCheckAfterAlarm: new Map(),
    lastAlarmSender: new Map(),
    clockSteps: 0,
    lastDisturbedAt: 0,
    claimsLeftAt: 0,
    smsAttempted: new Set(),
    partialReads: 0,
  };
}

/** A process died: its requests to the store went unanswered, and its claims are left. */
export function processDied(observer: Observer): void {
  observer.lastDisturbedAt = observer.timeline.now();
  observer.claimsLeftAt = observer.timeline.now();
}

export const ALARM_KEY = 'monitor-store-';
/** A message that was claimed before a change may arrive this long after the change: a claim lasts 45 s, and the request takes its time. */
export const UNDER_WAY: Duration = MINUTE;

/** An attempt begins. */
export function sendingBegins(observer: Observer, { call, channel, notification }: Omit<Sent, 'outcome'>): void {
  const now = observer.timeline.now();
  if (notification.kind === 'trigger' && notification.key.includes(ALARM_KEY))
    for (const { id } of notification.incidents) observer.lastAlarmSender.set(id, call.machine);
  if (channel === 'pagerduty') eventSent(observer.pages, notification, call);
  if (channel === 'sms') for (const { id } of notification.incidents) observer.smsAttempted.add(id);
  const times = (call.sent.get(notification.key) ?? 0) + 1;
  call.sent.set(notification.key, times);
  if (times > 1 && !notification.key.includes(ALARM_KEY))
    observer.broken.push(`hammering: ${call.name} tried ${notification.key} ${times} times`);
  const before = observer.attempts.get(notification.key) ?? [];
  const last = before.at(-1);
  if (
    last &&
    !notification.key.includes(ALARM_KEY) &&
    now < last.until - MINUTE &&
    last.steps === observer.clockSteps &&
    last.call.machine.alive &&
    !last.call.storeDisturbed
  ) {
    observer.broken.push(`Retry-After: ${notification.key} was tried ${Math.round((last.until - now) / MINUTE)} min too early`);
  }
  observer.attempts.set(notification.key, [...before, { call, until: 0, steps: observer.clockSteps }]);
}

/** An attempt has ended, as far as the sender knows. */
export function sendingEnds(observer: Observer, { call, channel, notification, outcome }: Sent): void {
  if (channel === 'pagerduty' && outcome.result === 'accepted') eventTaken(observer.pages, notification, call);
  const attempts = observer.attempts.get(notification.key) ?? [];
  const asked = outcome.result === 'failed' ? (outcome.retryAfter ?? 0) : 0;
  const own = attempts.findLastIndex((attempt) => attempt.call === call);
  if (own >= 0) attempts[own] = { call, until: asked === 0 ? 0 : observer.timeline.now() + asked, steps: observer.clockSteps };
  if (outcome.result === 'unknown') for (const { id } of notification.incidents) markMayBeNotified(observer, id);
}

/** Nobody can rule out that somebody was notified of the incident. */
export function markMayBeNotified(observer: Observer, id: string): void {
  const life = observer.observedIncidents.get(id);
  if (life) life.mayBeNotified = true;
}

const PHONES: ReadonlySet<Message['channel']> = new Set(['pagerduty', 'sms']);
const NOTIFYING: ReadonlySet<Message['kind']> = new Set(['trigger', 'update', 'escalate', 'remind']);

/** A message reaches people. */
export function messageArrives(observer: Observer, message: Message): void {
  const { broken, observedIncidents, acknowledged } = observer;
  const { at, key, kind, channel } = message;
  const own = message.incidents.filter((id) => !id.startsWith(ALARM_KEY));
  if (kind === 'trigger') for (const id of message.incidents) if (id.startsWith(ALARM_KEY)) observer.firstCheckAfterAlarm.set(id, null);
  for (const id of own)
    if (!observedIncidents.has(id)) broken.push(`no such incident: ${channel} was notified of ${id}, which no stored head has`);
  const ended = (id: string): boolean => at - (observedIncidents.get(id)?.resolvedAt ?? at) > UNDER_WAY;
  if (own.length > 0 && NOTIFYING.has(kind) && own.every(ended)) broken.push(`cancelled: ${key} arrived after its end`);
  const held = (id: string): boolean => {
    const taken = acknowledged.get(id);
    return taken !== undefined && at - taken.at > UNDER_WAY && at < taken.until;
  };
  if (own.length > 0 && (kind === 'remind' || kind === 'escalate' || ringsAgain(observer, message)) && own.every(held))
    broken.push(`acknowledged: ${key} arrived all the same`);
  // The policy of the simulation has SMS among the channels of P1, which a P2 may climb to.
  if (channel === 'pagerduty' && kind === 'escalate' && message.priority === 'P2')
    broken.push(`phone: the P2 ${key} climbed to ${channel}`);
  const silenced = (id: string): boolean => {
    const life = observedIncidents.get(id);
    return life !== undefined && certainlySilenced(observer.silences, life.incident, life.openedAt, at);
  };
  if (own.length > 0 && NOTIFYING.has(kind) && own.every(silenced)) broken.push(`silenced: ${key} arrived all the same`);
  reachesItsPeople(observer, message, own);
  countArrival(observer, message);
}

/** A notification that rings a phone; a page that PagerDuty has lost is sent again, whoever has acknowledged it. */
function ringsAgain({ lostPages }: Observer, { channel, kind, incidents }: Message): boolean {
  return PHONES.has(channel) && NOTIFYING.has(kind) && !incidents.some((id) => lostPages.has(id));
}

/**
 * An incident of a team goes to the team's own recipients where it has any; no other incident does. The recipients of the last escalation step
 * are never notified first.
 */
function reachesItsPeople(
  { broken, observedIncidents }: Observer,
  { channel, key, kind, recipient, team }: Message,
  own: readonly string[],
): void {
  for (const id of own) {
    const whose = observedIncidents.get(id)?.incident.team;
    const wanted = whose !== undefined && TEAMS_CHANNELS.includes(channel) ? whose : null;
    if (observedIncidents.has(id) && wanted !== team)
      broken.push(`team: ${key} went to ${team ?? 'the default recipients'} and not to ${wanted ?? 'them'}`);
  }
  if (team === null && recipient >= RECIPIENTS[channel] && (kind === 'trigger' || kind === 'past'))
    broken.push(`contacts: ${key} went to a recipient of the last escalation step`);
}

function countArrival(observer: Observer, { channel, key, recipient, incidents, root, kind }: Message): void {
  const name = `${channel}/${recipient}/${key}`;
  const times = (observer.arrivals.get(name) ?? 0) + 1;
  observer.arrivals.set(name, times);
  if (channel === 'pagerduty' || (channel === 'slack' && root !== null && kind !== 'remind')) return;
  const excused = (observer.attempts.get(key) ?? []).filter(({ call }) => call.disturbed || !call.machine.alive).length;
  if (channel !== 'slack' && times > 1 + excused) observer.broken.push(`once: ${key} arrived ${times} times`);
  if (channel !== 'slack' || !isRoot(kind) || root !== null) return;
  for (const id of incidents) {
    const posts = (observer.arrivals.get(`posts/${id}`) ?? 0) + 1;
    observer.arrivals.set(`posts/${id}`, posts);
    if (posts > 1) observer.broken.push(`once: Slack has ${posts} messages of their own about ${id}`);
  }
}

export function isRoot(kind: Message['kind']): boolean {
  return kind === 'trigger' || kind === 'escalate' || kind === 'past';
}

/** PagerDuty pages. */
export function alertOpens(observer: Observer, { key }: Alert, again: boolean): void {
  if (again && !key.startsWith(ALARM_KEY) && !couldNotKnow(observer.pages, key))
    observer.broken.push(`reopened: PagerDuty was triggered under ${key} after its resolve`);
}

/** An abandoned claim is taken over after this long at most, also if the clock has stepped back (lib/domain/incidents/delivery-queue.ts). */
export const CLAIMS_END: Duration = 12 * MINUTE;

/** How long a channel must have worked before what it owes counts as overdue; the longest backoff is an hour. */
export const FAIR: Duration = 1.5 * HOUR;
