import type { Incident } from '../../lib/domain/incident.ts';
import { type Duration, HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { RECIPIENTS, type Sent, type Sky, TEAMS_CHANNELS } from './channels.ts';
import { type Mute, surelyMuted } from './mutes.ts';
import { couldNotKnow, eventSent, eventTaken, type Pages } from './pages.ts';
import type { Alert, Message } from './providers.ts';
import type { Timeline } from './timeline.ts';
import type { Call, Machine } from './wire.ts';
import type { World } from './world.ts';

/** One incident as the stored heads told of it, by true time. */
export type Life = {
  incident: Incident;
  readonly openedAt: Instant;
  raisedAt: Instant;
  resolvedAt: Instant | null;
  /** When an acknowledgement of it last ran out, or was given back. */
  freedAt: Instant;
  mayBeTold: boolean;
  /** Was it silenced at some time? */
  hushed: boolean;
};

/** What has been seen so far, and every promise that was broken. */
export type Witness = {
  readonly timeline: Timeline;
  readonly world: World;
  readonly sky: Sky;
  readonly begunAt: Instant;
  readonly broken: string[];
  readonly lives: Map<string, Life>;
  /** Acknowledgements that were answered as taken, by incident. */
  readonly acknowledged: Map<string, { readonly at: Instant; readonly until: Instant }>;
  readonly attempts: Map<string, { readonly call: Call; readonly until: Instant; readonly steps: number }[]>;
  readonly arrivals: Map<string, number>;
  readonly mutes: Mute[];
  readonly pages: Pages;
  /** Incidents whose page PagerDuty has lost. */
  readonly forgotten: Set<string>;
  lastComplete: Instant;
  /** When a dispatch that nothing disturbed last ended. */
  lastDispatch: Instant;
  /** The first check that was stored after the alarm of that key rang last. */
  readonly alarmsHeard: Map<string, Instant | null>;
  /** Who rang it last. */
  readonly alarmsBy: Map<string, Machine>;
  clockSteps: number;
  /** When a process last died, or the store last did not do as it was asked: claims live on for a while. */
  upsetAt: Instant;
  /** When a process last died, or ended without being able to record: what it had claimed was perhaps begun, for all that anybody can know. */
  claimsLeftAt: Instant;
  /** Incidents of which a text was begun. */
  readonly texted: Set<string>;
  partialReads: number;
};

export function newWitness(parts: Pick<Witness, 'timeline' | 'world' | 'sky'>): Witness {
  return {
    ...parts,
    begunAt: parts.timeline.now(),
    broken: [],
    lives: new Map(),
    acknowledged: new Map(),
    attempts: new Map(),
    arrivals: new Map(),
    mutes: [],
    pages: new Map(),
    forgotten: new Set(),
    lastComplete: parts.timeline.now(),
    lastDispatch: parts.timeline.now(),
    alarmsHeard: new Map(),
    alarmsBy: new Map(),
    clockSteps: 0,
    upsetAt: 0,
    claimsLeftAt: 0,
    texted: new Set(),
    partialReads: 0,
  };
}

export const ALARM_KEY = 'monitor-store-';
/** A message that was claimed before something changed may still arrive this long after it: a claim of 45 s, and the answer's way. */
export const UNDER_WAY: Duration = MINUTE;

/** An attempt begins. */
export function sendingBegins(witness: Witness, { call, channel, letter }: Omit<Sent, 'outcome'>): void {
  const now = witness.timeline.now();
  if (letter.kind === 'trigger' && letter.key.includes(ALARM_KEY))
    for (const { id } of letter.incidents) witness.alarmsBy.set(id, call.machine);
  if (channel === 'pagerduty') eventSent(witness.pages, letter, call);
  if (channel === 'sms') for (const { id } of letter.incidents) witness.texted.add(id);
  const times = (call.sent.get(letter.key) ?? 0) + 1;
  call.sent.set(letter.key, times);
  if (times > 1 && !letter.key.includes(ALARM_KEY)) witness.broken.push(`hammering: ${call.name} tried ${letter.key} ${times} times`);
  const before = witness.attempts.get(letter.key) ?? [];
  const last = before.at(-1);
  if (
    last &&
    !letter.key.includes(ALARM_KEY) &&
    now < last.until - MINUTE &&
    last.steps === witness.clockSteps &&
    last.call.machine.alive &&
    !last.call.storeDisturbed
  ) {
    witness.broken.push(`Retry-After: ${letter.key} was tried ${Math.round((last.until - now) / MINUTE)} min too early`);
  }
  witness.attempts.set(letter.key, [...before, { call, until: 0, steps: witness.clockSteps }]);
}

/** An attempt was answered, as far as the sender knows. */
export function sendingEnds(witness: Witness, { call, channel, letter, outcome }: Sent): void {
  if (channel === 'pagerduty' && outcome.result === 'accepted') eventTaken(witness.pages, letter, call);
  const attempts = witness.attempts.get(letter.key) ?? [];
  const asked = outcome.result === 'failed' ? (outcome.retryAfter ?? 0) : 0;
  const own = attempts.findLastIndex((attempt) => attempt.call === call);
  if (own >= 0) attempts[own] = { call, until: asked === 0 ? 0 : witness.timeline.now() + asked, steps: witness.clockSteps };
  if (outcome.result === 'unknown') for (const { id } of letter.incidents) mark(witness, id);
}

/** Somebody may have been told of it, as far as anybody can know. */
export function mark(witness: Witness, id: string): void {
  const life = witness.lives.get(id);
  if (life) life.mayBeTold = true;
}

const NEWS: ReadonlySet<Message['kind']> = new Set(['trigger', 'update', 'escalate', 'remind']);

/** A message reaches people. */
export function messageArrives(witness: Witness, message: Message): void {
  const { broken, lives, acknowledged } = witness;
  const { at, key, kind, channel } = message;
  const own = message.incidents.filter((id) => !id.startsWith(ALARM_KEY));
  if (kind === 'trigger') for (const id of message.incidents) if (id.startsWith(ALARM_KEY)) witness.alarmsHeard.set(id, null);
  for (const id of own) if (!lives.has(id)) broken.push(`no such incident: ${channel} was told of ${id}, which no stored head has`);
  const ended = (id: string): boolean => at - (lives.get(id)?.resolvedAt ?? at) > UNDER_WAY;
  if (own.length > 0 && NEWS.has(kind) && own.every(ended)) broken.push(`cancelled: ${key} arrived after its end`);
  const held = (id: string): boolean => {
    const taken = acknowledged.get(id);
    return taken !== undefined && at - taken.at > UNDER_WAY && at < taken.until;
  };
  if (own.length > 0 && (kind === 'remind' || kind === 'escalate') && own.every(held))
    broken.push(`acknowledged: ${key} arrived all the same`);
  const silenced = (id: string): boolean => {
    const life = lives.get(id);
    return life !== undefined && surelyMuted(witness.mutes, life.incident, life.openedAt, at);
  };
  if (own.length > 0 && NEWS.has(kind) && own.every(silenced)) broken.push(`silenced: ${key} arrived all the same`);
  reachesItsPeople(witness, message, own);
  countArrival(witness, message);
}

/** What is a team's goes to its own recipients where it has any, nobody else's does, and the last rung's people are told of nothing first. */
function reachesItsPeople({ broken, lives }: Witness, { channel, key, kind, recipient, team }: Message, own: readonly string[]): void {
  for (const id of own) {
    const whose = lives.get(id)?.incident.team;
    const wanted = whose !== undefined && TEAMS_CHANNELS.includes(channel) ? whose : null;
    if (lives.has(id) && wanted !== team)
      broken.push(`team: ${key} went to ${team ?? 'the default recipients'} and not to ${wanted ?? 'them'}`);
  }
  if (team === null && recipient >= RECIPIENTS[channel] && (kind === 'trigger' || kind === 'past'))
    broken.push(`contacts: ${key} went to somebody who is asked last`);
}

function countArrival(witness: Witness, { channel, key, recipient, incidents, root, kind }: Message): void {
  const name = `${channel}/${recipient}/${key}`;
  const times = (witness.arrivals.get(name) ?? 0) + 1;
  witness.arrivals.set(name, times);
  if (channel === 'pagerduty' || (channel === 'slack' && root !== null && kind !== 'remind')) return;
  const excused = (witness.attempts.get(key) ?? []).filter(({ call }) => call.disturbed || !call.machine.alive).length;
  if (channel !== 'slack' && times > 1 + excused) witness.broken.push(`once: ${key} arrived ${times} times`);
  if (channel !== 'slack' || !isRoot(kind) || root !== null) return;
  for (const id of incidents) {
    const posts = (witness.arrivals.get(`posts/${id}`) ?? 0) + 1;
    witness.arrivals.set(`posts/${id}`, posts);
    if (posts > 1) witness.broken.push(`once: Slack has ${posts} messages of their own about ${id}`);
  }
}

export function isRoot(kind: Message['kind']): boolean {
  return kind === 'trigger' || kind === 'escalate' || kind === 'past';
}

/** PagerDuty pages. */
export function alertOpens(witness: Witness, { key }: Alert, again: boolean): void {
  if (again && !key.startsWith(ALARM_KEY) && !couldNotKnow(witness.pages, key))
    witness.broken.push(`reopened: PagerDuty was triggered under ${key} after its resolve`);
}

/** A claim left behind is taken up after this long at most, also where the clock has stepped back (lib/alerts/queue.ts). */
export const CLAIMS_END: Duration = 12 * MINUTE;

/** How long a route must have been in order before what it owes counts as overdue: the longest wait is an hour. */
export const FAIR: Duration = 1.5 * HOUR;
