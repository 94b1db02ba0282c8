import { exempt, failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { type ClusterSubject, projectResource, whyGone } from '../../domain/memory/cluster-subject.ts';
import { type Check, clusterCheck, type CheckInput, type ReadSubject } from '../../domain/check/check-definition.ts';
import { step } from '../../domain/check/runbook.ts';

const check = 'backup-off';
const ACTION =
  'Switch Cloud Backup on: Atlas, cluster, Edit configuration, Additional settings. If it was meant, exempt the cluster with a reason.';

const clusters = clusterCheck(
  {
    id: check,
    promise: 'backups are on',
    inShort: { one: 'no backups' },
    severity: 'critical',
    timedByAtlas: true,
    atlasAlerts: ['CPS_SNAPSHOT_BEHIND', 'CPS_PREV_SNAPSHOT_OLD'],
    runbook: {
      means: 'Backups are switched off where the policy wants them; or, for a project, M0 clusters exist, which have none at all.',
      risk: 'Nothing can be restored. Switching backups off deletes the snapshots unless they are retained.',
      steps: [
        'Atlas → cluster → Edit configuration → Additional settings → Turn on Cloud Backup, then continuous backup.',
        step('Read what happened before it: Atlas → project → Activity Feed, filtered by the cluster.', 'events'),
        'If it was meant: exempt the cluster with a reason (restorewatch.config.ts, or the tag `restorewatch-exempt`).',
      ],
      over: 'Backups are on, or the cluster is exempt.',
      follow: ['manual-backup', 'security-breach'],
    },
  },
  findingFor,
  {
    unless: ({ policy }) => (policy.backup.wanted ? null : 'the policy asks no backups of it'),
    whilePaused: true,
  },
);

/** Backups disabled although the policy wants them are critical. M0 clusters have none at all (docs/facts/atlas.md §10): one info finding a project. */
export const backupOff: Check = {
  ...clusters,
  evaluate: (input) => [...clusters.evaluate(input), ...freeClusters(input)],
};

function findingFor({ facts, resource, memory }: ReadSubject): Finding {
  if (!facts.backupEnabled.known) return notKnown({ check, resource, summary: facts.backupEnabled.reason });
  if (facts.backupEnabled.value) return ok({ check, resource, summary: 'backups are on' });
  return failing({
    check,
    resource,
    summary: 'backups are off',
    severity: 'critical',
    action: ACTION,
    startedAt: memory.backup.offSince,
  });
}

function freeClusters(input: CheckInput): readonly Finding[] {
  const free = Map.groupBy(
    input.clusters.filter(({ memory }) => memory.kind === 'free'),
    ({ project }) => project.id,
  );
  const over = Object.values(input.memory.projects).filter((project) => project.verdicts[check] !== undefined && !free.has(project.id));
  const none = over.map((project) => ok({ check, resource: projectResource(project), summary: 'no M0 cluster without backups' }));
  return [...[...free.values()].flatMap((subjects) => noBackups(subjects)), ...none];
}

function noBackups(subjects: readonly ClusterSubject[]): readonly Finding[] {
  const each = subjects.map((subject) => exemptFree(subject));
  const asked = subjects.filter((subject) => subject.policy.exempt === null && subject.policy.backup.wanted && !subject.memory.gone);
  const project = subjects[0]?.project;
  if (!project) return each;
  const resource = projectResource(project);
  if (asked.length === 0) return [...each, ok({ check, resource, summary: 'every M0 cluster is exempt by policy' })];
  const names = asked.map((subject) => subject.resource.name).join(', ');
  const summary = `M0 clusters have no backups at all: ${names}`;
  const action = 'Move what matters to Flex or M10 and above, or exempt them with a reason.';
  return [...each, failing({ check, resource, summary, severity: 'info', action, evidence: [['M0 clusters', names]], notifiedOnce: true })];
}

function exemptFree({ resource, memory }: ClusterSubject): Finding {
  return exempt({ check, resource, summary: memory.gone ? whyGone(memory.gone) : 'M0 has no backups' });
}
