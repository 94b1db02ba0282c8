import { failing, type Finding, notKnown, ok } from '../domain/finding.ts';
import { allGaps, OPLOG_BEHIND } from '../domain/gaps.ts';
import type { Gap } from '../domain/recovery.ts';
import { DAY, iso, spell } from '../domain/time.ts';
import { clusterCheck, type CheckInput, type ReadSubject } from './check.ts';

const check = 'pitr-break';
const ACTION =
  'Nothing can mend it. If you must restore to a moment in the span, use the snapshot before it; note it in your incident log.';

/** What a gap leaves behind: while it lies in the restore window it is a warning, told once, with its exact span. */
export const pitrBreak = clusterCheck(check, judge, { unless: notAsked, whilePaused: true });

function notAsked({ facts, policy }: ReadSubject): string | null {
  if (facts.kind === 'flex') return 'flex has no point-in-time recovery';
  return policy.pitr.wanted ? null : 'the policy asks no point-in-time recovery of it';
}

function judge(subject: ReadSubject, input: CheckInput): Finding {
  const { resource, memory } = subject;
  if (subject.eventsBlind !== null) return notKnown({ check, resource, summary: subject.eventsBlind });
  const points = subject.points?.points ?? [];
  const oldest = input.now - (memory.restoreWindowDays ?? 7) * DAY;
  const breaks = allGaps(memory, points, subject.project.oplogThreshold, input.now).filter(
    (gap) => isBreak(gap) && (gap.to ?? input.now) > oldest,
  );
  if (breaks.length === 0) return ok({ check, resource, summary: 'no break known in the restore window' });
  const summary = `not restorable: ${breaks.map((gap) => spanOf(gap)).join('; ')}`;
  const evidence = [...subject.evidence(), ...breaks.map((gap) => [`break: ${gap.cause}`, spanOf(gap)] as const)];
  const found = failing({ check, resource, summary, severity: 'warning', action: ACTION, evidence, startedAt: breaks[0]?.from ?? null });
  return { ...found, counted: breaks.map((gap) => nameOf(gap)) };
}

/** An open oplog gap is `pitr-gap`'s; an open one after a restore is a break already. */
function isBreak(gap: Gap): boolean {
  return gap.to !== null || gap.cause !== OPLOG_BEHIND;
}

/** What stays: an oplog gap's beginning rests on Atlas's threshold, which may change; a restore's end is the next snapshot. */
function nameOf({ from, to, cause }: Gap): string {
  return `${cause} ${iso(cause === OPLOG_BEHIND && to !== null ? to : from)}`;
}

function spanOf(gap: Gap): string {
  if (gap.to === null) return `${iso(gap.from)} until the next completed snapshot (${gap.cause})`;
  return `${iso(gap.from)} to ${iso(gap.to)} (${gap.cause}, ${spell(gap.to - gap.from)})`;
}
