import type { AlertFacts, ProjectFacts } from '../../domain/facts/facts.ts';
import { failing, type Finding, ok } from '../../domain/findings/finding.ts';
import type { ClusterMemory, ProjectMemory } from '../../domain/memory/memory.ts';
import type { CheckId } from '../../domain/policy/policy.ts';
import { type ClusterSubject, projectResource } from '../../domain/memory/cluster-subject.ts';
import { plural } from '../../domain/text.ts';
import { DAY, HOUR, type Instant, iso } from '../../domain/time.ts';
import type { Check, CheckDefinition, CheckInput } from '../../domain/check/check-definition.ts';

const check = 'disagreement';
const ACTION =
  'Look at both sides in Atlas (Alerts; Backup, Snapshots). Either Atlas knows something that this monitor does not see, or one of the two thresholds is not what you meant.';

/** So long after an event that calls a snapshot successful the snapshot must be in the listing. */
const SETTLED = HOUR;

/**
 * Compares Atlas's own open backup alerts and events with our verdicts: a mismatch is a finding that shows both sides. It reads this run's verdicts
 * from memory, so it runs after `others`. No check has CPS_RESTORE_FAILED: Atlas does not document whose restore it was, and whether the alert is about the
 * source or the target (docs/facts/atlas.md §6); our own restore tests read their jobs.
 */
export function disagreement(others: readonly CheckDefinition[]): Check {
  return {
    id: check,
    promise: 'Atlas and we agree',
    inShort: { one: 'Atlas and we disagree' },
    severity: 'info',
    timedByAtlas: true,
    runbook: {
      means: 'Atlas’s own open alerts or events say something that our verdicts contradict.',
      risk: 'One of the two is wrong, or their thresholds differ.',
      steps: [
        'Read both sides in the alert, then in Atlas → Alerts and Backup → Snapshots.',
        'Set the threshold that you mean, there or in restorewatch.config.ts.',
      ],
      over: 'Both say the same.',
      follow: ['validate-restore'],
    },
    evaluate: (input) => Object.values(input.memory.projects).flatMap((project) => findingsFor(project, others, input)),
  };
}

/** The checks that report the same fault as Atlas's alert. */
function counterparts({ type }: AlertFacts, checks: readonly CheckDefinition[]): readonly CheckId[] {
  return checks.filter(({ atlasAlerts = [] }) => atlasAlerts.includes(type)).map(({ id }) => id);
}

function findingsFor(project: ProjectMemory, others: readonly CheckDefinition[], input: CheckInput): readonly Finding[] {
  const facts = input.facts.projects.known ? input.facts.projects.value.find(({ id }) => id === project.id) : undefined;
  const alerts = facts?.alerts.known
    ? facts.alerts.value.filter((alert) => !isShared(alert, project, counterparts(alert, others), input))
    : [];
  const vanished = input.clusters
    .filter((subject) => subject.project.id === project.id)
    .flatMap((subject) => vanishedSnapshot(subject, input.now));
  const evidence = [
    ...alerts.map(
      (alert) =>
        [
          `Atlas: ${alert.type}${ofWhom(alert, project)} open since ${iso(alert.openedAt)}`,
          `ours: ${counterparts(alert, others).join(', ')} found nothing wrong`,
        ] as const,
    ),
    ...vanished,
    ...(facts ? unusable(facts) : []),
  ];
  const resource = projectResource(project);
  // Alerts that could not be read resolve nothing.
  if (evidence.length === 0 && !facts?.alerts.known) return [];
  if (evidence.length === 0)
    return project.verdicts[check] === undefined
      ? []
      : [ok({ check, resource, summary: 'Atlas’s alerts and events agree with our verdicts' })];
  const summary = `Atlas and we disagree in ${plural(evidence.length, 'place')}: ${evidence
    .map(([atlas, ours]) => `${atlas}; ${ours}`)
    .slice(0, 3)
    .join('. ')}`;
  const startedAt = alerts.length > 0 ? Math.min(...alerts.map((alert) => alert.openedAt)) : null;
  return [failing({ check, resource, summary, severity: 'info', action: ACTION, evidence, startedAt })];
}

/** Alerts and events without a usable id or time. Those of the oplog and of restores also make their clusters unknown, in other checks. */
function unusable({ lostAlerts = [], events }: ProjectFacts): Finding['evidence'] {
  const lost = events.known ? (events.value.lost ?? []) : [];
  const sentences = [...new Set([...lostAlerts, ...lost.map(({ sentence }) => sentence)])];
  return sentences.map((sentence) => [sentence, 'ours: it is left out'] as const);
}

/** True unless the alert contradicts our verdicts. An alert of a type without a counterpart does not, nor one about what is unknown or exempt here. */
function isShared(alert: AlertFacts, project: ProjectMemory, same: readonly CheckId[], input: CheckInput): boolean {
  if (same.length === 0) return true;
  const notes = [
    ...clustersOf(alert, project).flatMap((cluster) => same.map((id) => cluster.verdicts[id])),
    ...same.map((id) => project.verdicts[id]),
  ];
  const verdicts = notes.flatMap((note) => note?.verdict ?? []);
  // An exempt cluster contradicts nothing. A cluster that we do not know has no verdict at all, and that is a mismatch.
  const contradicts = verdicts.length === 0 || verdicts.includes('ok');
  return verdicts.includes('failing') || verdicts.includes('unknown') || !contradicts || input.now - alert.openedAt < SETTLED;
}

/** The cluster that the alert names, by id or else by name; all clusters of the project if it names none. */
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

/** A mismatch that is open stays open for so long after its day, until the next daily snapshot must be listed; else it would resolve and open anew. */
const NEXT_DAY = 3 * HOUR;

/** Old enough to be listed, and too young to have expired by any retention that Atlas offers. */
function isRecent(at: Instant, now: Instant, isOpen: boolean): boolean {
  return now - at >= SETTLED && now - at < DAY + (isOpen ? NEXT_DAY : 0);
}

/** A snapshot that an event calls successful, if the listing has neither it nor a newer one. */
function vanishedSnapshot(subject: ClusterSubject, now: Instant): Finding['evidence'] {
  const { points, facts, memory, project } = subject;
  // Switching backups off deletes the snapshots; `backup-off` reports that.
  if (!points || points.doubt !== null || (facts?.backupEnabled.known && !facts.backupEnabled.value)) return [];
  const isOpen = project.verdicts[check]?.verdict === 'failing';
  // Whether the list of a converted cluster has the snapshots from before its conversion is not documented (docs/facts/atlas.md §2).
  const converted = memory.topology?.changedAt ?? 0;
  const announced = memory.completions.findLast(
    ({ createdAt, took }) => isRecent(createdAt + took, now, isOpen) && createdAt + took > converted,
  );
  if (!announced) return [];
  const newest = points.newest?.createdAt ?? 0;
  // `createdAt` of the event is the scheduled time, and that of the snapshot its data time: they are minutes apart.
  // A snapshot dated ahead of us is listed, though it is no recovery point. What an earlier list had, and this one lacks, is `snapshot-deleted`'s.
  if (memory.held?.lacked !== undefined) return [];
  const deleted = (memory.held?.losses ?? []).map((loss) => loss.newest);
  if (Math.max(newest, points.ahead ?? 0, ...deleted) >= announced.createdAt - SETTLED) return [];
  return [
    [
      `Atlas: a snapshot of ${subject.resource.name} was completed at ${iso(announced.createdAt + announced.took)}`,
      newest === 0 ? 'listed: no snapshot at all' : `listed: none newer than ${iso(newest)}`,
    ],
  ];
}
