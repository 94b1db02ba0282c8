import { channelAt } from '../../lib/domain/address.ts';
import { subjectKey } from '../../lib/domain/finding.ts';
import type { Head } from '../../lib/domain/head.ts';
import type { Incident } from '../../lib/domain/incident.ts';
import { PRIORITIES } from '../../lib/domain/policy.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { TEAM, TEAMS_CLUSTER } from './channels.ts';
import { arrivalsStored } from './pages.ts';
import { mark, type Witness } from './witness.ts';
import type { Episode, Trouble } from './trouble.ts';

/** What every swap of the head must keep, whoever makes it. */
export function headChanges(witness: Witness, before: Head, after: Head): void {
  const now = witness.timeline.now();
  const kept = new Map(after.incidents.map((incident) => [incident.id, incident]));
  for (const incident of before.incidents) follow(witness, incident, kept.get(incident.id) ?? null, now);
  const old = new Set(before.incidents.map(({ id }) => id));
  for (const incident of after.incidents) if (!old.has(incident.id)) opens(witness, incident, now);
  oneEach(witness, after);
  if (after.lastComplete?.runId !== before.lastComplete?.runId) witness.lastComplete = now;
  if (after.lastRun?.runId !== before.lastRun?.runId) for (const [key, at] of witness.alarmsHeard) witness.alarmsHeard.set(key, at ?? now);
  for (const { ambiguous, incidents } of after.deliveries) if (ambiguous) for (const id of incidents) mark(witness, id);
  hushes(witness, before, after, now);
  arrivalsStored(witness.pages, before, after);
}

function follow(witness: Witness, before: Incident, after: Incident | null, now: Instant): void {
  const { broken, lives, acknowledged } = witness;
  const life = lives.get(before.id);
  if (after === null) {
    if (before.state !== 'resolved') broken.push(`forgotten: ${before.id} left the head while it was open`);
    return;
  }
  if (before.state === 'resolved' && after.state !== 'resolved') broken.push(`reopened: ${before.id} was resolved and is open again`);
  if (PRIORITIES.indexOf(after.priority) > PRIORITIES.indexOf(before.priority))
    broken.push(`severity: ${before.id} fell from ${before.priority} to ${after.priority}`);
  if (after.priority !== before.priority) acknowledged.delete(before.id);
  if (life && after.silencedBy !== undefined) life.hushed = true;
  if (life) Object.assign(life, { incident: after, raisedAt: after.priority === before.priority ? life.raisedAt : now });
  if (life && before.state === 'acknowledged' && after.state === 'open') life.freedAt = now;
  if (after.state !== 'resolved' || before.state === 'resolved') return;
  if (life) life.resolvedAt = now;
  const still = life && lastingCause(witness, after, life.openedAt);
  if (still) broken.push(`false end: ${after.id} was resolved (${after.resolution}), and the ${still.trouble} of ${still.of} goes on`);
}

function opens(witness: Witness, incident: Incident, now: Instant): void {
  const { broken, lives } = witness;
  if (lives.has(incident.id)) broken.push(`reopened: ${incident.id} came back into the head`);
  lives.set(incident.id, {
    incident,
    openedAt: now,
    raisedAt: now,
    resolvedAt: incident.state === 'resolved' ? now : null,
    freedAt: Number.NEGATIVE_INFINITY,
    mayBeTold: false,
    hushed: incident.silencedBy !== undefined,
  });
  const team = incident.resource.clusterId === TEAMS_CLUSTER ? TEAM : undefined;
  if (incident.check !== 'alert-path' && incident.team !== team) broken.push(`team: ${incident.id} is ${incident.team ?? 'nobody'}’s`);
  if (!plausible(witness, incident, now)) broken.push(`false alarm: ${incident.id} (${incident.summary})`);
}

function oneEach({ broken }: Witness, { incidents }: Head): void {
  const open = new Set<string>();
  for (const incident of incidents) {
    if (incident.state === 'resolved' || incident.check === 'alert-path') continue;
    const key = subjectKey(incident.check, incident.resource);
    if (open.has(key)) broken.push(`doubled: ${key} has two open incidents`);
    open.add(key);
  }
}

/** Nobody is reminded of what was acknowledged: no such message is made. */
function hushes(witness: Witness, before: Head, after: Head, now: Instant): void {
  if (after.deliveries === before.deliveries || witness.acknowledged.size === 0) return;
  const old = new Set(before.deliveries.map(({ key }) => key));
  const held = (id: string): boolean => now < (witness.acknowledged.get(id)?.until ?? 0);
  for (const { key, kind, incidents } of after.deliveries) {
    if (!old.has(key) && (kind === 'remind' || kind === 'escalate') && incidents.every(held))
      witness.broken.push(`acknowledged: ${key} was made all the same`);
  }
}

/** What may be behind an incident of a check on a cluster. What is not here may have any trouble behind it. */
const CAUSES: Readonly<Partial<Record<Incident['check'], readonly Trouble[]>>> = {
  'backup-age': ['stale'],
  'backup-off': ['backupOff'],
  'pitr-gap': ['pitrOff', 'behind'],
  'snapshot-size': ['shrunk'],
  'cluster-gone': ['deleted'],
};

/** One check takes four minutes at most from reading to storing; clocks may be ten minutes off. */
const LATE = 5 * MINUTE;
const SKEW = 13 * MINUTE;

function plausible(witness: Witness, { check, resource }: Incident, now: Instant): boolean {
  const { world, sky } = witness;
  if (check === 'monitor' && resource.part === 'dispatch') return now - witness.lastDispatch > 30 * MINUTE - SKEW;
  if (check === 'monitor')
    return resource.part === undefined
      ? now - witness.lastComplete > 3 * HOUR - SKEW
      : sky.foulAt[channelAt(resource.part) ?? 'email'] > 0 || witness.upsetAt > 0;
  if (check === 'alert-path') return true;
  // None is planned here, which is a finding after a week.
  if (check === 'restore-test') return resource.clusterId === null && now - witness.begunAt >= 7 * DAY - SKEW;
  if (check === 'visibility')
    return (
      witness.partialReads > 0 ||
      world.episodes.some(({ trouble }) => trouble === 'blackout' || trouble === 'blind' || trouble === 'vanished' || trouble === 'deleted')
    );
  if (resource.clusterId === null) return check === 'backup-off' && resource.projectId === 'p2';
  const causes = CAUSES[check];
  return world.episodes.some(
    (episode) =>
      episode.of === resource.clusterId &&
      (causes === undefined || (causes.some((cause) => cause === episode.trouble) && now - (episode.to ?? now) <= LATE)),
  );
}

/** A trouble that was there before the incident opened and has gone on ever since; a size is the new normal after a while. */
function lastingCause({ world }: Witness, { check, resource }: Incident, openedAt: Instant): Episode | undefined {
  const causes =
    check === 'visibility' ? (['blind', 'vanished'] as const) : check === 'cluster-gone' || check === 'snapshot-size' ? [] : CAUSES[check];
  return world.episodes.find(
    (episode) =>
      episode.of === resource.clusterId &&
      episode.to === null &&
      episode.from < openedAt - LATE &&
      causes?.some((cause) => cause === episode.trouble),
  );
}
