import type { CopiedKind, CopySetting, Schedule, Snapshot } from '../../domain/facts/facts.ts';
import { failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { copyKey } from '../../domain/memory/fold-copies.ts';
import { DAY, type Duration, HOUR, type Instant, iso, spell } from '../../domain/time.ts';
import { type Check, clusterCheck, type CheckInput, type ReadSubject } from '../../domain/check/check-definition.ts';
import { intervalOf, unpausedSince } from '../../domain/check/freshness.ts';
import { ownerlessFailures } from '../../domain/check/ownerless-failures.ts';
import { step } from '../../domain/check/runbook.ts';

const check = 'snapshot-copy';
const ACTION =
  'Atlas gives no reason: look at Atlas, cluster, Backup, Snapshots (column Copy Regions) and at the copy settings of the backup policy; if both look right, ask MongoDB.';

/** A copy that failed is made good by a success within so long; one that is missing may be so much older than its kind's interval (docs/contract.md, clause 10). */
const MADE_GOOD_WITHIN = 6 * HOUR;
const COPIED_WITHIN = DAY;

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
  { unless: ({ facts }) => (facts.kind === 'flex' ? 'flex has no copies in other regions' : null) },
);

/** Copies to other regions: by Atlas's events, and of replica sets by the listing of snapshots too. Failures that name no cluster are reported on the project. */
export const snapshotCopy: Check = {
  ...clusters,
  evaluate: (input) => [
    ...clusters.evaluate(input),
    ...ownerlessFailures({ check, failures: 'copyFailures', what: 'a copy of a snapshot', after: MADE_GOOD_WITHIN, action: ACTION }, input),
  ],
};

/** One thing that is wrong: its stable name, the sentence about it, and when it began. */
type Lack = { readonly name: string; readonly sentence: string; readonly since: Instant };

function findingFor(subject: ReadSubject, { now }: CheckInput): Finding {
  const { facts, resource } = subject;
  const schedule = facts.schedule.known ? facts.schedule.value : null;
  // A failure from before the copies were switched off is no news any more.
  if (facts.schedule.known && schedule?.copies === undefined)
    return ok({ check, resource, summary: 'no copies to other regions are set up' });
  const missing = schedule?.copies && facts.kind === 'replicaSet' ? missingCopies(subject, schedule, now) : { lacks: [], doubt: null };
  const lacks = [...failedCopies(subject, now), ...missing.lacks];
  if (lacks.length > 0) {
    const summary = lacks.map(({ sentence }) => sentence).join('; ');
    const startedAt = Math.min(...lacks.map(({ since }) => since));
    return failing({ check, resource, severity: 'warning', summary, action: ACTION, startedAt, counted: lacks.map(({ name }) => name) });
  }
  const doubt = whyUnknown(subject, schedule) ?? missing.doubt;
  if (doubt !== null) return notKnown({ check, resource, summary: doubt });
  return ok({ check, resource, summary: 'no copy to another region has failed or is missing' });
}

function whyUnknown({ facts, eventsBlind }: ReadSubject, schedule: Schedule | null): string | null {
  if (!facts.schedule.known) return facts.schedule.reason;
  return eventsBlind ?? (schedule?.copies === null ? 'Atlas sent no usable `copySettings`' : null);
}

function failedCopies({ memory }: ReadSubject, now: Instant): readonly Lack[] {
  const failedAt = memory.copyFailures?.[0];
  if (failedAt === undefined || unpausedSince(memory, failedAt, now) <= MADE_GOOD_WITHIN) return [];
  return [
    { name: 'failed', since: failedAt, sentence: `a copy to another region failed at ${iso(failedAt)}, and none has succeeded since` },
  ];
}

type Missing = { readonly lacks: readonly Lack[]; readonly doubt: string | null };

function missingCopies(subject: ReadSubject, schedule: Schedule, now: Instant): Missing {
  const { snapshots } = subject.facts;
  const wanted = (schedule.copies ?? []).flatMap(({ region, kinds }) => kinds.map((kind) => ({ region, kind })));
  if (wanted.length === 0) return { lacks: [], doubt: null };
  if (!snapshots.known) return { lacks: [], doubt: snapshots.reason };
  const sinceOf = ({ region, kind }: (typeof wanted)[number]): Instant =>
    subject.memory.copiesSince?.[copyKey(region, kind.frequency)] ?? now;
  const lacks = wanted.flatMap(({ region, kind }) => {
    const since = sinceOf({ region, kind });
    return missingCopy(subject, snapshots.value, { region, kind, since, interval: longestInterval(schedule, kind), now }) ?? [];
  });
  const first = Math.min(...wanted.map((one) => sinceOf(one)));
  const unsaid = snapshots.value.some(
    (snapshot) =>
      isPoint(snapshot) && snapshot.createdAt > first && ((snapshot.frequency ?? null) === null || snapshot.copyRegions === null),
  );
  return { lacks, doubt: unsaid ? 'a snapshot came without its kind or the regions of its copies' : null };
}

type Wanted = Pick<CopySetting, 'region'> & {
  readonly kind: CopiedKind;
  readonly since: Instant;
  readonly interval: Duration;
  readonly now: Instant;
};

/** The oldest snapshot of the kind after the newest that has reached the region, if it is too old to be on its way still. */
function missingCopy({ memory }: ReadSubject, snapshots: readonly Snapshot[], wanted: Wanted): Lack | null {
  const { region, kind, since, interval, now } = wanted;
  const isTaken = (snapshot: Snapshot): snapshot is Point => isPoint(snapshot) && snapshot.frequency === kind.frequency;
  let [copied, oldest] = [since, Infinity];
  for (const one of snapshots) if (isTaken(one) && one.copyRegions?.includes(region)) copied = Math.max(copied, one.createdAt);
  for (const one of snapshots) {
    // A copy that is kept for less time than its original is gone before it.
    const shouldBeThere = kind.kept === null || (isTaken(one) && now - one.createdAt < kind.kept);
    if (isTaken(one) && one.createdAt > copied && one.copyRegions !== null && shouldBeThere) oldest = Math.min(oldest, one.createdAt);
  }
  const limit = interval + COPIED_WITHIN;
  if (oldest === Infinity || unpausedSince(memory, oldest, now) <= limit) return null;
  const sentence = `the ${kind.frequency} snapshot of ${iso(oldest)} has no copy in ${region} after ${spell(now - oldest)} (limit ${spell(limit)})`;
  return { name: copyKey(region, kind.frequency), since: oldest + limit, sentence };
}

type Point = Snapshot & { readonly createdAt: Instant };

function isPoint(snapshot: Snapshot): snapshot is Point {
  return snapshot.status === 'completed' && snapshot.type !== 'fallback' && snapshot.createdAt !== null;
}

/** On-demand snapshots have no interval: each is due at once. Of a kind that the schedule no longer takes, what is left is still to be copied. */
function longestInterval({ items }: Schedule, { frequency }: CopiedKind): Duration {
  const lengths = items.flatMap((item) => (item.frequency === frequency ? (intervalOf(item) ?? []) : []));
  return Math.max(0, ...lengths);
}
