import { exempt, failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { type Check, clusterCheck, type CheckInput, type ReadSubject } from '../../domain/check/check-definition.ts';
import { step } from '../../domain/check/runbook.ts';
import type { Facts } from '../../domain/facts/facts.ts';
import { ORGANISATION } from '../../domain/memory/cluster-subject.ts';
import type { RetentionPromise } from '../../domain/policy/policy.ts';
import { retentionOf } from '../../domain/retention/calendar.ts';
import { DATA_RETENTION_NOT_WATCHED } from '../../domain/retention/data-retention.ts';
import { pointsInWords, scheduleInWords } from '../../domain/retention/retention-words.ts';
import { keptItems } from '../../domain/retention/promise-breaks.ts';
import { boundsInWords, type Breach, contradicts, excesses, type Kept, shortfall } from '../../domain/retention/promise.ts';
import { dayInWords, type Instant } from '../../domain/time.ts';
import { backupOff } from './backup-off.ts';
import { backupPolicy } from './backup-policy.ts';

const check = 'retention';
const ACTION =
  'Change the retention of the schedule (Atlas, cluster, Backup, Policy), and of listed snapshots that go beyond; or assign the class that is meant (`retention.assign`).';
const CONTRADICTION_ACTION =
  'Assign one class of the two to this cluster (`retention.assign`), or change their bounds (`retention.classes`).';

const clusters = clusterCheck(
  {
    id: check,
    promise: 'backups are kept as long as their class of data asks, and no longer',
    inShort: { one: 'wrong retention of backups' },
    severity: 'warning',
    severityInWords: 'warning; an assignment that fits no cluster is an info',
    setUp: true,
    runbook: {
      means:
        'Policy assigns a class of data to the cluster, and its backups are not kept so long, or longer than that; the finding names the first day on which the promise breaks. Or an assignment fits no cluster, or two classes contradict.',
      risk: 'What has to be restorable for years is gone when somebody asks for it, or what had to be erased can still be restored.',
      steps: [
        step(
          'Compare the evidence with Atlas → cluster → Backup → Policy. On-demand snapshots do not count towards the least retention.',
          'list-snapshots',
        ),
        'Kept too short: lengthen the retention of one item, and the expiry of the snapshots that are to be kept: a change of the policy alone may leave those that exist as they are.',
        step('Kept too long: shorten the items, and shorten or delete the snapshots that are listed beyond.', 'delete-snapshot'),
        'An assignment that fits no cluster: mend the name, project or tag in `retention.assign`, or take it out.',
        DATA_RETENTION_NOT_WATCHED,
      ],
      over: 'The schedule and every listed snapshot keep the promise, or policy promises something else.',
      follow: ['retention-and-erasure'],
    },
  },
  findingFor,
  {
    unless: ({ facts, policy }) => {
      if (policy.retention === null) return 'policy assigns no class of retention to it';
      return facts.kind === 'flex' ? 'flex has no schedule: Atlas keeps its last 8 daily snapshots' : null;
    },
    // Neither the schedule nor the expiries wait for the end of a pause, and a nightly pause must not end the incident every evening.
    whilePaused: true,
  },
);

/** Clause 10: what plan 7.1 promises of backups, and that each assignment of a class fits a cluster, which only a run can tell. */
export const retention: Check = {
  ...clusters,
  evaluate: (input) => [...clusters.evaluate(input), assignments(input)],
};

function findingFor(subject: ReadSubject, { now }: CheckInput): Finding {
  const { facts, memory, resource, policy } = subject;
  const promise = policy.retention;
  if (promise === null) return exempt({ check, resource, summary: 'policy assigns no class of retention to it' });
  if (contradicts(promise)) return contradiction(subject, promise);
  if (!facts.schedule.known) return notKnown({ check, resource, summary: facts.schedule.reason });
  if (!facts.snapshots.known) return notKnown({ check, resource, summary: facts.snapshots.reason });
  const schedule = facts.schedule.value ?? { items: [], nextSnapshotAt: null, restoreWindowDays: null };
  const since = Math.max(memory.createdAt ?? memory.oldestPoint ?? now, memory.backup.onSince ?? 0);
  return compared(subject, promise, { schedule, snapshots: facts.snapshots.value, since, now });
}

function compared(subject: ReadSubject, promise: RetentionPromise, kept: Kept): Finding {
  const { resource } = subject;
  const { minDays, maxDays } = promise;
  const short = minDays === null ? null : shortfall(kept, minDays);
  const long = maxDays === null ? [] : excesses(kept, maxDays);
  const breaches = short === null || short === 'unknown' ? long : [short, ...long];
  if (breaches.length > 0) return broken({ subject, promise, kept, breaches });
  const isUnknown = maxDays !== null && kept.schedule.items.some((item) => item.frequency !== 'ondemand' && retentionOf(item) === null);
  if (short === 'unknown' || isUnknown)
    return notKnown({ check, resource, summary: 'Atlas does not tell for how long the schedule keeps its snapshots' });
  return ok({ check, resource, summary: () => `${classesOf(promise)}: backups are kept for ${boundsInWords(promise)}` });
}

type Broken = {
  readonly subject: ReadSubject;
  readonly promise: RetentionPromise;
  readonly kept: Kept;
  readonly breaches: readonly Breach[];
};

function broken({ subject, promise, kept, breaches }: Broken): Finding {
  const { resource, facts } = subject;
  const from = breaches.flatMap((breach) => breach.from ?? []).reduce<Instant>((first, at) => Math.min(first, at), Infinity);
  const when =
    from <= kept.now ? 'is broken already' : from === Infinity ? 'breaks later than in four years' : `breaks on ${dayInWords(from)}`;
  const summary = `${breaches.map(({ what }) => what).join('; ')}: the promise of ${classesOf(promise)} ${when}`;
  const evidence: Finding['evidence'] = [
    ['promise', `${classesOf(promise)}: ${boundsInWords(promise)}`],
    ['schedule', scheduleInWords(kept.schedule)],
    ...(from === Infinity ? [] : [['recovery points', pointsInWords(kept, from)] as const]),
  ];
  // A schedule without items is often being replaced; `backup-policy` waits for the next check before it reports it.
  const isEmpty = keptItems(kept.schedule).length === 0 && breaches.every(({ name }) => name === 'minDays');
  const areOff = facts.backupEnabled.known && !facts.backupEnabled.value;
  const explainedBy = isEmpty ? (areOff ? backupOff.id : backupPolicy.id) : null;
  const counted = breaches.map(({ name }) => name);
  return failing({ check, resource, summary, severity: 'warning', action: ACTION, evidence, explainedBy, counted });
}

function classesOf({ classes }: RetentionPromise): string {
  return `${classes.length === 1 ? 'class' : 'classes'} ${classes.join(' and ')}`;
}

function contradiction({ resource }: ReadSubject, promise: RetentionPromise): Finding {
  const summary = `${classesOf(promise)} contradict each other here: keep backups for ${boundsInWords(promise)}`;
  return failing({ check, resource, summary, severity: 'warning', action: CONTRADICTION_ACTION });
}

/** Whether each assignment fits a cluster: a name that was misspelt, or that a renamed cluster no longer has, promises nothing to nobody's notice. */
function assignments({ policy, facts, clusters: all }: CheckInput): Finding {
  const resource = ORGANISATION;
  const { retention: assigned = [] } = policy.general;
  const named =
    assigned.length === 0
      ? []
      : all.map(({ project, memory: { name, tags } }) => ({ projectId: project.id, projectName: project.name, name, tags }));
  const idle = assigned.filter(({ matches }) => !named.some((one) => matches(one)));
  if (idle.length === 0) return ok({ check, resource, summary: 'every assignment of a class of retention fits a cluster' });
  const unread = whyPartial(facts);
  const list = idle.map((one) => `${one.class} to ${one.chooses}`).join('; ');
  if (unread !== null)
    return notKnown({ check, resource, summary: `whether clusters exist for \`retention.assign\` (${list}): ${unread}` });
  const summary = `\`retention.assign\` fits no cluster: ${list}`;
  const action = 'Mend the name, project or tag in `retention.assign`, or take the entry out.';
  return failing({ check, resource, summary, severity: 'info', action, counted: idle.map(({ chooses }) => chooses) });
}

/** Why not all clusters are known; null if they are. */
function whyPartial({ complete, projects }: Facts): string | null {
  if (!projects.known) return projects.reason;
  const unread = projects.value.flatMap(({ dedicated, flex }) => [dedicated, flex]).find((listing) => !listing.known);
  if (unread && !unread.known) return unread.reason;
  return complete ? null : 'this run did not read everything';
}
