import type { CopiedKind, Schedule } from '../../domain/facts/facts.ts';
import { failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { HOUR, type Instant, iso } from '../../domain/time.ts';
import { type Check, clusterCheck, type CheckInput, type ReadSubject } from '../../domain/check/check-definition.ts';
import { unpausedSince } from '../../domain/check/freshness.ts';
import { type CopyLack, missingCopies } from '../../domain/check/missing-copies.ts';
import { ownerlessFailures } from '../../domain/check/ownerless-failures.ts';
import { step } from '../../domain/check/runbook.ts';
import { isScheduled } from '../../domain/memory/schedule-promises.ts';
import { backupOff } from './backup-off.ts';
import { backupPolicy } from './backup-policy.ts';

const check = 'snapshot-copy';
const ACTION =
  'Atlas gives no reason: look at Atlas, cluster, Backup, Snapshots (column Copy Regions) and at the copy settings of the backup policy; if both look right, ask MongoDB.';

/** A copy that failed is made good by a success within so long (docs/contract.md, clause 10). */
const MADE_GOOD_WITHIN = 6 * HOUR;

const clusters = clusterCheck(
  {
    id: check,
    promise: 'snapshots reach the regions that the backup policy copies them to',
    inShort: { one: 'snapshots are not copied' },
    severity: 'warning',
    timedByAtlas: true,
    runbook: {
      means:
        'A copy to another region failed and none has succeeded since, or a snapshot of a kind that is to be copied is still missing there.',
      risk: 'If the cluster’s own region is lost, only what was copied is left. Restores in the own region are not affected.',
      steps: [
        step('See which snapshots have which copies.', 'list-snapshots'),
        'Compare the copy settings: Atlas → cluster → Backup → Backup Policy → Additional Backup Policies. Does the region still offer the storage and the key?',
        step('Read what happened before it: Atlas → project → Activity Feed.', 'events'),
        'If both look right, open a case with MongoDB and say since when.',
      ],
      over: 'A later copy succeeds and reaches the region, or the region is taken out of the copy settings.',
      follow: ['region-outage', 'snapshot-restore'],
    },
  },
  findingFor,
  { unless: ({ facts }) => (facts.kind === 'flex' ? 'flex has no copies in other regions' : null), whilePaused: 'if failing' },
);

/** Copies to other regions: by Atlas's events, and of replica sets by the listing of snapshots too. Failures that name no cluster are reported on the project. */
export const snapshotCopy: Check = {
  ...clusters,
  evaluate: (input) => [
    ...clusters.evaluate(input),
    ...ownerlessFailures({ check, failures: 'copyFailures', what: 'a copy of a snapshot', after: MADE_GOOD_WITHIN, action: ACTION }, input),
  ],
};

function findingFor(subject: ReadSubject, { now }: CheckInput): Finding {
  const { facts, resource, memory } = subject;
  const schedule = facts.schedule.known ? facts.schedule.value : null;
  const isReplaced = facts.schedule.known && !schedule?.items.some(isScheduled);
  if (isReplaced && memory.verdicts[check]?.lastKnown === 'failing') return waiting(subject);
  // A failure from before the copies were switched off is no news any more.
  if (facts.schedule.known && schedule?.copies === undefined)
    return ok({ check, resource, summary: 'no copies to other regions are set up' });
  const missing = schedule?.copies && facts.kind === 'replicaSet' ? missingCopies(subject, schedule, now) : { lacks: [], doubt: null };
  const lacks = [...failedCopies(subject, now), ...missing.lacks];
  if (lacks.length > 0) {
    const summary = lacks.map(({ sentence }) => sentence).join('; ');
    const startedAt = Math.min(...lacks.map(({ since }) => since));
    const evidence = (schedule?.copies ?? []).map(({ region, kinds }) => [`copied to ${region}`, kindsInWords(kinds)] as const);
    return failing({
      check,
      resource,
      severity: 'warning',
      summary,
      action: ACTION,
      evidence,
      startedAt,
      counted: lacks.map(({ name }) => name),
    });
  }
  const doubt = whyUnknown(subject, schedule) ?? missing.doubt;
  if (doubt !== null) return notKnown({ check, resource, summary: doubt });
  return ok({ check, resource, summary: 'no copy to another region has failed or is missing' });
}

/** Terraform replaces a schedule by deleting it first, and its copy settings with it: whether copies are still to be made shows when there is one again. */
function waiting({ facts: { backupEnabled }, resource }: ReadSubject): Finding {
  const areOff = backupEnabled.known && !backupEnabled.value;
  const summary = 'a copy to another region failed or is missing, and there is no schedule now that says whether it is still to be made';
  return failing({ check, resource, severity: 'warning', summary, action: ACTION, explainedBy: areOff ? backupOff.id : backupPolicy.id });
}

function kindsInWords(kinds: readonly CopiedKind[]): string {
  return kinds.length === 0 ? 'so many of the newest snapshots' : kinds.map(({ frequency }) => frequency).join(', ');
}

function whyUnknown({ facts, eventsBlind }: ReadSubject, schedule: Schedule | null): string | null {
  if (!facts.schedule.known) return facts.schedule.reason;
  return eventsBlind ?? (schedule?.copies === null ? 'Atlas sent no usable `copySettings`' : null);
}

function failedCopies({ memory }: ReadSubject, now: Instant): readonly CopyLack[] {
  const failedAt = memory.copyFailures?.[0];
  if (failedAt === undefined || unpausedSince(memory, failedAt, now) <= MADE_GOOD_WITHIN) return [];
  return [
    { name: 'failed', since: failedAt, sentence: `a copy to another region failed at ${iso(failedAt)}, and none has succeeded since` },
  ];
}
