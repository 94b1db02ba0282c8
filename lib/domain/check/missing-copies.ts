import type { CopiedKind, CopySetting, Schedule, Snapshot } from '../facts/facts.ts';
import { copyKey } from '../memory/fold/fold-copies.ts';
import { DAY, type Duration, type Instant, iso, spell } from '../time.ts';
import type { ReadSubject } from './check-definition.ts';
import { intervalOf, unpausedSince } from './freshness.ts';

/** A snapshot that lacks its copy may be so much older than the interval of its kind (docs/contract.md, clause 10). */
const COPIED_WITHIN = DAY;

/** One thing that is wrong with copies: its stable name, the sentence about it, and when it began. */
export type CopyLack = { readonly name: string; readonly sentence: string; readonly since: Instant };

type Missing = { readonly lacks: readonly CopyLack[]; readonly doubt: string | null };

/**
 * Pure: the snapshots of a replica set that lack their copy by the listing, one sentence for each region and kind, and why there may be more of them; null
 * if there is no doubt.
 */
export function missingCopies(subject: ReadSubject, schedule: Schedule, now: Instant): Missing {
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
function missingCopy({ memory }: ReadSubject, snapshots: readonly Snapshot[], wanted: Wanted): CopyLack | null {
  const { region, kind, since, interval, now } = wanted;
  const isTaken = (snapshot: Snapshot): snapshot is Point => isPoint(snapshot) && snapshot.frequency === kind.frequency;
  let [copied, oldest] = [since, Infinity];
  for (const one of snapshots) if (isTaken(one) && one.copyRegions?.includes(region)) copied = Math.max(copied, one.createdAt);
  for (const one of snapshots) {
    if (one.createdAt === null || one.createdAt <= copied) continue;
    // A copy that is kept for less time than its original is gone before it.
    const shouldBeThere = kind.kept === null || (isTaken(one) && now - one.createdAt < kind.kept);
    if (isTaken(one) && one.copyRegions !== null && shouldBeThere) oldest = Math.min(oldest, one.createdAt);
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
