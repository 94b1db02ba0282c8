import { failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { restoreGaps } from '../../domain/memory/pitr-breaks.ts';
import type { CheckId } from '../../domain/policy/policy.ts';
import { DAY, type Duration, type Instant, spell } from '../../domain/time.ts';
import { clusterCheck, type CheckInput, type ReadSubject } from '../../domain/check/check-definition.ts';
import { step } from '../../domain/check/runbook.ts';
import { firstBaseDue, firstDue, freshnessStart, scheduleInterval } from '../../domain/check/freshness.ts';
import { backupAge } from './backup-age.ts';
import { backupOff } from './backup-off.ts';
import { pitrBreak } from './pitr-break.ts';
import { gapFinding, pitrGap } from './pitr-gap.ts';

const check = 'rpo';
const ACTION = 'Decide whether writes since the newest restorable moment can be lost; take an on-demand snapshot, or shorten the schedule.';

/** So many times the promise is critical. */
export const CRITICAL_RPO = 2;

/** Plan 2.1: exposure is the time since the newest restorable moment. Over the promise it is a warning, over twice the promise critical. */
export const rpo = clusterCheck(
  {
    id: check,
    promise: 'at most 1 h of writes can be lost (RPO)',
    inShort: { one: 'more would be lost than promised' },
    severity: 'critical',
    severityInWords: 'warning; critical over 2 h',
    timedByAtlas: true,
    atlasAlerts: ['CPS_SNAPSHOT_BEHIND', 'CPS_PREV_SNAPSHOT_OLD'],
    runbook: {
      means: 'The newest moment that could be restored lies further back than the RPO promised for the cluster.',
      risk: 'That much would be lost if the cluster were lost now.',
      steps: [
        'Decide whether the writes since then can be had again from elsewhere.',
        step('Take an on-demand snapshot now.', 'snapshot-now'),
        'If it goes on: shorten the schedule, switch continuous backup on, or write the true promise into restorewatch.config.ts.',
      ],
      over: 'The exposure is within the promise again.',
      follow: ['pitr-recovery', 'manual-backup'],
    },
  },
  findingFor,
);

/** `interval`: between the snapshots of the schedule, if the schedule is the promise; null if an RPO is. */
type Promised = { readonly target: Duration; readonly interval: Duration | null };

function findingFor(subject: ReadSubject, input: CheckInput): Finding {
  const { resource } = subject;
  const blind = blindness(subject);
  if (blind !== null) return notKnown({ check, resource, summary: blind });
  const promise = promised(subject);
  const newest = subject.restorable.until?.at ?? null;
  const start = newest ?? freshnessStart(subject.memory).at;
  const exposure = input.now - start;
  if (exposure <= promise.target)
    return ok({ check, resource, summary: () => `exposure ${spell(exposure)}, promised ${inWords(promise)}` });
  const explainedBy = explanation(subject, input);
  const due = explainedBy === null ? pending(subject, input.now) : null;
  if (due !== null) return ok({ check, resource, summary: due });
  const doubtful = start === 0 || (subject.points?.doubt ?? null) !== null;
  if (doubtful && explainedBy === null) return notKnown({ check, resource, summary: 'the newest restorable moment cannot be told' });
  const critical = exposure > CRITICAL_RPO * promise.target && !subject.policy.rpo.dayIsEnough;
  const lost = newest === null ? 'everything' : `the last ${spell(exposure)}`;
  const summary = `${lost} would be lost; promised ${inWords(promise)}`;
  return failing({
    check,
    resource,
    summary,
    severity: critical ? 'critical' : 'warning',
    action: ACTION,
    startedAt: start + promise.target,
    explainedBy,
  });
}

function blindness({ facts, policy, eventsBlind }: ReadSubject): string | null {
  if (!facts.snapshots.known) return facts.snapshots.reason;
  if (!facts.pitEnabled.known && facts.kind !== 'flex') return facts.pitEnabled.reason;
  if (!facts.schedule.known) return facts.schedule.reason;
  return policy.pitr.wanted && facts.kind !== 'flex' ? eventsBlind : null;
}

/** The policy's RPO if PITR is wanted, else the schedule's own interval + grace. */
function promised({ facts, policy }: ReadSubject): Promised {
  if (policy.pitr.wanted && facts.kind !== 'flex') return { target: policy.rpo.target, interval: null };
  const interval = scheduleInterval(facts) ?? DAY;
  return { target: interval + policy.grace, interval };
}

function inWords({ target, interval }: Promised): string {
  return interval === null ? `an RPO of ${spell(target)}` : `a snapshot every ${spell(interval)} (grace ${spell(target - interval)})`;
}

/** One cause makes one incident: the check that reports it already; null if none does. */
function explanation(subject: ReadSubject, input: CheckInput): CheckId | null {
  if (subject.facts.backupEnabled.known && !subject.facts.backupEnabled.value) return backupOff.id;
  const gap = subject.policy.pitr.wanted && subject.facts.kind !== 'flex' ? gapFinding(subject, input) : null;
  if (gap?.verdict === 'failing') return pitrGap.id;
  const points = subject.points?.points ?? [];
  if (gap !== null && restoreGaps(subject.memory, points).some(({ to }) => to === null)) return pitrBreak.id;
  return backupAge.evaluate({ ...input, clusters: [subject] })[0]?.verdict === 'failing' ? backupAge.id : null;
}

/** A new cluster, or one whose PITR was just enabled, is not evaluated until its first backup is due. */
function pending(subject: ReadSubject, now: Instant): string | null {
  return firstDue(subject, now) ?? (subject.restorable.window === null && subject.policy.pitr.wanted ? firstBaseDue(subject, now) : null);
}
