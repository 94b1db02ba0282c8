import type { Head } from '../domain/incidents/head.ts';
import type { Delivery, Incident } from '../domain/incidents/incident.ts';
import { maskPeople } from '../domain/masked.ts';
import type { GeneralPolicy } from '../domain/policy/policy.ts';
import { type InIso, type Instant, iso, isoOrNull } from '../domain/time.ts';
import type { IncidentJson } from './status-json.ts';

/** What the page says about notifications: silenced P0s, undelivered messages, and what nobody can acknowledge. */
export type AcknowledgementModel = {
  /** Open P0s whose notifications are silenced now. */
  readonly silencedP0: number;
  readonly deadLetters: readonly DeadLetter[];
  /** Why some incidents cannot be acknowledged, and what to set; null if all can be. */
  readonly acknowledgementGap: string | null;
};

/** A message that was refused, or is owed beyond its priority's response time. Times are ISO 8601 in UTC. */
export type DeadLetter = InIso<
  Pick<Delivery, 'key' | 'channel' | 'kind' | 'priority' | 'state' | 'attempts' | 'nextTryAt' | 'lastError'>,
  'nextTryAt'
> & {
  readonly team: string | null;
  /** What the message is about, in words. */
  readonly about: string;
  readonly madeAt: string;
};

export type AcknowledgementModelRequest = {
  readonly now: Instant;
  readonly general?: GeneralPolicy;
  readonly acknowledgementGap?: string | null;
};

/** Pure: (recorded state, now) → model. `incidents`: as the page shows them. */
export function acknowledgementModel(
  head: Head | null,
  incidents: readonly IncidentJson[],
  { now, general, acknowledgementGap = null }: AcknowledgementModelRequest,
): AcknowledgementModel {
  const byId = new Map((head?.incidents ?? []).map((incident) => [incident.id, incident]));
  const dead = (head?.deliveries ?? []).filter((delivery) => isDead(delivery, general, now));
  return {
    silencedP0: incidents.filter(({ state, priority, silencedBy }) => state !== 'resolved' && priority === 'P0' && silencedBy !== null)
      .length,
    deadLetters: dead
      .toSorted((a, b) => a.priority.localeCompare(b.priority) || a.createdAt - b.createdAt)
      .map((delivery) => deadLetter(delivery, byId)),
    acknowledgementGap,
  };
}

function isDead({ state, claim, createdAt, priority }: Delivery, general: GeneralPolicy | undefined, now: Instant): boolean {
  if (state === 'rejected') return true;
  const waits = (state === 'owed' || state === 'unknown') && claim === null;
  return waits && general !== undefined && now - createdAt > general.responseTime[priority];
}

function deadLetter(delivery: Delivery, byId: ReadonlyMap<string, Incident>): DeadLetter {
  const { key, channel, team = null, kind, priority, state, attempts, lastError } = delivery;
  const times = { madeAt: iso(delivery.createdAt), nextTryAt: isoOrNull(delivery.nextTryAt) };
  return {
    key,
    channel,
    team,
    kind,
    priority,
    about: aboutOf(delivery, byId),
    state,
    attempts,
    ...times,
    lastError: lastError && maskPeople(lastError),
  };
}

function aboutOf({ incidents, kind }: Delivery, byId: ReadonlyMap<string, Incident>): string {
  const [first] = incidents.flatMap((id) => byId.get(id) ?? []);
  if (!first) return kind === 'digest' ? 'the daily digest' : 'an incident that has left the page';
  const more = incidents.length - 1;
  return `${first.resource.name}, ${first.check}${more > 0 ? `, and ${more} more` : ''}`;
}
