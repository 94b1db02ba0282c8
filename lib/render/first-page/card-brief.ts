import { lossInWords, reachInWords } from '../../domain/findings/restorable-words.ts';
import type { IndexedRow } from '../../domain/findings/indexed-row.ts';
import type { RestorableMoments } from '../../domain/findings/recorded-view.ts';
import type { Resource } from '../../domain/findings/finding.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import { byPlans } from '../../domain/recovery/restore-times.ts';
import { plural } from '../../domain/text.ts';
import { type Duration, type Instant, iso, spellMinutes } from '../../domain/time.ts';
import { visibility } from '../../evaluate/checks/visibility.ts';
import { clusterPath } from '../cluster-path.ts';
import type { IncidentJson } from '../status-json.ts';

/** A line of a card below its title: a label of a word or two, and words in which moments are ISO. */
export type BriefLine = { readonly label: string; readonly text: string };

/** A cluster that cannot be read, with what was last known of it. */
export type HiddenCluster = {
  readonly name: string;
  readonly project: string;
  readonly path: string;
  readonly reach: string;
  /** The latest moment to which it could be restored when last read. */
  readonly until: Instant | null;
};

/** What is known of an incident's cluster. `restoreTimes`: of the tests that measured one, oldest first; `restorePlans`: the plans of these tests. */
export type ClusterNow = {
  readonly name: string;
  readonly restorable: RestorableMoments;
  readonly restoreTimes: readonly Duration[];
  readonly restorePlans: readonly string[];
};

/** How many restore times are listed. */
const LISTED = 3;

/** Pure: what would be lost if the cluster were lost now, and how long a restore of it takes. */
export function briefOfOne({ restorable, restoreTimes, restorePlans }: ClusterNow, now: Instant): readonly BriefLine[] {
  const loss = lossInWords(restorable, now);
  return [
    ...(loss === null ? [] : [{ label: 'Loss now', text: `the last ${loss} of writes` }]),
    { label: 'Restore time', text: restoreTimeOf(restoreTimes, restorePlans) },
  ];
}

function restoreTimeOf(times: readonly Duration[], plans: readonly string[]): string {
  if (times.length === 0) return 'never measured';
  const newest = times.slice(-LISTED).toReversed();
  const words = newest.map((time) => spellMinutes(time)).join(', ');
  return times.length === 1 ? `${words} (1 test${byPlans(plans)})` : `${words} (newest first, ${times.length} tests${byPlans(plans)})`;
}

/** The same of many clusters: the worst of each. */
export function briefOfMany(clusters: readonly ClusterNow[], now: Instant): readonly BriefLine[] {
  if (clusters.length === 0) return [];
  const losing = clusters.flatMap(({ name, restorable }) => {
    const words = lossInWords(restorable, now);
    return words === null || restorable.until === null ? [] : [{ name, words, lost: restorable.readAt - restorable.until.at }];
  });
  const [worst] = losing.toSorted((a, b) => b.lost - a.lost);
  const measured = clusters.flatMap(({ restoreTimes }) => restoreTimes.at(-1) ?? []);
  const plans = [...new Set(clusters.flatMap(({ restorePlans }) => restorePlans))];
  const slowest = measured.length === 0 ? null : spellMinutes(Math.max(...measured));
  return [
    ...(worst === undefined ? [] : [{ label: 'Loss now', text: `up to ${worst.words} of writes (${worst.name})` }]),
    {
      label: 'Restore time',
      text:
        slowest === null ? 'never measured' : `at most ${slowest} (measured for ${measured.length} of ${clusters.length}${byPlans(plans)})`,
    },
  ];
}

/** Who has an incident, or whom it reaches next and when; null where nobody can have it. */
export function holderOf(json: IncidentJson, stored: Incident | undefined, now: Instant): string | null {
  const { state, acknowledgement, silencedBy } = json;
  if (state === 'resolved') return null;
  if (acknowledgement !== null) {
    const { by, via, at, until } = acknowledgement;
    return `${by} has it (${via}) since ${at}, no reminders until ${until}`;
  }
  return silencedBy ?? handlingOf(json, stored, now);
}

