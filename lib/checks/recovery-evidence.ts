import type { Evidence } from '../domain/finding.ts';
import { allGaps } from '../domain/gaps.ts';
import { recoveryPoints, type RecoveryPoints, windowOf } from '../domain/recovery.ts';
import type { ClusterSubject } from '../domain/subject.ts';
import { type Instant, iso, isoOrNull, spell } from '../domain/time.ts';
import type { Window } from '../domain/view.ts';

/** The cluster's counted snapshots; null where this run could not read them. */
export function pointsOf(subject: ClusterSubject, now: Instant): RecoveryPoints | null {
  return subject.facts?.snapshots.known ? recoveryPoints(subject.facts.snapshots.value, now) : null;
}

/** What PITR can reach as this run saw it; null where PITR is off, or anything that it rests on is unknown. */
export function windowNow(subject: ClusterSubject, now: Instant): Window | null {
  const points = pointsOf(subject, now);
  const pitr = subject.facts?.pitEnabled;
  if (!points || !pitr?.known || !pitr.value || subject.eventsBlind !== null || !subject.facts?.schedule.known) return null;
  return windowOf(subject.memory, points.points, allGaps(subject.memory, points.points, subject.project.oplogThreshold, now), now);
}

/** Every check of a cluster shows the same lines: a fifth of a run's time, were they not kept. Keyed by what they are made of. */
const shown = new WeakMap<ClusterSubject['memory'], { readonly of: ClusterSubject; readonly now: Instant; readonly lines: Evidence }>();

/** What can still be restored: the two lines that every message about a cluster carries. */
export function recoveryEvidence(subject: ClusterSubject, now: Instant): Evidence {
  const kept = shown.get(subject.memory);
  if (kept?.now === now && isSame(kept.of, subject)) return kept.lines;
  const lines = linesOf(subject, now);
  shown.set(subject.memory, { of: subject, now, lines });
  return lines;
}

function isSame(one: ClusterSubject, other: ClusterSubject): boolean {
  return one.facts === other.facts && one.project === other.project && one.eventsBlind === other.eventsBlind;
}

function linesOf(subject: ClusterSubject, now: Instant): Evidence {
  const point = pointsOf(subject, now)?.newest ?? null;
  const window = windowNow(subject, now);
  const last = subject.memory.lastPoint;
  const newest = point
    ? `${iso(point.at)} (${spell(now - point.at)} ago)`
    : last && !subject.facts?.snapshots.known
      ? `${iso(last.at)} when last seen`
      : 'none';
  const expiry = isoOrNull(point?.expiresAt ?? null);
  return [
    ['newest recovery point', newest],
    ...(expiry === null ? [] : [['it expires', expiry] as const]),
    [
      'restorable window',
      window
        ? `${iso(window.from)} to ${iso(window.to)}${window.breaks.length > 0 ? `, ${window.breaks.length} break(s)` : ''}`
        : 'no point-in-time recovery known',
    ],
  ];
}
