import { plural } from '../../domain/text.ts';
import { ASKED } from './checks-asked.ts';
import { everyProject } from './finding-items.ts';
import type { ChecklistInput } from './input.ts';
import { type ItemEvaluation, type Part, part } from './item-evaluation.ts';

/** Pure: Atlas records who reads and changes data in each project, and we record what people do here (plan 7.2). */
export function accessLogged(input: ChecklistInput): ItemEvaluation {
  return everyProject(ASKED.auditing, input, { beside: ownTrail(input) });
}

/**
 * Every check adds an entry to our own audit trail in the write that records the check. A trail that is empty or shorter at the next one has been deleted
 * or replaced. Nothing can be said at the first check.
 */
function ownTrail({ head: { checklist }, logEntries }: ChecklistInput): readonly Part[] {
  if (checklist === undefined) return [];
  const before = Math.max(1, checklist.logEntries ?? 1);
  if (logEntries >= before) return [part('met', `our own audit trail has ${plural(logEntries, 'entry', 'entries')}`, '/audit')];
  const now = logEntries === 0 ? 'is empty' : `has ${plural(logEntries, 'entry', 'entries')}`;
  return [
    part(
      'not-met',
      `our own audit trail ${now}, and had at least ${before} when an earlier check began: it was deleted or replaced`,
      '/audit',
    ),
  ];
}
