import type { DayCounts, Head, Run } from './head.ts';
import type { Delivery, Incident, Transition } from './incident.ts';
import { subjectKey } from '../findings/finding.ts';
import type { CheckId } from '../policy/policy.ts';
import { latenciesOf } from './latency-samples.ts';
import { DAY, type Duration, type Instant, iso } from '../time.ts';

/** Resolved incidents are listed for 24 h (docs/contract.md, addresses). */
const RESOLVED_SHOWN = DAY;
/** A message that no provider accepted for so long is given up; until then the page shows it. */
const GIVEN_UP_AFTER = 90 * DAY;
/**
 * Incidents that leave with one swap at most. Each takes some 1.2 kB along, its text for history and its entry in the log, and Upstash takes 10 MB a request:
 * a storm of 10,000 that ended together would be refused at every run. The rest leaves with the next ones.
 */
const LEAVING_MOST = 2_000;
const DAYS_KEPT = 90;
/** Some 4 kB of the head, before it is packed. */
const LATENCIES_KEPT = 200;

/**
 * Removes resolved incidents and finished deliveries, so that the head stays small; the incidents are kept in history. `within`: the flapping window.
 * If it is longer than incidents stay in the head, the times of their resolutions are kept. `timedByAtlas`: the checks whose incidents measure how fast
 * faults are detected; the latencies of those that are removed are kept.
 */
export function pruneHead(head: Head, now: Instant, timedByAtlas: ReadonlySet<CheckId>, within: Duration = RESOLVED_SHOWN): Head {
  const owed = new Set(head.deliveries.filter((delivery) => isOwed(delivery, now)).flatMap((delivery) => delivery.incidents));
  const leaving = new Set(leavingNow(head.incidents.filter((incident) => !stays(incident, owed, now))));
  const incidents = head.incidents.filter((incident) => !leaving.has(incident));
  const kept = new Set(incidents.map((incident) => incident.id));
  const known = new Set(head.incidents.map((incident) => incident.id));
  // Deliveries without an incident in the head (the alarm for a store that is down) stay until they are finished.
  const deliveries = head.deliveries.filter(
    (delivery) =>
      (delivery.kind === 'digest' && delivery.createdAt > now - DAY) ||
      delivery.incidents.some((id) => kept.has(id) || (!known.has(id) && isOwed(delivery, now))),
  );
  const left = incidents.length === head.incidents.length ? {} : latenciesOfRemoved(head, kept, timedByAtlas);
  if (within <= RESOLVED_SHOWN) return { ...head, ...left, incidents, deliveries };
  return { ...head, ...left, incidents, deliveries, endings: endingsOf(head, kept, now - within) };
}

/** Keeps the latencies of incidents that leave the head; without them the page would show those of the last day only. */
function latenciesOfRemoved(head: Head, kept: ReadonlySet<string>, timedByAtlas: ReadonlySet<CheckId>): Pick<Head, 'latencies'> {
  const gone = latenciesOf(
    head.incidents.filter(({ id }) => !kept.has(id)),
    head.deliveries,
    timedByAtlas,
  );
  return { latencies: [...head.latencies, ...gone].slice(-LATENCIES_KEPT) };
}

/** When incidents that have left the head were resolved, later than `since`, by subject. */
function endingsOf(head: Head, kept: ReadonlySet<string>, since: Instant): Head['endings'] {
  const endings = new Map(Object.entries(head.endings));
  for (const { id, check, resource, resolvedAt } of head.incidents) {
    const key = subjectKey(check, resource);
    if (resolvedAt !== null && !kept.has(id)) endings.set(key, [...(endings.get(key) ?? []), resolvedAt]);
  }
  const recent = [...endings].map(([key, times]) => [key, times.filter((at) => at > since)] as const);
  return Object.fromEntries(recent.filter(([, times]) => times.length > 0));
}

/** The first to end first. */
function leavingNow(over: readonly Incident[]): readonly Incident[] {
  if (over.length <= LEAVING_MOST) return over;
  return over.toSorted((a, b) => (a.resolvedAt ?? 0) - (b.resolvedAt ?? 0)).slice(0, LEAVING_MOST);
}

function stays(incident: Incident, owed: ReadonlySet<string>, now: Instant): boolean {
  if (incident.state !== 'resolved' || incident.resolvedAt === null) return true;
  return incident.resolvedAt > now - RESOLVED_SHOWN || owed.has(incident.id);
}

function isOwed(delivery: Delivery, now: Instant): boolean {
  return delivery.claim !== null || (delivery.nextTryAt !== null && delivery.createdAt > now - GIVEN_UP_AFTER);
}

/** Adds the run to the counts of its day, and drops days beyond the last 90. */
export function countRun(days: readonly DayCounts[], run: Run, transitions: readonly Transition[]): readonly DayCounts[] {
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
