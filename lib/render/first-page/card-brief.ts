import { lossInWords } from '../../domain/findings/restorable-words.ts';
import type { RestorableMoments } from '../../domain/findings/recorded-view.ts';
import { byPlans } from '../../domain/recovery/restore-times.ts';
import { type Duration, type Instant, spellMinutes } from '../../domain/time.ts';

/** A line of a card below its title: a label of a word or two, and words in which moments are ISO. */
export type BriefLine = { readonly label: string; readonly text: string };

/** What is known of an incident's cluster. `restoreTimes`: of the tests that measured one, oldest first; `restorePlans`: the plans of these tests. */
export type ClusterNow = {
  readonly name: string;
  readonly restorable: RestorableMoments;
  readonly restoreTimes: readonly Duration[];
  readonly restorePlans: readonly string[];
};

/** `checkedAt`: when the last check began. */
type Times = { readonly now: Instant; readonly checkedAt: Instant };

/** How many restore times are listed. */
const LISTED = 3;

/** Pure: what would be lost if the cluster were lost now, and how long a restore of it takes. */
export function briefOfOne({ restorable, restoreTimes, restorePlans }: ClusterNow, times: Times): readonly BriefLine[] {
  const loss = lossNow(restorable, times);
  return [
    ...(loss === null ? [] : [{ label: 'Loss now', text: `the last ${loss} of writes` }]),
    { label: 'Restore time', text: restoreTimeOf(restoreTimes, restorePlans) },
  ];
}

/** Null also if the last check could not read it: nobody knows what would be lost now. */
function lossNow(restorable: RestorableMoments, { now, checkedAt }: Times): string | null {
  return restorable.readAt < checkedAt ? null : lossInWords(restorable, now);
}

function restoreTimeOf(times: readonly Duration[], plans: readonly string[]): string {
  if (times.length === 0) return 'never measured';
  const newest = times.slice(-LISTED).toReversed();
  const words = newest.map((time) => spellMinutes(time)).join(', ');
  return times.length === 1 ? `${words} (1 test${byPlans(plans)})` : `${words} (newest first, ${times.length} tests${byPlans(plans)})`;
}

/** The same of many clusters: the worst of each. */
export function briefOfMany(clusters: readonly ClusterNow[], times: Times): readonly BriefLine[] {
  if (clusters.length === 0) return [];
  const loss = worstLoss(clusters, times);
  const measured = clusters.flatMap(({ restoreTimes }) => restoreTimes.at(-1) ?? []);
  const plans = [...new Set(clusters.flatMap(({ restorePlans }) => restorePlans))];
  const slowest = measured.length === 0 ? null : spellMinutes(Math.max(...measured));
  return [
    ...(loss === null ? [] : [{ label: 'Loss now', text: loss }]),
    {
      label: 'Restore time',
      text:
        slowest === null ? 'never measured' : `at most ${slowest} (measured for ${measured.length} of ${clusters.length}${byPlans(plans)})`,
    },
  ];
}

/** "up to 6 h of writes (orders); 2 not read"; null if no loss is known. */
function worstLoss(clusters: readonly ClusterNow[], times: Times): string | null {
  const losing = clusters.flatMap(({ name, restorable }) => {
    const words = lossNow(restorable, times);
    return words === null || restorable.until === null ? [] : [{ name, words, lost: restorable.readAt - restorable.until.at }];
  });
  const [worst] = losing.toSorted((a, b) => b.lost - a.lost);
  if (worst === undefined) return null;
  const unread = clusters.filter(({ restorable }) => restorable.readAt < times.checkedAt).length;
  return `up to ${worst.words} of writes (${worst.name})${unread === 0 ? '' : `; ${unread} not read`}`;
}
