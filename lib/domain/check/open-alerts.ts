import type { AlertFacts } from '../facts/facts.ts';
import { failing, type Finding, notKnown, ok } from '../findings/finding.ts';
import { type ClusterSubject, projectResource } from '../memory/cluster-subject.ts';
import type { ProjectMemory, VerdictNote } from '../memory/memory.ts';
import { type Instant, iso, MINUTE, spellMinutes } from '../time.ts';
import { type Check, clusterCheck, type CheckDefinition, type CheckInput, type ReadSubject } from './check-definition.ts';

/** An alert counts from this age on (docs/contract.md, clause 10): an election takes seconds, and a restart of all members some minutes. */
const OLD_ENOUGH = 10 * MINUTE;

/** A fault that one of Atlas's own alerts reports, and Atlas's API does not report otherwise. */
export type AlertedFault = {
  /** `eventTypeName` of the alert. */
  readonly type: string;
  /** What the open alert means, as the end of a sentence. */
  readonly means: string;
  readonly action: string;
};

/** The open alerts of one type in one project, the oldest of each cluster. */
type ProjectAlerts = {
  /** Why they could not be read; null if they could. */
  readonly blind: string | null;
  readonly byCluster: ReadonlyMap<string, AlertFacts>;
  /** The oldest of those that are about none of the clusters that we know. */
  readonly ownerless: AlertFacts | null;
};

/**
 * A check that fails, as a warning, while Atlas holds an alert open. It does not fail while a cluster is paused, or begin to fail while Atlas is updating it.
 * An alert that names no cluster that we know is reported on the project.
 */
export function alertCheck(definition: CheckDefinition, fault: AlertedFault): Check {
  const { id: check } = definition;
  return {
    ...definition,
    evaluate: (input) => {
      const alerts = alertsOf(input, fault.type);
      const evaluateCluster = (subject: ReadSubject): Finding =>
        clusterFinding({ check, fault, input }, subject, alerts.get(subject.project.id));
      return [
        ...clusterCheck(definition, evaluateCluster, { unless }).evaluate(input),
        ...Object.values(input.memory.projects).flatMap((project) =>
          projectFinding({ check, fault, input }, project, alerts.get(project.id)),
        ),
      ];
    },
  };
}

function unless({ facts }: ReadSubject): string | null {
  return facts.kind === 'flex' ? 'Atlas runs the nodes of flex clusters' : null;
}

function alertsOf({ facts, memory }: CheckInput, type: string): ReadonlyMap<string, ProjectAlerts> {
  const projects = facts.projects.known ? facts.projects.value : [];
  return new Map(
    projects.map(({ id, alerts }) => {
      const open = (alerts.known ? alerts.value : []).filter((alert) => alert.type === type).toSorted((a, b) => b.openedAt - a.openedAt);
      const owned = open.map((alert) => [ownerOf(alert, memory.projects[id]), alert] as const);
      return [
        id,
        {
          blind: alerts.known ? null : alerts.reason,
          byCluster: new Map(owned.flatMap(([owner, alert]) => (owner === null ? [] : [[owner, alert] as const]))),
          ownerless: owned.findLast(([owner]) => owner === null)?.[1] ?? null,
        },
      ] as const;
    }),
  );
}

/** The id of the cluster that the alert names, by id or else by name; of two clusters of one name, the one that is still there. */
function ownerOf({ clusterId, clusterName }: AlertFacts, project: ProjectMemory | undefined): string | null {
  if (clusterId !== null) return project?.clusters[clusterId]?.id ?? null;
  const named = Object.values(project?.clusters ?? {}).filter(({ name }) => name === clusterName);
  return (named.find(({ gone }) => gone === null) ?? named[0])?.id ?? null;
}

type Question = { readonly check: string; readonly fault: AlertedFault; readonly input: CheckInput };

function clusterFinding(question: Question, subject: ReadSubject, alerts: ProjectAlerts | undefined): Finding {
  const { check, fault, input } = question;
  const { resource, memory, facts } = subject;
  if (alerts === undefined || alerts.blind !== null)
    return notKnown({ check, resource, summary: alerts?.blind ?? 'the project was not read' });
  const alert = alerts.byCluster.get(memory.id);
  if (alert === undefined) return ok({ check, resource, summary: () => `Atlas has no alert ${fault.type} open` });
  const excuse = wasFailing(memory.verdicts[check]) ? null : excuseFor(alert, facts.updating === true, input.now);
  return excuse === null
    ? faultFinding(question, resource, alert)
    : ok({ check, resource, summary: `Atlas’s alert ${fault.type} is open since ${iso(alert.openedAt)}; ${excuse}` });
}

/** Whatever excuses an alert that comes up does not end an incident whose alert is still open. */
function wasFailing(note: VerdictNote | undefined): boolean {
  return note?.lastKnown === 'failing';
}

function excuseFor({ openedAt }: AlertFacts, updating: boolean, now: Instant): string | null {
  if (now - openedAt < OLD_ENOUGH) return `it counts after ${spellMinutes(OLD_ENOUGH)}`;
  return updating ? 'Atlas is updating the cluster, which restarts its members' : null;
}

function faultFinding({ check, fault }: Question, resource: Finding['resource'], { openedAt }: AlertFacts): Finding {
  const summary = `Atlas’s alert ${fault.type} is open since ${iso(openedAt)}: ${fault.means}`;
  return failing({ check, resource, severity: 'warning', summary, action: fault.action, startedAt: openedAt });
}

/** The finding on a project with an open alert that names none of its clusters, not even by its replica set. */
function projectFinding(question: Question, project: ProjectMemory, alerts: ProjectAlerts | undefined): readonly Finding[] {
  const { check, fault, input } = question;
  const resource = projectResource(project);
  const alert = alerts?.ownerless ?? null;
  const note = project.verdicts[check];
  const isOld = alert !== null && (wasFailing(note) || input.now - alert.openedAt >= OLD_ENOUGH);
  if (isOld && input.clusters.some((subject) => subject.project.id === project.id && mayBeMeant(subject))) {
    const evidence = [['attribution', 'Atlas names no cluster that it lists: look at each cluster of the project']] as const;
    return [{ ...faultFinding(question, resource, alert), evidence }];
  }
  if (note === undefined) return [];
  if (alerts === undefined || alerts.blind !== null)
    return [notKnown({ check, resource, summary: alerts?.blind ?? 'the project was not read' })];
  return [ok({ check, resource, summary: `Atlas has no alert ${fault.type} open that names no cluster` })];
}

/** A cluster that is exempt, paused or being updated is none that such an alert has to be reported for. */
function mayBeMeant({ memory, policy, facts }: ClusterSubject): boolean {
  const dedicated = memory.kind === 'replicaSet' || memory.kind === 'sharded';
  const paused = facts?.paused.known === true && facts.paused.value;
  return dedicated && !memory.gone && policy.exempt === null && !paused && facts?.updating !== true;
}
