import { exempt, failing, type Finding, notKnown, type Resource } from '../findings/finding.ts';
import type { ProjectMemory } from '../memory/memory.ts';
import type { CheckInput } from './check-definition.ts';
import type { DailyNote } from '../memory/daily-notes.ts';
import type { CheckId } from '../policy/policy.ts';
import { iso } from '../time.ts';

type Read = {
  readonly check: CheckId;
  readonly resource: Resource;
  /** What is read: "whether database auditing is on". */
  readonly what: string;
  /** Why the project or the organisation as a whole cannot be read; null if it can. */
  readonly blind: string | null;
};

/** Why the project as a whole cannot be read; null if it can. */
export function projectBlind({ id }: ProjectMemory, { facts: { projects } }: CheckInput): string | null {
  if (!projects.known) return projects.reason;
  const { dedicated, flex } = projects.value.find((project) => project.id === id) ?? {};
  return [dedicated, flex].flatMap((fact) => (fact === undefined || fact.known ? [] : [fact.reason]))[0] ?? null;
}

/**
 * Pure: the finding if what is read once a day cannot be judged, null if `note.last` can be. What the credentials were never permitted to read is not watched,
 * and nobody is blind because of it. If it was readable once and is refused now, somebody took a role away: that is said once (docs/contract.md, clause 11).
 */
export function notEvaluated({ last, trouble }: DailyNote<unknown>, { check, resource, what, blind }: Read): Finding | null {
  if (trouble === null) return null;
  const { role, reason, since } = trouble;
  // A refusal of everything is no lack of one role, and `visibility` reports it.
  if (role === null || blind !== null) return notKnown({ check, resource, summary: blind ?? reason });
  if (last === null) return exempt({ check, resource, summary: `not watched: needs the role ${role}` });
  return failing({
    check,
    resource,
    severity: 'info',
    summary: `not watched: Atlas has refused to say ${what} since ${iso(since)}, and last said it at ${iso(last.asOf)}; needs the role ${role}`,
    inShort: { one: 'no longer permitted to read it' },
    action: `Give the service account or API key the role ${role} again. If it was taken away on purpose, nothing is to be done: this is said once.`,
    evidence: [['answer', reason]],
    startedAt: since,
    notifiedOnce: true,
  });
}

/** Of a value that may be hours old: ", as of 2026-11-22T12:00:00Z". */
export function asOf({ last }: DailyNote<unknown>): string {
  return last === null ? '' : `, as of ${iso(last.asOf)}`;
}
