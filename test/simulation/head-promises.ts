import { CHANNEL_IDS } from '../support/channel-ids.ts';
import { subjectKey } from '../../lib/domain/findings/finding.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { PRIORITIES } from '../../lib/domain/policy/policy.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { TEAM, TEAMS_CLUSTER } from './channels.ts';
import { arrivalsStored } from './pages.ts';
import { markMayBeNotified, type Observer } from './observer.ts';
import type { Episode, ClusterFault } from './cluster-faults.ts';

/** Records every promise that a swap of the head breaks, whoever makes the swap. */
export function holdSwapToPromises(observer: Observer, before: Head, after: Head): void {
  const now = observer.timeline.now();
  const kept = new Map(after.incidents.map((incident) => [incident.id, incident]));
  for (const incident of before.incidents) followIncident(observer, incident, kept.get(incident.id) ?? null, now);
  const old = new Set(before.incidents.map(({ id }) => id));
  for (const incident of after.incidents) if (!old.has(incident.id)) observeOpening(observer, incident, now);
  holdToOneOpenIncident(observer, after);
  if (after.lastComplete?.runId !== before.lastComplete?.runId) observer.completeAt.push(now);
  if (after.lastRun?.runId !== before.lastRun?.runId)
    for (const [key, at] of observer.firstCheckAfterAlarm) observer.firstCheckAfterAlarm.set(key, at ?? now);
  for (const { ambiguous, incidents } of after.deliveries) if (ambiguous) for (const id of incidents) markMayBeNotified(observer, id);
  holdRemindersToAcknowledgements(observer, before, after, now);
  arrivalsStored(observer.pages, before, after);
}

function followIncident(observer: Observer, before: Incident, after: Incident | null, now: Instant): void {
  const { broken, observedIncidents, acknowledged } = observer;
  const life = observedIncidents.get(before.id);
  if (after === null) {
    if (before.state !== 'resolved') broken.push(`forgotten: ${before.id} left the head while it was open`);
    return;
  }
  if (before.state === 'resolved' && after.state !== 'resolved') broken.push(`reopened: ${before.id} was resolved and is open again`);
  if (PRIORITIES.indexOf(after.priority) > PRIORITIES.indexOf(before.priority))
    broken.push(`severity: ${before.id} fell from ${before.priority} to ${after.priority}`);
  if (after.priority !== before.priority) acknowledged.delete(before.id);
  if (life && after.silencedBy !== undefined) life.silenced = true;
  if (life) Object.assign(life, { incident: after, raisedAt: after.priority === before.priority ? life.raisedAt : now });
  if (life && before.state === 'acknowledged' && after.state === 'open') life.acknowledgementEndedAt = now;
  if (after.state !== 'resolved' || before.state === 'resolved') return;
  if (life) life.resolvedAt = now;
  const still = life && lastingCause(observer, after, life.openedAt);
  if (still) broken.push(`false end: ${after.id} was resolved (${after.resolution}), and the ${still.fault} of ${still.of} goes on`);
}

function observeOpening(observer: Observer, incident: Incident, now: Instant): void {
  const { broken, observedIncidents } = observer;
  if (observedIncidents.has(incident.id)) broken.push(`reopened: ${incident.id} came back into the head`);
  observedIncidents.set(incident.id, {
    incident,
    openedAt: now,
    raisedAt: now,
    resolvedAt: incident.state === 'resolved' ? now : null,
    acknowledgementEndedAt: Number.NEGATIVE_INFINITY,
    mayBeNotified: false,
    silenced: incident.silencedBy !== undefined,
  });
  const team = incident.resource.clusterId === TEAMS_CLUSTER ? TEAM : undefined;
  if (incident.check !== 'alert-path' && incident.team !== team) broken.push(`team: ${incident.id} is ${incident.team ?? 'nobody'}’s`);
  if (!hasCause(observer, incident, now)) broken.push(`false alarm: ${incident.id} (${incident.summary})`);
}

