import type { DayCounts, Head, Run } from './head.ts';
import type { Delivery, Incident, Transition } from './incident.ts';
import { subjectKey } from './finding.ts';
import { latenciesOf } from './latency.ts';
import { DAY, type Duration, type Instant, iso } from './time.ts';

/** Contract: resolved incidents are listed for 24 h. */
const RESOLVED_SHOWN = DAY;
/** After this long a message that no provider took is given up; the page has shown it all the time. */
const GIVEN_UP_AFTER = 90 * DAY;
const DAYS_KEPT = 90;
/** Some 4 kB of the head, before it is packed. */
const LATENCIES_KEPT = 200;

/**
 * Pure: what is over and settled leaves the head, so that it stays small; the incidents go to history. `within`: the flapping window; where it is
 * longer than incidents stay, the times of their ends stay behind.
 */
export function pruned(head: Head, now: Instant, within: Duration = RESOLVED_SHOWN): Head {
  const owed = new Set(head.deliveries.filter((delivery) => isOwed(delivery, now)).flatMap((delivery) => delivery.incidents));
  const incidents = head.incidents.filter((incident) => stays(incident, owed, now));
  const kept = new Set(incidents.map((incident) => incident.id));
  const known = new Set(head.incidents.map((incident) => incident.id));
  // What belongs to no incident of ours (the alarm that goes out without the store) stays until it is settled.
  const deliveries = head.deliveries.filter(
    (delivery) =>
      (delivery.kind === 'digest' && delivery.createdAt > now - DAY) ||
      delivery.incidents.some((id) => kept.has(id) || (!known.has(id) && isOwed(delivery, now))),
  );
  const left = incidents.length === head.incidents.length ? {} : remembered(head, kept);
  if (within <= RESOLVED_SHOWN) return { ...head, ...left, incidents, deliveries };
  return { ...head, ...left, incidents, deliveries, endings: endingsOf(head, kept, now - within) };
}

/** How long those took that leave: without it the page would forget after a day how fast we are. */
function remembered(head: Head, kept: ReadonlySet<string>): Pick<Head, 'latencies'> {
  const gone = latenciesOf(
    head.incidents.filter(({ id }) => !kept.has(id)),
    head.deliveries,
  );
  return gone.length === 0 ? {} : { latencies: [...(head.latencies ?? []), ...gone].slice(-LATENCIES_KEPT) };
}

/** The ends of episodes that have left the head, later than `since`. */
function endingsOf(head: Head, kept: ReadonlySet<string>, since: Instant): NonNullable<Head['endings']> {
  const endings = new Map(Object.entries(head.endings ?? {}));
  for (const { id, check, resource, resolvedAt } of head.incidents) {
    const key = subjectKey(check, resource);
    if (resolvedAt !== null && !kept.has(id)) endings.set(key, [...(endings.get(key) ?? []), resolvedAt]);
  }
  const recent = [...endings].map(([key, times]) => [key, times.filter((at) => at > since)] as const);
  return Object.fromEntries(recent.filter(([, times]) => times.length > 0));
}

function stays(incident: Incident, owed: ReadonlySet<string>, now: Instant): boolean {
  if (incident.state !== 'resolved' || incident.resolvedAt === null) return true;
  return incident.resolvedAt > now - RESOLVED_SHOWN || owed.has(incident.id);
}

function isOwed(delivery: Delivery, now: Instant): boolean {
  return delivery.claim !== null || (delivery.nextTryAt !== null && delivery.createdAt > now - GIVEN_UP_AFTER);
}

/** Pure: today's counts with this run in them; days long past go. */
export function counted(days: readonly DayCounts[], run: Run, transitions: readonly Transition[]): readonly DayCounts[] {
  const day = iso(run.startedAt).slice(0, 10);
  const before = days.findLast((candidate) => candidate.day === day) ?? { day, runs: 0, complete: 0, opened: 0, resolved: 0 };
  const of = (sought: Transition['kind']): number => transitions.filter(({ kind }) => kind === sought).length;
  const today: DayCounts = {
    day,
    runs: before.runs + 1,
    complete: before.complete + (run.complete ? 1 : 0),
    opened: before.opened + of('opened'),
    resolved: before.resolved + of('resolved'),
  };
  if (days.at(-1)?.day === day) return days.with(-1, today);
  return [...days.filter((candidate) => candidate.day !== day), today].toSorted((a, b) => (a.day < b.day ? -1 : 1)).slice(-DAYS_KEPT);
}
