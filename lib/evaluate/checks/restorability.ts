import { exempt, failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { clusterCheck, type CheckInput, type ReadSubject } from '../../domain/check/check-definition.ts';
import { step } from '../../domain/check/runbook.ts';
import type { ClusterFacts, SnapshotSource } from '../../domain/facts/facts.ts';
import type { ClusterSubject } from '../../domain/memory/cluster-subject.ts';
import type { RecoveryPoint } from '../../domain/memory/held/recovery-points.ts';
import { type Restorability, restorabilityInto } from '../../domain/recovery/restorability.ts';
import { type ClusterName, isNamed } from '../../domain/recovery/restore-test.ts';
import { iso } from '../../domain/time.ts';

const check = 'restorability';
const ACTION =
  'Make the restore target match (version of MongoDB, kind, shards, encryption), or name another target in `restoreTests`. Until then a restore needs a new cluster that matches.';

/** See docs/contract.md, clause 10: each recovery point against the target of the restore test that has the cluster as a source; Atlas refuses a restore into what does not match. */
export const restorability = clusterCheck(
  {
    id: check,
    promise: 'the newest snapshot would restore into the cluster that policy names as restore target',
    inShort: { one: 'would not restore into the target' },
    severity: 'warning',
    runbook: {
      means:
        'Atlas would refuse to restore the newest snapshot into the target that `restoreTests` names: another version of MongoDB, another kind of cluster or number of shards, or a customer’s key that the target has not.',
      risk: 'The backups are there, but a recovery begins with building a cluster that matches, which adds to the RTO.',
      steps: [
        step('Read in the evidence what differs, and compare with the snapshots.', 'list-snapshots'),
        'Source newer than the target: upgrade the target to the same major version (Atlas → target → Edit configuration). Atlas takes snapshots of the same or of the previous major version.',
        'Another kind or number of shards: build the target anew like the source, tag it `restorewatch=sandbox`, and name it in `restoreTests`.',
        'Encrypted with a customer’s key: switch on Encryption at Rest with the same key management in the target’s project, and for the target.',
        step('Prove it.', 'test-start'),
      ],
      over: 'The newest snapshot would restore into the target, or policy names another target, or none.',
      follow: ['weekly-restore-test', 'snapshot-restore'],
    },
  },
  findingFor,
  {
    unless: ({ facts }) => (facts.kind === 'flex' ? 'flex snapshots are not restored into dedicated clusters' : null),
    whilePaused: 'if failing',
  },
);

function findingFor(subject: ReadSubject, input: CheckInput): Finding {
  const { resource, facts, points } = subject;
  const named = targetFor(subject, input);
  if (named === null) return exempt({ check, resource, summary: 'policy names no restore target for it' });
  const target = input.clusters.find((one) => isCluster(one, named));
  if (!target) return exempt({ check, resource, summary: `its restore target ${named.cluster} is not among the clusters that are read` });
  if (target.facts === null) return notKnown({ check, resource, summary: target.blind });
  if (!facts.snapshots.known) return notKnown({ check, resource, summary: facts.snapshots.reason });
  if (!points?.newest) return ok({ check, resource, summary: 'no snapshot to compare yet' });
  return compared(subject, target.facts, { all: points.points, newest: points.newest });
}

/** The target of the first restore test that has the cluster as a source; null if none has. */
function targetFor({ project, memory }: ReadSubject, { policy }: CheckInput): ClusterName | null {
  const isSource = (source: ClusterName): boolean => isCluster({ project, memory }, source);
  return policy.general.restoreTests?.find(({ sources }) => sources.some(isSource))?.target ?? null;
}

function isCluster({ project, memory }: Pick<ClusterSubject, 'project' | 'memory'>, named: ClusterName): boolean {
  return !memory.gone && isNamed({ name: memory.name, projectId: project.id, projectName: project.name }, named);
}

type Points = { readonly all: readonly RecoveryPoint[]; readonly newest: RecoveryPoint };

function compared({ resource }: ReadSubject, target: ClusterFacts, { all, newest }: Points): Finding {
  const groups = grouped(all, target);
  const fitting = groups.reduce((sum, { count, verdict }) => sum + (verdict === 'fits' ? count : 0), 0);
  const share = `${fitting} of ${all.length} would restore into ${target.name} today`;
  const others = groups.filter(({ verdict }) => verdict !== 'fits').map((group) => inWords(group));
  const { verdict, because } = restorabilityInto(newest.source, target);
  if (verdict === 'fits') return ok({ check, resource, summary: [share, ...others].join('; ') });
  if (verdict === 'unknown')
    return notKnown({ check, resource, summary: `whether the newest snapshot would restore into ${target.name}: ${because}` });
  const evidence: Finding['evidence'] = [
    ['newest snapshot', `of ${iso(newest.createdAt)}, ${because}`],
    ['recovery points', share],
    ['the others', others.join('; ')],
  ];
  const summary = `the newest snapshot would not restore into ${target.name}: it is ${because}; ${share}`;
  return failing({ check, resource, summary, severity: 'warning', action: ACTION, evidence });
}

type Group = Restorability & { readonly count: number };

/** Snapshots of the same kind share one object, so that each kind is compared once. Kinds with the same answer are one group. */
function grouped(points: readonly RecoveryPoint[], target: ClusterFacts): readonly Group[] {
  const counts = new Map<SnapshotSource | undefined, number>();
  for (const { source } of points) counts.set(source, (counts.get(source) ?? 0) + 1);
  const groups = new Map<string, Group>();
  for (const [source, count] of counts) {
    const found = restorabilityInto(source, target);
    groups.set(found.because, { ...found, count: count + (groups.get(found.because)?.count ?? 0) });
  }
  return [...groups.values()];
}

function inWords({ verdict, because, count }: Group): string {
  if (verdict === 'unknown') return `of ${count} it is not known (${because})`;
  return `${count} would not: ${count === 1 ? 'it is' : 'they are'} ${because}`;
}
