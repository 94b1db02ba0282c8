import { failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { projectResource } from '../../domain/memory/cluster-subject.ts';
import type { LockAct } from '../../domain/memory/lock-acts.ts';
import type { ProjectMemory } from '../../domain/memory/memory.ts';
import { actInWords } from '../../domain/memory/who-did-it.ts';
import { iso } from '../../domain/time.ts';
import type { Check, CheckInput } from '../../domain/check/check-definition.ts';
import { step } from '../../domain/check/runbook.ts';

const check = 'compliance-lock';
const ACTION =
  'Ask whoever is named. If nobody in your company meant it, have MongoDB’s support stop it, and treat the account as taken over until shown otherwise.';

/** Somebody takes the project's Backup Compliance Policy away, which keeps everybody from deleting backups (docs/contract.md, clause 10). */
export const complianceLock: Check = {
  id: check,
  promise: 'the Backup Compliance Policy stays in force',
  inShort: { one: 'compliance policy being disabled' },
  severity: 'warning',
  severityInWords: 'warning, with who and when',
  timedByAtlas: true,
  runbook: {
    means:
      'Atlas’s events say that somebody asked for the project’s Backup Compliance Policy to be disabled, that this was approved, or that it is disabled.',
    risk: 'While the policy is in force nobody, not even an owner, can delete a backup or shorten its retention. Without it one stolen account can.',
    steps: [
      'Ask the person named, by telephone and not by mail: was it meant, and who approved it?',
      'Not meant: call MongoDB’s support, who disable the policy and can stop it. Then follow “security breach”.',
      step('See what else the same person did: Atlas → project → Activity Feed.', 'events', 'access-logs'),
      'Meant: say until when, and enable it again: Atlas → project → Backup Compliance Policy.',
    ],
    over: 'The policy is enabled again, or 72 h have passed since the last step was first seen: then it was told, and is not mended.',
    follow: ['security-breach', 'credential-rotation'],
  },
  evaluate: (input) => Object.values(input.memory.projects).flatMap((project) => findingFor(project, input)),
};

const TOLD = 'told; no further step for 72 h, and no event says that the policy is enabled again';

const STEPS: Readonly<Record<string, string>> = {
  CPS_DATA_PROTECTION_DISABLE_REQUESTED: 'asked for it to be disabled',
  CPS_DATA_PROTECTION_APPROVED_FOR_DISABLEMENT: 'approved that it is disabled',
  CPS_DATA_PROTECTION_DISABLED: 'disabled it',
};

function findingFor(project: ProjectMemory, { facts }: CheckInput): readonly Finding[] {
  const resource = projectResource(project);
  const { acts = [], enabledAt = null } = project.lock ?? {};
  const [first] = acts;
  if (first !== undefined) {
    return [
      failing({
        check,
        resource,
        severity: 'warning',
        summary: `the Backup Compliance Policy is being taken away: ${acts.map((act) => stepInWords(act)).join('; ')}`,
        action: ACTION,
        evidence: acts.map(({ type, actor, at }) => [type, actInWords({ actor, at })] as const),
        startedAt: first.at,
        counted: acts.map(({ type, at }) => `${type} ${iso(at)}`),
      }),
    ];
  }
  if (project.verdicts[check] === undefined) return [];
  const events = facts.projects.known ? facts.projects.value.find(({ id }) => id === project.id)?.events : undefined;
  if (!events?.known) return [notKnown({ check, resource, summary: events?.reason ?? 'the project was not read' })];
  if (enabledAt !== null) return [ok({ check, resource, summary: `Backup Compliance Policy: it was enabled again at ${iso(enabledAt)}` })];
  return [ok({ check, resource, summary: 'Backup Compliance Policy: no further step towards disabling it for 72 h; told', ending: TOLD })];
}

function stepInWords({ type, actor, at }: LockAct): string {
  return `${actor ?? 'somebody whom Atlas does not name'} ${STEPS[type] ?? type} at ${iso(at)}`;
}
