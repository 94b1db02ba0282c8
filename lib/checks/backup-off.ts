import { failing, type Finding, notKnown, ok } from '../domain/finding.ts';
import type { ClusterSubject } from '../domain/subject.ts';
import { projectResource } from '../domain/subject.ts';
import { type Check, clusterCheck, type CheckInput, type ReadSubject } from './check.ts';

const check = 'backup-off';
const ACTION =
  'Switch Cloud Backup on: Atlas, cluster, Edit configuration, Additional settings. If it was meant, exempt the cluster with a reason.';

const clusters = clusterCheck(check, judge, {
  unless: ({ policy }) => (policy.backup.wanted ? null : 'the policy asks no backups of it'),
  whilePaused: true,
});

/** Backups disabled where the policy wants them: critical. M0 has none at all (facts/atlas-api §10): one note of severity info a project. */
export const backupOff: Check = {
  id: check,
  scope: 'cluster',
  evaluate: (input) => [...clusters.evaluate(input), ...freeClusters(input)],
};

function judge({ facts, resource, memory, evidence }: ReadSubject): Finding {
  if (!facts.backupEnabled.known) return notKnown({ check, resource, summary: facts.backupEnabled.reason });
  if (facts.backupEnabled.value) return ok({ check, resource, summary: 'backups are on' });
  return failing({
    check,
    resource,
    summary: 'backups are off',
    severity: 'critical',
    action: ACTION,
    evidence: evidence(),
    startedAt: memory.backup.offSince,
  });
}

function freeClusters(input: CheckInput): readonly Finding[] {
  const free = Map.groupBy(
    input.clusters.filter(({ memory }) => memory.kind === 'free'),
    ({ project }) => project.id,
  );
  const noted = Object.values(input.memory.projects).filter((project) => project.verdicts[check] !== undefined && !free.has(project.id));
  const none = noted.map((project) => ok({ check, resource: projectResource(project), summary: 'no M0 cluster without backups' }));
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
  return [...each, failing({ check, resource, summary, severity: 'info', action, evidence: [['M0 clusters', names]] })];
}

function exemptFree({ resource, memory }: ClusterSubject): Finding {
  const summary = memory.gone ? 'cluster deleted' : 'M0 has no backups';
  return { check, resource, verdict: 'exempt', severity: null, summary, evidence: [], action: '', startedAt: null, saidBy: null };
}
