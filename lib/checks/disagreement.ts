import type { AlertFacts, ProjectFacts } from '../domain/facts.ts';
import { failing, type Finding, ok } from '../domain/finding.ts';
import type { ClusterMemory, ProjectMemory } from '../domain/memory.ts';
import type { CheckId } from '../domain/policy.ts';
import { type ClusterSubject, projectResource } from '../domain/subject.ts';
import { DAY, HOUR, type Instant, iso } from '../domain/time.ts';
import type { Check, CheckInput } from './check.ts';

const check = 'disagreement';
const ACTION =
  'Look at both sides in Atlas (Alerts; Backup, Snapshots). Either Atlas knows something that this monitor does not see, or one of the two thresholds is not what you meant.';

/**
 * Atlas alert types and the checks that would say the same. CPS_RESTORE_FAILED has none: whose restore it was, and whether the alert is about the
 * source or the target, is not documented (facts/atlas-api §6); our own restore tests read their jobs.
 */
const COUNTERPARTS: Readonly<Record<string, readonly CheckId[]>> = {
  CPS_SNAPSHOT_BEHIND: ['backup-age', 'snapshot-failed', 'rpo', 'backup-off'],
  CPS_PREV_SNAPSHOT_OLD: ['backup-age', 'snapshot-failed', 'rpo', 'backup-off'],
  CPS_SNAPSHOT_FAILED: ['snapshot-failed'],
  CPS_SNAPSHOT_FALLBACK_FAILED: ['snapshot-failed'],
  CPS_OPLOG_BEHIND: ['pitr-gap'],
};

/** After so long a snapshot that an event calls successful must be in the listing. */
const SETTLED = HOUR;

/** Atlas's own open backup alerts and events against our verdicts: a mismatch is a finding that shows both sides. Evaluated after the others. */
export const disagreement: Check = {
  id: check,
  scope: 'project',
  evaluate: (input) => Object.values(input.memory.projects).flatMap((project) => judge(project, input)),
};

function judge(project: ProjectMemory, input: CheckInput): readonly Finding[] {
  const facts = input.facts.projects.known ? input.facts.projects.value.find(({ id }) => id === project.id) : undefined;
  const alerts = facts?.alerts.known ? facts.alerts.value.filter((alert) => !isShared(alert, project, input)) : [];
  const vanished = input.clusters
    .filter((subject) => subject.project.id === project.id)
    .flatMap((subject) => vanishedSnapshot(subject, input.now));
  const evidence = [
    ...alerts.map(
      (alert) =>
        [
          `Atlas: ${alert.type}${ofWhom(alert, project)} open since ${iso(alert.openedAt)}`,
          `ours: ${COUNTERPARTS[alert.type]?.join(', ')} found nothing wrong`,
        ] as const,
    ),
    ...vanished,
    ...(facts ? unusable(facts) : []),
  ];
  const resource = projectResource(project);
  // What could not be read ends nothing.
  if (evidence.length === 0 && !facts?.alerts.known) return [];
  if (evidence.length === 0)
    return project.verdicts[check] === undefined
      ? []
      : [ok({ check, resource, summary: 'Atlas’s alerts and events agree with our verdicts' })];
  const summary = `Atlas and we disagree in ${evidence.length} place(s): ${evidence
    .map(([atlas, ours]) => `${atlas}; ${ours}`)
    .slice(0, 3)
    .join('. ')}`;
  const startedAt = alerts.length > 0 ? Math.min(...alerts.map((alert) => alert.openedAt)) : null;
  return [failing({ check, resource, summary, severity: 'info', action: ACTION, evidence, startedAt })];
}

/** What Atlas lists and nobody can use is shown; the oplog's and the restores' events make their clusters unknown besides. */
function unusable({ lostAlerts = [], events }: ProjectFacts): Finding['evidence'] {
  const lost = events.known ? (events.value.lost ?? []) : [];
  const sentences = [...new Set([...lostAlerts, ...lost.map(({ sentence }) => sentence)])];
  return sentences.map((sentence) => [sentence, 'ours: it is left out'] as const);
}

/** Some check of ours says what the alert says; an alert of a type without a counterpart is not ours to judge, nor one whose facts are unknown or exempt. */
function isShared(alert: AlertFacts, project: ProjectMemory, input: CheckInput): boolean {
  const counterparts = COUNTERPARTS[alert.type];
  if (!counterparts) return true;
  const notes = [
    ...clustersOf(alert, project).flatMap((cluster) => counterparts.map((id) => cluster.verdicts[id])),
    ...counterparts.map((id) => project.verdicts[id]),
  ];
  const verdicts = notes.flatMap((note) => note?.verdict ?? []);
  // Where policy promises nothing we claim nothing either; of a cluster that we do not know we have no verdict at all, and that is a mismatch.
  const contradicts = verdicts.length === 0 || verdicts.includes('ok');
  return verdicts.includes('failing') || verdicts.includes('unknown') || !contradicts || input.now - alert.openedAt < SETTLED;
}

/** The cluster that the alert names, by id or else by name; all of the project's where it names none. */
function clustersOf({ clusterId, clusterName }: AlertFacts, project: ProjectMemory): readonly ClusterMemory[] {
  const all = Object.values(project.clusters);
  if (clusterId !== null) return all.filter(({ id }) => id === clusterId);
  if (clusterName === null) return all;
  const named = all.filter(({ name }) => name === clusterName);
  const present = named.filter(({ gone }) => gone === null);
  return present.length > 0 ? present : named;
}

function ofWhom(alert: AlertFacts, project: ProjectMemory): string {
  if (alert.clusterId === null && alert.clusterName === null) return '';
  return ` of ${alert.clusterName ?? clustersOf(alert, project)[0]?.name ?? `cluster ${alert.clusterId}`}`;
}

/** How long after a day what is told already waits for the next day's announcement to settle, so that a daily snapshot does not end and open it anew. */
const NEXT_DAY = 3 * HOUR;

/** Old enough to be listed, too young to have expired by any retention that Atlas offers. */
function isRecent(at: Instant, now: Instant, isTold: boolean): boolean {
  return now - at >= SETTLED && now - at < DAY + (isTold ? NEXT_DAY : 0);
}

/** An event calls a snapshot successful that the listing does not have, nor any newer one. */
function vanishedSnapshot(subject: ClusterSubject, now: Instant): Finding['evidence'] {
  const { points, facts, memory, project } = subject;
  // Switching backups off deletes the snapshots, and `backup-off` says so.
  if (!points || points.doubt !== null || (facts?.backupEnabled.known && !facts.backupEnabled.value)) return [];
  const isTold = project.verdicts[check]?.verdict === 'failing';
  const told = memory.completions.findLast(({ createdAt, took }) => isRecent(createdAt + took, now, isTold));
  if (!told) return [];
  const newest = points.newest?.createdAt ?? 0;
  // `createdAt` of the event is the scheduled time, that of the snapshot its data time: minutes apart.
  if (newest >= told.createdAt - SETTLED) return [];
  return [
    [
      `Atlas: a snapshot of ${subject.resource.name} was completed at ${iso(told.createdAt + told.took)}`,
      newest === 0 ? 'listed: no snapshot at all' : `listed: none newer than ${iso(newest)}`,
    ],
  ];
}
