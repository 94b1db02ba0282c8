import { failing, type Finding, notKnown, ok } from '../domain/finding.ts';
import { restoreGaps } from '../domain/gaps.ts';
import type { CheckId } from '../domain/policy.ts';
import { DAY, type Duration, type Instant, spell } from '../domain/time.ts';
import { clusterCheck, type CheckInput, type ReadSubject } from './check.ts';
import { firstBaseDue, firstDue, freshnessStart, scheduleInterval } from './freshness.ts';
import { gapFinding } from './pitr-gap.ts';
import { backupAge } from './backup-age.ts';

const check = 'rpo';
const ACTION = 'Decide whether writes since the newest restorable moment can be lost; take an on-demand snapshot, or shorten the schedule.';

/** Plan 2.1: exposure = now − newest restorable moment, against the cluster's promise. Over: warning; over twice: critical. */
export const rpo = clusterCheck(check, judge);

/** `interval`: between the schedule's snapshots, where they are what was promised; null: an RPO was. */
type Promised = { readonly target: Duration; readonly interval: Duration | null };

function judge(subject: ReadSubject, input: CheckInput): Finding {
  const { resource } = subject;
  const blind = blindness(subject);
  if (blind !== null) return notKnown({ check, resource, summary: blind });
  const promise = promised(subject);
  const newest = newestRestorable(subject);
  const { evidence } = subject;
  const start = newest ?? freshnessStart(subject.memory).at;
  const exposure = input.now - start;
  if (exposure <= promise.target)
    return ok({ check, resource, summary: () => `exposure ${spell(exposure)}, promised ${inWords(promise)}`, evidence });
  const saidBy = saidElsewhere(subject, input);
  const due = saidBy === null ? pending(subject, input.now) : null;
  if (due !== null) return ok({ check, resource, summary: due, evidence });
  const doubtful = start === 0 || (subject.points?.doubt ?? null) !== null;
  if (doubtful && saidBy === null) return notKnown({ check, resource, summary: 'the newest restorable moment cannot be told', evidence });
  const critical = exposure > 2 * promise.target && !subject.policy.rpo.dayIsEnough;
  const summary = `${newest === null ? 'nothing' : 'nothing newer'} is restorable ${newest === null ? 'at all' : `than ${spell(exposure)} ago`}; promised ${inWords(promise)}`;
  return failing({
    check,
    resource,
    summary,
    severity: critical ? 'critical' : 'warning',
    action: ACTION,
    evidence: evidence(),
    startedAt: start + promise.target,
    saidBy,
  });
}

function blindness({ facts, policy, eventsBlind }: ReadSubject): string | null {
  if (!facts.snapshots.known) return facts.snapshots.reason;
  if (!facts.pitEnabled.known && facts.kind !== 'flex') return facts.pitEnabled.reason;
  if (!facts.schedule.known) return facts.schedule.reason;
  return policy.pitr.wanted && facts.kind !== 'flex' ? eventsBlind : null;
}

/** The policy's RPO where PITR is wanted, else the schedule's own interval + grace. */
function promised({ facts, policy }: ReadSubject): Promised {
  if (policy.pitr.wanted && facts.kind !== 'flex') return { target: policy.rpo.target, interval: null };
  const interval = scheduleInterval(facts) ?? DAY;
  return { target: interval + policy.grace, interval };
}

function inWords({ target, interval }: Promised): string {
  return interval === null ? `an RPO of ${spell(target)}` : `a snapshot every ${spell(interval)} (grace ${spell(target - interval)})`;
}

function newestRestorable({ window, points }: ReadSubject): Instant | null {
  const point = points?.newest ?? null;
  if (window === null) return point?.createdAt ?? null;
  return Math.max(window.to, point?.createdAt ?? 0);
}

/** One cause makes one incident: the check that already says it, if one does. */
function saidElsewhere(subject: ReadSubject, input: CheckInput): CheckId | null {
  if (subject.facts.backupEnabled.known && !subject.facts.backupEnabled.value) return 'backup-off';
  const gap = subject.policy.pitr.wanted && subject.facts.kind !== 'flex' ? gapFinding(subject, input) : null;
  if (gap?.verdict === 'failing') return 'pitr-gap';
  const points = subject.points?.points ?? [];
  if (gap !== null && restoreGaps(subject.memory, points).some(({ to }) => to === null)) return 'pitr-break';
  return backupAge.evaluate({ ...input, clusters: [subject] })[0]?.verdict === 'failing' ? 'backup-age' : null;
}

/** While the clocks of freshness, or a PITR just switched on, wait for their first backup, exposure is not held against the cluster. */
function pending(subject: ReadSubject, now: Instant): string | null {
  return firstDue(subject, now) ?? (subject.window === null && subject.policy.pitr.wanted ? firstBaseDue(subject, now) : null);
}
