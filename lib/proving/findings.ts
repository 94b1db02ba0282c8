import { hush } from '../alerts/hush.ts';
import { planDeliveries } from '../alerts/plan.ts';
import { type About, type Tags, teamFor } from '../alerts/team.ts';
import { exempt, type Finding, subjectKey } from '../domain/finding.ts';
import type { Head } from '../domain/head.ts';
import type { Memory } from '../domain/memory.ts';
import type { CheckId, Policy } from '../domain/policy.ts';
import { type ClusterName, type Located, NO_RECOVERY } from '../domain/restore-test.ts';
import type { Instant } from '../domain/time.ts';
import { drillFindings } from '../incidents/drills.ts';
import { integrityFindings } from '../incidents/integrity.ts';
import { reconcile } from '../incidents/reconcile.ts';
import { type Locate, restoreTestFindings } from '../incidents/restore-tests.ts';
import { contextOf, type Parts } from '../parts.ts';

/** Everything that recovery's part of the head comes to. Pure. */
export function recoveryFindings(head: Head, policy: Policy, locate: Locate, now: Instant): readonly Finding[] {
  const { restoreTests: plans = [], drills = [], recovery: targets } = policy.general;
  const state = head.recovery ?? NO_RECOVERY;
  const { createdAt: installedAt } = head;
  return [
    ...restoreTestFindings({ state, plans, locate, targets, installedAt, now }),
    ...drillFindings({ state: state.drills, plans: drills, seen: state.seen ?? {}, installedAt, now }),
    ...integrityFindings(state.integrity, now),
  ];
}

/** What is open and no longer asked for by policy ends: a plan, a source or an assertion that was taken out. Pure. */
export function withdrawn(head: Head, findings: readonly Finding[]): readonly Finding[] {
  const asked = new Set(findings.map(({ check, resource }) => subjectKey(check, resource)));
  const open = head.incidents.filter(({ check, state }) => state !== 'resolved' && OURS.has(check));
  const gone = open.filter(({ check, resource }) => !asked.has(subjectKey(check, resource)));
  return gone.map(({ check, resource }) => exempt({ check, resource, summary: 'no longer asked for by policy' }));
}

const OURS: ReadonlySet<CheckId> = new Set(['restore-test', 'drill', 'integrity']);

/** Finds sources among the clusters that memory knows. */
export function locateIn(memory: Memory, policy: Policy): Locate {
  return ({ project: named, cluster: name }) => {
    for (const project of Object.values(memory.projects)) {
      if (project.name !== named && project.id !== named) continue;
      const cluster = Object.values(project.clusters).find((candidate) => candidate.name === name);
      if (!cluster) continue;
      const at: Located = { projectId: project.id, projectName: project.name, clusterId: cluster.id, name };
      const gone = cluster.gone ? 'cluster deleted' : null;
      return { at, exempt: gone ?? policy.forCluster({ ...at, tags: cluster.tags }).exempt };
    }
    return null;
  };
}

/**
 * Pure: raises at once what a test that ended means for its source, between two checks. Only sources that the head knows by id are judged: the next
 * check, which has the memory, judges the rest.
 */
export function withRecoveryIncidents(head: Head, parts: Parts, revision: number): Head {
  const now = parts.now();
  const context = contextOf(parts, now, head);
  const known = (head.recovery ?? NO_RECOVERY).proofs.map(({ source }) => source).filter(({ clusterId }) => clusterId !== '');
  const locate = (name: ClusterName): ReturnType<Locate> => {
    const at = known.findLast(
      (source) => source.name === name.cluster && (source.projectId === name.project || source.projectName === name.project),
    );
    return at ? { at, exempt: null } : null;
  };
  const findings = recoveryFindings(head, parts.policy, locate, now).filter(
    ({ verdict, resource, check }) => check !== 'restore-test' || (verdict !== 'unknown' && resource.clusterId !== null),
  );
  const { flapping, teams = [] } = parts.policy.general;
  const tagsOf = ({ resource }: About): Tags => known.findLast(({ clusterId }) => clusterId === resource.clusterId)?.tags ?? {};
  const raised = reconcile(head.incidents, findings, {
    now,
    revision,
    projectIds: null,
    partial: true,
    flapping,
    ...(head.endings && { endings: head.endings }),
    teamFor: (about) => teamFor(teams, about, tagsOf(about)),
  });
  const { incidents, transitions } = hush(raised.incidents, raised.transitions, {
    silences: head.silences ?? [],
    maintenance: context.general.maintenance,
    now,
  });
  return { ...head, incidents, deliveries: planDeliveries(head.deliveries, transitions, context) };
}
