import { type Instant, iso, SECOND, spell, spellMinutes } from '../domain/time.ts';
import { lossInWords, reachInWords } from '../domain/findings/restorable-words.ts';
import { plural } from '../domain/text.ts';
import type { RestorePoint } from '../domain/recovery/restore-test.ts';
import { byPlans, type RestoreTimes, type Span } from '../domain/recovery/restore-times.ts';
import type { LiveValues } from './live.ts';

/**
 * Automated restores of MongoDB's own test clusters (M10), from job id to `finishedAt`, as recorded by the end-to-end tests of
 * github.com/mongodb/mongodb-atlas-cli at 8ddea41a. Their data is not the user's, so real restores take at least as long.
 */
const ATLAS_RECORDED = { restores: 102, least: 186 * SECOND, median: 230 * SECOND, most: 375 * SECOND } as const;

/** One known thing about the cluster: a label and its lines. `bad` rows are highlighted. */
export type LiveRow = { readonly label: string; readonly lines: readonly string[]; readonly bad: boolean };

/** The live values in words: times in UTC, each with how long ago it was. */
export function liveRows(live: LiveValues): readonly LiveRow[] {
  const about = [...incidentRow(live), ...placeRows(live)];
  if (live.cluster === null) return about;
  return [
    ...about,
    ...reachRows(live),
    ...windowRows(live),
    ...proofRows(live),
    row('Expected duration', durationLines(live.expected)),
    momentRow(live),
  ];
}

/** "2026-11-22T13:42:00Z (3 h 4 min ago)". */
export function when(at: Instant, now: Instant): string {
  return `${iso(at)} (${distance(at, now)})`;
}

function distance(at: Instant, now: Instant): string {
  return at <= now ? `${spellMinutes(now - at)} ago` : `in ${spellMinutes(at - now)}`;
}

function row(label: string, lines: readonly string[]): LiveRow {
  return { label, lines, bad: false };
}

function warning(label: string, ...lines: readonly string[]): LiveRow {
  return { label, lines, bad: true };
}

function incidentRow({ incident, now }: LiveValues): readonly LiveRow[] {
  if (incident === null) return [];
  const ended = incident.resolvedAt === null ? '' : ` It ended ${when(incident.resolvedAt, now)}: ${incident.resolution ?? 'recovered'}.`;
  const since = `Since ${when(incident.startedAt ?? incident.openedAt, now)}.${ended}`;
  return [row('Incident', [`${incident.check}, ${incident.priority}: ${incident.summary}`, since])];
}

function placeRows({ cluster, project, checkedAt, stale, listed, unknown, now }: LiveValues): readonly LiveRow[] {
  const name = cluster ? `${cluster.name} (project ${project?.name ?? 'not known'})` : 'no single one';
  const where = cluster
    ? [name, `cluster id ${cluster.id}, project id ${project?.id ?? 'not known'}`]
    : [name, `project ${project?.name ?? 'all'}`];
  const read = checkedAt === null ? 'No check has run yet.' : `Read by the check that ended ${when(checkedAt, now)}.`;
  return [
    row('Cluster', where),
    stale ? warning('As of', read, 'Stale: nothing below is to be taken for the present. Ask Atlas.') : row('As of', [read]),
    ...(unknown ? [warning('Unknown', 'Part of it could not be read by that check: it is as it was last seen.')] : []),
    ...(cluster && !listed
      ? [warning('Not listed', 'The last check did not find this cluster: its window and recovery points are not known here.')]
      : []),
  ];
}

