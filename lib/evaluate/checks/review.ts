import type { Check, CheckInput } from '../../domain/check/check-definition.ts';
import { exempt, failing, type Finding, ok } from '../../domain/findings/finding.ts';
import { ORGANISATION } from '../../domain/memory/cluster-subject.ts';
import { DAY, dayInWords, spell } from '../../domain/time.ts';

const check = 'review';
const RESOURCE = { ...ORGANISATION, name: 'the review of the plan', part: check };

/** The day that the plan names for its next review (plan, last line). The policy has no default, since only people can name the day. */
export const review: Check = {
  id: check,
  promise: 'the plan is reviewed by the day that it names',
  inShort: { one: 'the plan is overdue for review' },
  severity: 'info',
  ofOrganisation: true,
  notifiedOnce: true,
  setUp: true,
  runbook: {
    means: 'The day that `review.next` in restorewatch.config.ts names for the next review of the backup and recovery plan is over.',
    risk: 'The plan may promise what nobody does any more, or name people who have left.',
    steps: [
      'Read the plan and restorewatch.config.ts side by side: retention, RPO and RTO, roles, drills, exempt clusters.',
      'Write down what changed: `restorewatch records --note`.',
      'Name the next day: `review: { next: "2027-03-01" }`.',
    ],
    over: '`review.next` names a day that is not over.',
    follow: ['monthly-drill'],
  },
  evaluate: reviewFinding,
};

/** A day is over when it has ended in UTC everywhere that the page and the alerts name it. */
function reviewFinding({ policy, now }: CheckInput): readonly Finding[] {
  const next = policy.general.review?.next ?? null;
  if (next === null) return [exempt({ check, resource: RESOURCE, summary: 'no day is named for the next review (`review.next`)' })];
  const day = dayInWords(next);
  const over = next + DAY;
  if (now < over) return [ok({ check, resource: RESOURCE, summary: `the next review is due on ${day}` })];
  const summary = `the review of the backup and recovery plan was due on ${day}, which ended ${spell(now - over)} ago`;
  const action = 'Review the plan, then name the day of the next review (`review.next` in restorewatch.config.ts).';
  return [failing({ check, resource: RESOURCE, severity: 'info', summary, action, startedAt: over })];
}