function handlingOf({ state, nextNotified }: IncidentJson, incident: Incident | undefined, now: Instant): string | null {
  if (state !== 'open' || nextNotified === undefined) return null;
  const last = incident?.trail?.at(-1);
  const nobody = last ? `nobody has it now: ${last.by} acknowledged it at ${iso(last.at)}, which no longer holds` : 'nobody has it yet';
  return `${nobody}; ${nextInWords(nextNotified, now)}`;
}

function nextInWords(next: IncidentJson['nextNotified'], now: Instant): string {
  if (!next) return 'nobody further is notified';
  return `next: ${next.whom} ${Date.parse(next.at) > now ? `at ${next.at}` : 'in a few minutes'}`;
}

/** Who has how many of a card's incidents, and whom the others reach next; null where nobody can have any. */
export function holdersOf(incidents: readonly IncidentJson[], now: Instant): string | null {
  const taken = incidents.flatMap(({ acknowledgement }) => acknowledgement ?? []);
  const silenced = incidents.filter(({ acknowledgement, silencedBy }) => acknowledgement === null && silencedBy !== null).length;
  const waiting = incidents.filter(
    ({ state, silencedBy, nextNotified }) => state === 'open' && silencedBy === null && nextNotified !== undefined,
  );
  const next = waiting.flatMap(({ nextNotified }) => nextNotified ?? []).toSorted((a, b) => a.at.localeCompare(b.at))[0];
  const of = waiting.length === incidents.length ? 'any of them' : waiting.length === 1 ? 'the other one' : `the other ${waiting.length}`;
  const parts = [
    ...(taken.length > 0
      ? [`${[...new Set(taken.map(({ by }) => by))].join(', ')} ${taken.length === incidents.length ? 'has all' : `has ${taken.length}`}`]
      : []),
    ...(silenced > 0 ? [`${silenced} silenced`] : []),
    ...(waiting.length > 0 ? [`nobody has ${of} yet; ${nextInWords(next, now)}`] : []),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

/** The clusters that an incident of blindness hides, with what was last known; none for an incident of another check, or of one cluster alone. */
export function hiddenBy({ check, resource, state }: IncidentJson, rows: Iterable<IndexedRow>, now: Instant): readonly HiddenCluster[] {
  if (check !== visibility.id || resource.clusterId !== null || state === 'resolved') return [];
  return [...rows].filter((row) => isHidden(row, resource)).map((row) => hiddenCluster(row, now));
}

function isHidden({ verdict, projectId }: IndexedRow, blind: Resource): boolean {
  return verdict === 'unknown' && (blind.projectId === null || blind.projectId === projectId);
}

function hiddenCluster(row: IndexedRow, now: Instant): HiddenCluster {
  const { name, projectName, projectId, clusterId, restorable, window } = row;
  const reach = reachAsOf({ ...restorable, window }, now);
  return { name, project: projectName, path: clusterPath(projectId, clusterId), reach, until: restorable.until?.at ?? null };
}

/** Always with the time of reading: what is hidden is never shown as of now. */
function reachAsOf(restorable: RestorableMoments, now: Instant): string {
  const words = reachInWords(restorable, Math.min(now, restorable.readAt));
  return restorable.readAt === 0 ? 'never read' : `${words}, as of ${iso(restorable.readAt)}`;
}

/** "30 clusters; when last read restorable, at worst to …". */
export function hidesInWords(hidden: readonly HiddenCluster[]): readonly BriefLine[] {
  if (hidden.length === 0) return [];
  const dated = hidden.flatMap(({ until }) => until ?? []);
  const count = plural(hidden.length, 'cluster');
  const worst = dated.length === 0 ? 'nothing is known of them' : `when last read restorable, at worst to ${iso(Math.min(...dated))}`;
  return [{ label: 'Hides', text: `${count}; ${worst}` }];
}
