import { withClaims } from '../../deliver/claims.ts';
import type { Sender } from '../../deliver/deliver.ts';
import { type About, type Tags, teamFor } from '../../route/team.ts';
import { exempt, type Finding, subjectKey } from '../../domain/findings/finding.ts';
import type { Head } from '../../domain/incidents/head.ts';
import { whyGone } from '../../domain/memory/cluster-subject.ts';
import type { Memory } from '../../domain/memory/memory.ts';
import type { CheckId, Policy } from '../../domain/policy/policy.ts';
import { type ClusterName, type Located, NO_RECOVERY, isNamed } from '../../domain/recovery/restore-test.ts';
import type { Instant } from '../../domain/time.ts';
import { drill } from '../../evaluate/checks/drill.ts';
import { integrity } from '../../evaluate/checks/integrity.ts';
import { restoreTest } from '../../evaluate/checks/restore-test.ts';
import { drillFindings } from './drill-findings.ts';
import { integrityFindings } from './integrity-findings.ts';
import { applyFindings } from '../../reconcile/apply-findings.ts';
import { type Locate, restoreTestFindings } from './restore-test-findings.ts';
import { routeContext, type Ports } from '../../ports/ports.ts';
import type { Change } from '../../record/ledger.ts';

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

const OURS: ReadonlySet<CheckId> = new Set([restoreTest.id, drill.id, integrity.id]);

/** Finds sources among the clusters that memory knows. */
export function locateIn(memory: Memory, policy: Policy): Locate {
  return ({ project: named, cluster: name }) => {
    for (const project of Object.values(memory.projects)) {
      if (project.name !== named && project.id !== named) continue;
      const called = Object.values(project.clusters).filter((candidate) => candidate.name === name);
      // A cluster that was upgraded, or deleted and made anew, is in memory twice.
      const cluster = called.find(({ gone }) => gone === null) ?? called[0];
      if (!cluster) continue;
      const at: Located = { projectId: project.id, projectName: project.name, clusterId: cluster.id, name };
      const gone = cluster.gone && whyGone(cluster.gone);
      return { at, exempt: gone ?? policy.forCluster({ ...at, tags: cluster.tags }).exempt };
    }
    return null;
  };
}

/**
 * Pure: raises at once what a test that ended means for its source, between two checks. Only sources that the head knows by id are evaluated: the
 * next check, which has the memory, evaluates the rest.
 */
export function withRecoveryIncidents(head: Head, ports: Ports, revision: number): Head {
  const now = ports.now();
  const known = (head.recovery ?? NO_RECOVERY).proofs.map(({ source }) => source).filter(({ clusterId }) => clusterId !== '');
  const locate = (name: ClusterName): ReturnType<Locate> => {
    const at = known.findLast((source) => isNamed(source, name));
    return at ? { at, exempt: null } : null;
  };
  const findings = recoveryFindings(head, ports.policy, locate, now).filter(
    ({ verdict, resource, check }) => check !== restoreTest.id || (verdict !== 'unknown' && resource.clusterId !== null),
  );
  const { flapping, teams = [] } = ports.policy.general;
  const tagsOf = ({ resource }: About): Tags => known.findLast(({ clusterId }) => clusterId === resource.clusterId)?.tags ?? {};
  return applyFindings(head, findings, (current) => routeContext(ports, now, current), {
    revision,
    flapping,
    teamFor: (about) => teamFor(teams, about, tagsOf(about)),
  }).head;
}

/** Pure: the change, and in the same swap the incidents that follow from it and the claims on their deliveries. Sending must follow. */
export function changeWithIncidents(change: Change, { ports, sender }: { readonly ports: Ports; readonly sender: Sender }): Change {
  return {
    ...change,
    apply: (head, revision) => withClaims(withRecoveryIncidents(change.apply(head, revision), ports, revision), sender),
  };
}