function windowRows({ window, restorable, now, openSince }: LiveValues): readonly LiveRow[] {
  if (restorable === null) return [];
  if (window === null && restorable.mayReachFurther) return [warning('Restorable window', 'It could not be read.')];
  if (window === null)
    return restorable.until === null ? [] : [warning('Restorable window', 'None known: no moment can be restored to, only snapshots.')];
  const { from, to, breaks } = window;
  const holes = breaks.map((hole) => `${iso(hole.from)} – ${iso(hole.to)} (${spell(hole.to - hole.from)}): ${hole.cause}`);
  const open = openSince === null ? [] : [`after ${when(openSince, now)}: continuous backup reaches no further`];
  const unreachable = [...holes, ...open];
  return [
    row('Restorable window', [`from ${when(from, now)}`, `to ${when(to, now)}`]),
    ...(unreachable.length === 0
      ? [row('Not restorable', ['No break is known inside the window.'])]
      : [warning('Not restorable', ...unreachable)]),
  ];
}

/** In the words of the page and the alerts. */
function reachRows({ restorable, now }: LiveValues): readonly LiveRow[] {
  if (restorable === null) return [];
  const { until } = restorable;
  const reach = reachInWords(restorable, now);
  if (until === null) return [warning('What can be restored', reach)];
  const loss = lossInWords(restorable, now);
  const expiry = until.baseExpiresAt === null ? '' : `, which expires ${when(until.baseExpiresAt, now)}`;
  return [
    row('What can be restored', [
      `${reach} (${distance(until.at, now)})`,
      ...(loss === null ? [] : [`the last ${loss} of writes would be lost`]),
      `from the snapshot of ${when(until.base, now)}${expiry}`,
    ]),
  ];
}

function proofRows({ proven, lastFailure, now }: LiveValues): readonly LiveRow[] {
  return [provenRow(proven, now), ...failureRow(lastFailure, now)];
}

function provenRow(proven: LiveValues['proven'], now: Instant): LiveRow {
  if (proven === null) return warning('Newest proven point', 'None is known: no remembered restore test of this cluster has passed.');
  const { point, plan, testedAt, expired } = proven;
  const what = pointWords(point, now);
  const tested = `restored and validated by ${plan} ${when(testedAt, now)}`;
  if (expired) return warning('Newest proven point', what, tested, 'It has expired: Atlas does not have it any more.');
  return row('Newest proven point', [what, tested, ...(point.expiresAt === null ? [] : [`expires ${when(point.expiresAt, now)}`])]);
}

function pointWords(point: RestorePoint, now: Instant): string {
  return point.kind === 'snapshot' ? `snapshot ${point.snapshotId} of ${when(point.at, now)}` : `the moment ${when(point.at, now)}`;
}

function failureRow(failure: LiveValues['lastFailure'], now: Instant): readonly LiveRow[] {
  if (failure === null) return [];
  const { plan, verdict, endedAt, why, point } = failure;
  const of = point === null ? [] : [`of ${pointWords(point, now)}`];
  return [warning('Last restore test', `${verdict}, by ${plan}, ended ${when(endedAt, now)}`, ...of, why ?? 'The log has its evidence.')];
}

function durationLines({ restore, validate }: RestoreTimes): readonly string[] {
  if (restore === null) {
    const { restores, least, median, most } = ATLAS_RECORDED;
    const recorded = `MongoDB’s own test clusters (M10, ${restores} recorded restores): ${spell(least)} to ${spell(most)}, median ${spell(median)}. More data takes longer.`;
    return ['Never measured here.', recorded];
  }
  return [`restore: ${spanWords(restore)}`, validate === null ? 'validation: never measured here' : `validation: ${spanWords(validate)}`];
}

function spanWords({ median, worst, count, plans }: Span): string {
  return `median ${spell(median)}, worst ${spell(worst)} (${plural(count, 'restore')}${byPlans(plans)})`;
}

function momentRow({ moment, before, window, now }: LiveValues): LiveRow {
  const why = before === null ? 'the newest that PITR can reach' : `the last before ${when(before, now)}, when the trouble may have begun`;
  if (moment !== null)
    return row('Moment to go back to', [`${when(moment, now)}: ${why}`, 'Check it against what you know: it may have begun earlier.']);
  const none = before === null || window === null ? 'None is known.' : `No moment before ${when(before, now)} can be restored.`;
  return warning('Moment to go back to', none, 'Take a snapshot instead: see the runbook “Snapshot restore”.');
}
