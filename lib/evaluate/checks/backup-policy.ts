import type { Schedule } from '../../domain/facts/facts.ts';
import { type Evidence, exempt, failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { emptied, isWindowUnasked, type Weakened, weakened, type Weakening } from '../../domain/memory/schedule-note.ts';
import { isKept, isScheduled, type SchedulePromise, schedulePromises } from '../../domain/memory/schedule-promises.ts';
import { actInWords } from '../../domain/memory/who-did-it.ts';
import { iso, MINUTE } from '../../domain/time.ts';
import { clusterCheck, type CheckInput, PAUSED, type ReadSubject } from '../../domain/check/check-definition.ts';
import { step } from '../../domain/check/runbook.ts';
import {
  beforeAndAfter,
  itemsEvidence,
  type Look,
  neverKeptInWords,
  possibleActors,
  SETTING_IN_WORDS,
  weakenedInWords,
} from '../../domain/check/schedule-words.ts';

const check = 'backup-policy';
const WHERE = 'Atlas, cluster, Backup, Backup Policy';

/** Terraform replaces a schedule by deleting it first, so that an empty one has to be seen by two checks so far apart (docs/contract.md, clause 10). */
const EMPTY_FOR = 10 * MINUTE;
const WINDOW_UNASKED = 'no longer asked: PITR is off, so that the restore window promises nothing';

/** The backup schedule itself keeps what was promised (plan 1.1 and 7.1). */
export const backupPolicy = clusterCheck(
  {
    id: check,
    promise:
      'the backup schedule takes and keeps what was promised: a restore window of 7 days, daily snapshots for 30, on-demand ones for 90',
    inShort: { one: 'backup schedule weakened' },
    severity: 'critical',
    severityInWords: 'critical if it is empty; warning if it keeps less than it did; info if it never kept that much',
    setUp: true,
    runbook: {
      means:
        'The backup schedule in Atlas is empty, or keeps snapshots or the restore window for fewer days than policy promises and than an earlier check saw. As info: it never kept that much.',
      risk: 'Backups look well for now: what is missing shows when it is needed. An empty schedule takes no snapshot at all; a shorter retention deletes the oldest points first, and Atlas may apply it to snapshots that exist.',
      steps: [
        'The evidence says what changed, between which checks, and who did it where Atlas says so. Ask them; a change that nobody owns up to may be an attack that prepares for blackmail.',
        step('Read what else happened then.', 'events'),
        'Put the schedule back: Atlas → cluster → Backup → Backup Policy. With Terraform, correct `mongodbatlas_cloud_backup_schedule`, or the next apply undoes it.',
        step('If the schedule was empty: take a snapshot now, since the next one comes by the schedule only.', 'snapshot-now'),
        step('See which snapshots are left, and extend those that would expire too soon.', 'list-snapshots', 'keep-snapshot'),
        'If it was meant: change `backupPolicy` in restorewatch.config.ts, or accept it with a reason (on the page, or `restorewatch accept`).',
      ],
      over: 'The schedule keeps what was promised again, policy promises less, or a responder accepted it with a reason.',
      follow: ['manual-backup', 'security-breach', 'retention-and-erasure'],
    },
  },
  findingFor,
  { unless: notAsked, whilePaused: 'if failing' },
);

function notAsked({ facts, policy }: ReadSubject): string | null {
  if (facts.kind === 'flex') return 'flex has one snapshot a day, and a schedule that nobody can change';
  if (!policy.backup.wanted) return 'the policy asks no backups of it';
  return facts.backupEnabled.known && !facts.backupEnabled.value ? 'backups are off altogether: see backup-off' : null;
}

function findingFor(subject: ReadSubject, input: CheckInput): Finding {
  const { facts, resource, policy } = subject;
  const unknown = (summary: string): Finding => notKnown({ check, resource, summary });
  if (!facts.schedule.known) return unknown(facts.schedule.reason);
  const schedule = facts.schedule.value;
  if (schedule === null) return unknown('Atlas has no backup schedule for it, and does not say that backups are off');
  if (!schedule.items.some(isScheduled)) return emptyFinding(subject, input);
  const promises = schedulePromises(schedule, facts, policy);
  const worse = weakened(subject, promises, input.now);
  if (worse.length > 0) return weakenedFinding(worse, schedule, { subject, input });
  const silent = promises.find(({ days }) => days === null);
  if (silent) return unknown(`Atlas does not say how many days it has of: ${SETTING_IN_WORDS[silent.setting]}`);
  if (schedule.nextSnapshotAt === null) return unknown('Atlas does not say when the next snapshot is due (`nextSnapshot`)');
  const short = promises.filter((promise) => !isKept(promise));
  const ending = isWindowUnasked(subject, promises) ? { ending: WINDOW_UNASKED } : {};
  if (short.length > 0) return { ...neverKept(short, schedule, resource), ...ending };
  return ok({ check, resource, summary: 'the schedule keeps what was promised', ...ending });
}

function emptyFinding(subject: ReadSubject, input: CheckInput): Finding {
  const { resource } = subject;
  // No schedule takes snapshots during a pause.
  if (subject.facts.paused.known && subject.facts.paused.value) return exempt({ check, resource, summary: PAUSED });
  const change = emptied(subject, input.now);
  const first = 'the backup schedule has no item that takes snapshots';
  if (input.now - change.to < EMPTY_FOR)
    return notKnown({ check, resource, summary: `${first}; the next check shows whether it is only being replaced` });
  return failing({
    check,
    resource,
    severity: 'critical',
    summary: `${first}, so that Atlas takes none${byWhom([change], { subject, input })}`,
    inShort: { one: 'backup schedule is empty' },
    action: `Put the schedule back and take a snapshot now: ${WHERE}; the evidence has what it was.`,
    evidence: changeEvidence([change], { subject, input }),
    startedAt: change.by[0]?.at ?? null,
    counted: ['the schedule is empty', ...change.by.map(actInWords)],
  });
}

function weakenedFinding(worse: readonly Weakened[], schedule: Schedule, look: Look): Finding {
  const acceptable = worse.map((one) => ({ setting: one.setting, value: one.days, words: weakenedInWords(one) }));
  const words = acceptable.map((part) => part.words);
  return failing({
    check,
    resource: look.subject.resource,
    severity: 'warning',
    summary: `${words.join('; ')}${byWhom(worse, look)}`,
    action: `Put it back: ${WHERE}; the evidence has what it was. If it was meant, change \`backupPolicy\`, or accept it with a reason.`,
    evidence: [...worse.map(beforeAndAfter), ...changeEvidence(worse, look), ...itemsEvidence('schedule now', schedule.items)],
    startedAt: worse[0]?.by[0]?.at ?? null,
    acceptable,
    counted: [...new Set([...words, ...worse.flatMap(({ by }) => by.map(actInWords))])],
  });
}

/** Atlas's own default keeps daily snapshots for 7 days. */
function neverKept(short: readonly SchedulePromise[], schedule: Schedule, resource: Finding['resource']): Finding {
  return failing({
    check,
    resource,
    severity: 'info',
    summary: short.map(neverKeptInWords).join('; '),
    action: `Raise it: ${WHERE}; or promise less by \`backupPolicy\` in restorewatch.config.ts.`,
    evidence: itemsEvidence('schedule now', schedule.items),
  });
}

/** "; by ann@example.com, 203.0.113.7 at 2026-11-22T11:40:00Z"; nothing while Atlas has not shown who it was. */
function byWhom(changes: readonly Weakening[], look: Look): string {
  const who = possibleActors(changes, look);
  return who.length === 0 ? '' : `; by ${who.join('; ')}`;
}

function changeEvidence(changes: readonly Weakening[], look: Look): Evidence {
  const [first] = changes;
  if (first === undefined) return [];
  const who = possibleActors(changes, look);
  const when = first.from === null ? `before ${iso(first.to)}` : `between ${iso(first.from)} and ${iso(first.to)}`;
  const by = who.length === 0 ? 'Atlas has not shown it yet; an event may come 7 h late' : who.join('; ');
  return [['changed', when], ['by', by], ...itemsEvidence('schedule before', first.items)];
}