function holdToOneOpenIncident({ broken }: Observer, { incidents }: Head): void {
  const open = new Set<string>();
  for (const incident of incidents) {
    if (incident.state === 'resolved' || incident.check === 'alert-path') continue;
    const key = subjectKey(incident.check, incident.resource);
    if (open.has(key)) broken.push(`doubled: ${key} has two open incidents`);
    open.add(key);
  }
}

/** No reminder or escalation is created for incidents that are all acknowledged. One that is cancelled from the start only says which incidents left a storm's. */
function holdRemindersToAcknowledgements(observer: Observer, before: Head, after: Head, now: Instant): void {
  if (after.deliveries === before.deliveries || observer.acknowledged.size === 0) return;
  const old = new Set(before.deliveries.map(({ key }) => key));
  const held = (id: string): boolean => now < (observer.acknowledged.get(id)?.until ?? 0);
  for (const { key, kind, state, incidents } of after.deliveries) {
    if (!old.has(key) && state !== 'cancelled' && (kind === 'remind' || kind === 'escalate') && incidents.every(held))
      observer.broken.push(`acknowledged: ${key} was made all the same`);
  }
}

/** The faults that can cause an incident of a check on a cluster. A check that is not listed can have any fault as its cause. */
const CAUSES: Readonly<Partial<Record<Incident['check'], readonly ClusterFault[]>>> = {
  'backup-age': ['stale'],
  'backup-off': ['backupOff'],
  'pitr-gap': ['pitrOff', 'behind'],
  'snapshot-size': ['shrunk'],
  'cluster-gone': ['deleted'],
};

/** A check takes four minutes at most from reading to storing, and clocks may be ten minutes off. */
const LATE = 5 * MINUTE;
const SKEW = 13 * MINUTE;

function hasCause(observer: Observer, { check, resource }: Incident, now: Instant): boolean {
  const { world, conditions } = observer;
  // Snapshots are dated ahead only of a machine whose clock was set.
  if (check === 'monitor' && resource.part === 'clocks') return observer.clockSteps > 0;
  if (check === 'monitor' && resource.part === 'dispatch') return now - observer.lastDispatch > 30 * MINUTE - SKEW;
  if (check === 'monitor')
    return resource.part === undefined
      ? now - (observer.completeAt.at(-1) ?? observer.begunAt) > 3 * HOUR - SKEW
      : conditions.lastDisturbedAt[CHANNEL_IDS.find((id) => id === resource.part?.split('@', 1).join()) ?? 'email'] > 0 ||
          observer.lastDisturbedAt > 0;
  if (check === 'alert-path') return true;
  // The simulation sets nothing up, which is a finding after a week.
  if (check === 'set-up') return now - observer.begunAt >= 7 * DAY - SKEW;
  if (check === 'visibility')
    return (
      observer.partialReads > 0 ||
      world.episodes.some(({ fault }) => fault === 'blackout' || fault === 'blind' || fault === 'vanished' || fault === 'deleted')
    );
  if (resource.clusterId === null) return check === 'backup-off' && resource.projectId === 'p2';
  const causes = CAUSES[check];
  return world.episodes.some(
    (episode) =>
      episode.of === resource.clusterId &&
      (causes === undefined || (causes.some((cause) => cause === episode.fault) && now - (episode.to ?? now) <= LATE)),
  );
}

/** A fault that began before the incident opened and has not ended since. None for snapshot sizes: a size becomes normal after a while. */
function lastingCause({ world }: Observer, { check, resource }: Incident, openedAt: Instant): Episode | undefined {
  const causes =
    check === 'visibility' ? (['blind', 'vanished'] as const) : check === 'cluster-gone' || check === 'snapshot-size' ? [] : CAUSES[check];
  return world.episodes.find(
    (episode) =>
      episode.of === resource.clusterId &&
      episode.to === null &&
      episode.from < openedAt - LATE &&
      causes?.some((cause) => cause === episode.fault),
  );
}
