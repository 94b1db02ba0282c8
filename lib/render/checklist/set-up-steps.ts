import type { SetUpStep } from '../../domain/incidents/recorded-checklist.ts';
import { type CheckId, PRIORITIES } from '../../domain/policy/policy.ts';
import { alertPath } from '../../evaluate/checks/alert-path.ts';
import { contacts } from '../../evaluate/checks/contacts.ts';
import { CHECK_IDS } from '../../evaluate/checks/registry.ts';
import { review } from '../../evaluate/checks/review.ts';
import { setUp } from '../../evaluate/checks/set-up.ts';
import { plural } from '../../domain/text.ts';
import { correctedProof } from '../../reconcile/alert-path-findings.ts';
import { rosterOf, unreachablePriorities } from '../../route/destinations.ts';
import { ASKED } from './checks-asked.ts';
import type { ChecklistInput } from './input.ts';
import { stateOf } from './item-evaluation.ts';

const ALERT_CONFIGS: CheckId = ASKED.alertConfigs;

/** Pure: what has to be set up once, each with the one command or place that does it (docs/contract.md, clause 13). */
export function setUpSteps(input: ChecklistInput): readonly SetUpStep[] {
  const { restoreTests = [], drills = [] } = input.general;
  return [
    step('check', 'A complete check was recorded', true, 'call /api/cron/check every hour (docs/deployment.md)'),
    step(
      'channels',
      'Every priority has a channel of its own',
      hasChannels(input),
      '`restorewatch doctor` names the variables that are missing',
    ),
    step(
      'acknowledgement',
      'Acknowledgements can come back',
      canAcknowledge(input),
      'set STATUS_USERS: `npm run user -- NAME` makes an entry',
    ),
    step(
      contacts.id,
      'The plan’s roles are filled, and alerts reach them',
      isWell(contacts.id, input),
      'name them under `contacts.roles` in restorewatch.config.ts',
    ),
    step('restore-tests', 'Restore tests are planned', restoreTests.length > 0, 'plan them under `restoreTests` in restorewatch.config.ts'),
    step('drills', 'Drills are planned', drills.length > 0, 'plan them under `drills` in restorewatch.config.ts'),
    step(alertPath.id, 'The alert path was proven', wasProven(input), '`restorewatch alerts prove`'),
    ...(CHECK_IDS.includes(ALERT_CONFIGS)
      ? [
          step(
            ALERT_CONFIGS,
            'Atlas’s own backup alerts are configured',
            isWell(ALERT_CONFIGS, input),
            'the runbook /runbooks/alert-configs has the call for each',
          ),
        ]
      : []),
    step(
      review.id,
      'The day of the plan’s next review is named',
      isWell(review.id, input) && (input.general.review?.next ?? null) !== null,
      'write `review: { next: "2027-03-01" }` in restorewatch.config.ts',
    ),
    ...joinedSteps(input),
  ];
}

/** What could not be read, or may not be, is not known to be done. */
function isWell(check: string, { findings }: ChecklistInput): boolean {
  const own = findings.get(check) ?? [];
  return own.length > 0 && own.every((finding) => (stateOf(finding) ?? 'met') === 'met');
}

function step(id: string, title: string, done: boolean, how: string): SetUpStep {
  return { id, title, done, how };
}

/** A priority whose alerts go to another one's channels is set up only in part. */
function hasChannels({ roster, general }: ChecklistInput): boolean {
  const own = rosterOf(roster, undefined);
  return PRIORITIES.every((priority) => general.routes[priority].some((id) => own.some((entry) => entry.id === id)));
}

function canAcknowledge({ acknowledgementPaths, roster, general }: ChecklistInput): boolean {
  return acknowledgementPaths.length > 0 && unreachablePriorities(acknowledgementPaths, roster, general).length === 0;
}

/** A proof that failed proves nothing; one that is under way leaves it as it was. */
function wasProven({ head, general }: ChecklistInput): boolean {
  const verdict = correctedProof(head, general)?.verdict;
  return verdict === 'running' ? (head.checklist?.steps ?? []).some(({ id, done }) => id === alertPath.id && done) : verdict === 'passed';
}

/** Settings in Atlas that the first check found: `set-up` reports them, so they are part of what is left to do. */
function joinedSteps({ findings }: ChecklistInput): readonly SetUpStep[] {
  const own = new Set<string>([contacts.id, review.id, ALERT_CONFIGS]);
  return [...findings].flatMap(([check, all]) => {
    const joined = own.has(check) ? 0 : all.filter(({ explainedBy }) => explainedBy === setUp.id).length;
    if (joined === 0) return [];
    return [step(check, `${check}: ${plural(joined, 'setting')} that the first check found`, false, `the runbook /runbooks/${check}`)];
  });
}
