import { asOf, projectBlind, notEvaluated } from '../../domain/check/daily-check.ts';
import type { Check, CheckInput } from '../../domain/check/check-definition.ts';
import { exempt, failing, type Finding, ok } from '../../domain/findings/finding.ts';
import { projectResource } from '../../domain/memory/cluster-subject.ts';
import type { ProjectMemory } from '../../domain/memory/memory.ts';

const check = 'access-logging';
const ACTION = 'Atlas → Project → Advanced → Database Auditing: switch it on. If the data needs none, leave it: this is said once.';

/** Plan 7.2: who reads and changes data is recorded. Only a Project Owner may read whether it is, so most organisations do not watch it. */
export const accessLogging: Check = {
  id: check,
  promise: 'database auditing is on, where our role may read it',
  inShort: { one: 'database auditing is off' },
  severity: 'info',
  notifiedOnce: true,
  setUp: true,
  reads: 'auditLog',
  runbook: {
    means: 'The project’s database auditing is off, or was readable once and is refused now.',
    risk: 'After a breach nobody can say who read or changed which data, nor to which moment a restore has to go back.',
    steps: [
      'Switch it on: Atlas → Project → Advanced → Database Auditing. Record at least authentication, and changes of users and roles.',
      'To have it watched, the service account needs Project Owner, which may also change everything. Most give it Project Read Only, and look by hand once a quarter.',
    ],
    over: 'Atlas says that auditing is on.',
    follow: ['credential-rotation'],
  },
  evaluate: (input) => Object.values(input.memory.projects).flatMap((project) => findingFor(project, input)),
};

function findingFor(project: ProjectMemory, input: CheckInput): readonly Finding[] {
  const resource = projectResource(project);
  const note = project.daily?.auditLog;
  if (!note) return [];
  if (!canAudit(project)) return [exempt({ check, resource, summary: 'Atlas offers no database auditing for M0 and flex clusters' })];
  const cannotTell = notEvaluated(note, { check, resource, what: 'whether database auditing is on', blind: projectBlind(project, input) });
  if (cannotTell) return [cannotTell];
  if (note.last?.value.enabled) return [ok({ check, resource, summary: () => `database auditing is on${asOf(note)}` })];
  return [failing({ check, resource, severity: 'info', summary: `database auditing is off${asOf(note)}`, action: ACTION })];
}

/** Auditing is for M10 and greater (the API's description of `auditLog`). */
function canAudit({ clusters }: ProjectMemory): boolean {
  return Object.values(clusters).some(({ kind, gone }) => gone === null && kind !== 'free' && kind !== 'flex');
}
