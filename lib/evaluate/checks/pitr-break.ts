import { failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { allGaps, type Gap, OPLOG_BEHIND } from '../../domain/memory/pitr-breaks.ts';
import { DAY, iso, spell } from '../../domain/time.ts';
import { clusterCheck, type CheckInput, type ReadSubject } from '../../domain/check/check-definition.ts';

const check = 'pitr-break';
const ACTION =
  'Nothing can mend it. If you must restore to a moment in the span, use the snapshot before it; note it in your incident log.';

/** The span that a gap left unrestorable: a warning, notified once, as long as it lies in the restore window. */
export const pitrBreak = clusterCheck(
  {
    id: check,
    promise: 'the span that a gap left unrestorable is known',
    inShort: { one: 'PITR cannot reach a past span' },
    severity: 'warning',
    severityInWords: 'warning, told once',
    timedByAtlas: true,
    notifiedOnce: true,
    runbook: {
      means:
        'A span inside the restore window cannot be restored to: what a gap, a pause, a restore or switching continuous backup off has left.',
      risk: 'Only moments inside the span. Before and after it, restores work.',
      steps: [
        'Nothing can mend it. Note the span in your incident log.',
        'If you must go back into the span: restore the newest snapshot before it, or the first moment after it.',
      ],
      over: 'The span has left the restore window.',
      follow: ['pitr-recovery', 'snapshot-restore'],
    },
  },
  findingFor,
  { unless: notAsked, whilePaused: true },
);

function notAsked({ facts, policy }: ReadSubject): string | null {
  if (facts.kind === 'flex') return 'flex has no point-in-time recovery';
  return policy.pitr.wanted ? null : 'the policy asks no point-in-time recovery of it';
}

function findingFor(subject: ReadSubject, input: CheckInput): Finding {
  const { resource, memory } = subject;
  if (subject.eventsBlind !== null) return notKnown({ check, resource, summary: subject.eventsBlind });
  const points = subject.points?.points ?? [];
  const oldest = input.now - (memory.restoreWindowDays ?? 7) * DAY;
  const breaks = allGaps(memory, points, subject.project.oplogThreshold, input.now).filter(
    (gap) => isBreak(gap) && (gap.to ?? input.now) > oldest,
  );
  if (breaks.length === 0) return ok({ check, resource, summary: 'no break known in the restore window' });
  const summary = `PITR cannot reach ${breaks.map((gap) => spanOf(gap)).join('; ')}`;
  return failing({
    check,
    resource,
    summary,
    // The first of several spans alone would be taken for all.
    ...(breaks.length > 1 && { inShort: { one: `PITR cannot reach ${breaks.length} spans` } }),
    severity: 'warning',
    action: ACTION,
    startedAt: breaks[0]?.from ?? null,
    counted: breaks.map((gap) => nameOf(gap)),
  });
}

/** `pitr-gap` reports an oplog gap that is open. An open gap after a restore is a break already. */
function isBreak(gap: Gap): boolean {
  return gap.to !== null || gap.cause !== OPLOG_BEHIND;
}

/** The break's stable name. The beginning of an oplog gap depends on Atlas's threshold, which may change; the end of a restore's gap is the next snapshot. */
function nameOf({ from, to, cause }: Gap): string {
  return `${cause} ${iso(cause === OPLOG_BEHIND && to !== null ? to : from)}`;
}

function spanOf(gap: Gap): string {
  if (gap.to === null) return `the time from ${iso(gap.from)} to the next completed snapshot (${gap.cause})`;
  return `${iso(gap.from)} to ${iso(gap.to)} (${gap.cause}, ${spell(gap.to - gap.from)})`;
}
