import type { Head } from './domain/head.ts';
import type { Delivery, Incident } from './domain/incident.ts';
import type { ChannelId, GeneralPolicy, Priority } from './domain/policy.ts';
import { type Instant, iso, isoOrNull } from './domain/time.ts';
import type { IncidentJson } from './status/json.ts';

/** What the page says of people: who is not told of what, and what did not reach them. */
export type PeopleModel = {
  /** Open P0s that nobody is told of just now. */
  readonly silencedP0: number;
  readonly deadLetters: readonly DeadLetter[];
  /** What nobody can acknowledge, what that means and what to set; null: everything that is told can be. */
  readonly acknowledgementGap: string | null;
};

/** A message that was refused, or is owed beyond its priority's response time. Times are ISO 8601 in UTC. */
export type DeadLetter = {
  readonly key: string;
  readonly channel: ChannelId;
  readonly team: string | null;
  readonly kind: Delivery['kind'];
  readonly priority: Priority;
  /** What it tells of, in words. */
  readonly about: string;
  readonly state: Delivery['state'];
  readonly attempts: number;
  readonly madeAt: string;
  readonly nextTryAt: string | null;
  readonly lastError: string | null;
};

export type PeopleRequest = { readonly now: Instant; readonly general?: GeneralPolicy; readonly acknowledgementGap?: string | null };

/** Pure: (recorded state, now) → what the page says of people. `incidents`: as the page shows them. */
export function peopleModel(
  head: Head | null,
  incidents: readonly IncidentJson[],
  { now, general, acknowledgementGap = null }: PeopleRequest,
): PeopleModel {
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
  const about = aboutOf(delivery, byId);
  return {
    key,
    channel,
    team,
    kind,
    priority,
    about,
    state,
    attempts,
    madeAt: iso(delivery.createdAt),
    nextTryAt: isoOrNull(delivery.nextTryAt),
    lastError,
  };
}

function aboutOf({ incidents, kind }: Delivery, byId: ReadonlyMap<string, Incident>): string {
  const [first] = incidents.flatMap((id) => byId.get(id) ?? []);
  if (!first) return kind === 'digest' ? 'the daily digest' : 'an incident that has left the page';
  const more = incidents.length - 1;
  return `${first.resource.name}, ${first.check}${more > 0 ? `, and ${more} more` : ''}`;
}
