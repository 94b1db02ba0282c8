import { asOf, projectBlind, notEvaluated } from '../../domain/check/daily-check.ts';
import type { Check, CheckInput } from '../../domain/check/check-definition.ts';
import { exempt, failing, type Evidence, type Finding, ok } from '../../domain/findings/finding.ts';
import { projectResource } from '../../domain/memory/cluster-subject.ts';
import type { ProjectMemory } from '../../domain/memory/memory.ts';

const check = 'alert-configs';

/**
 * Atlas's own alerts about backups, with the threshold in hours that we advise. Without one, Atlas opens no such alert, and `disagreement` has nothing to
 * compare with (docs/facts/atlas.md §6); how far behind the oplog is when Atlas says so is read from the last.
 */
const WANTED = [
  { type: 'CPS_SNAPSHOT_BEHIND', hours: 12 },
  { type: 'CPS_PREV_SNAPSHOT_OLD', hours: 24 },
  { type: 'CPS_OPLOG_BEHIND', hours: 1 },
] as const;

type Wanted = (typeof WANTED)[number];

/** Our own detection leans on them, and they ring even when we do not run. */
export const alertConfigs: Check = {
  id: check,
  promise: 'Atlas’s own three alerts about backups are configured',
  inShort: { one: 'backup alerts of Atlas are missing' },
  severity: 'info',
  notifiedOnce: true,
  setUp: true,
  reads: 'alertConfigs',
  runbook: {
    means: `The project lacks an enabled alert configuration of a type that concerns backups: ${WANTED.map(({ type }) => type).join(', ')}.`,
    risk: 'Atlas does not alert by itself when snapshots or the oplog fall behind, so only this monitor does, and it has nothing to compare itself with.',
    steps: [
      'The evidence has a file and a command for each that is missing. Both need the role Project Owner; change the threshold and whom it notifies as you like.',
      'By hand: Atlas → Project → Alerts → Add Alert → Backup.',
    ],
    over: 'Atlas lists an enabled alert configuration of each type.',
    follow: ['manual-backup'],
  },
  evaluate: (input) => Object.values(input.memory.projects).flatMap((project) => findingFor(project, input)),
};

function findingFor(project: ProjectMemory, input: CheckInput): readonly Finding[] {
  const resource = projectResource(project);
  const note = project.daily?.alertConfigs;
  if (!note) return [];
  if (!hasBackups(project)) return [exempt({ check, resource, summary: 'these alerts concern dedicated clusters only' })];
  const cannotTell = notEvaluated(note, { check, resource, what: 'which alerts are configured', blind: projectBlind(project, input) });
  if (cannotTell) return [cannotTell];
  const configs = note.last?.value ?? [];
  const missing = WANTED.filter(({ type }) => !configs.some((config) => config.type === type && config.enabled));
  if (missing.length === 0) return [ok({ check, resource, summary: () => `Atlas’s own three backup alerts are configured${asOf(note)}` })];
  return [
    failing({
      check,
      resource,
      severity: 'info',
      summary: `Atlas has no enabled alert ${missing.map(({ type }) => type).join(', ')}${asOf(note)}`,
      action: `Make them: save each body as FILE and run \`${command(project)}\`, or send it with \`${request(project)}\`.`,
      evidence: [['Atlas CLI', command(project)], ['Admin API 2023-01-01', request(project)], ...missing.map(bodyOf)],
    }),
  ];
}

function hasBackups({ clusters }: ProjectMemory): boolean {
  return Object.values(clusters).some(({ kind, gone }) => gone === null && kind !== 'free' && kind !== 'flex');
}

/** The command takes the body of the request as a file: no option of it sets a threshold in time (https://www.mongodb.com/docs/atlas/cli/current/reference/json/alert-config-file/). */
function command({ id }: ProjectMemory): string {
  return `atlas alerts settings create --projectId ${id} --file FILE`;
}

function request({ id }: ProjectMemory): string {
  return `POST /api/atlas/v2/groups/${id}/alertConfigs`;
}

function bodyOf({ type, hours }: Wanted): Evidence[number] {
  const notifications = [{ typeName: 'GROUP', intervalMin: 60, delayMin: 0, emailEnabled: true, smsEnabled: false }];
  const threshold = { operator: 'GREATER_THAN', threshold: hours, units: 'HOURS' };
  return [`body for ${type}`, JSON.stringify({ eventTypeName: type, enabled: true, threshold, notifications })];
}
