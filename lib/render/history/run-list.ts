import type { AuditEntry } from '../../domain/audit/audit-entry.ts';
import type { Head } from '../../domain/incidents/head.ts';
import { jsonValue } from '../../domain/json-text.ts';
import { type Duration, type Instant, iso, spell } from '../../domain/time.ts';
import { type ServiceLevels, serviceLevels } from '../service-levels.ts';

/** A check as the log has it. Null: an earlier version did not record it. `trigger`: '' for a caller without a name. */
export type RunEntry = {
  readonly kind: 'run';
  readonly number: number;
  readonly runId: string;
  readonly startedAt: string;
  readonly took: string;
  readonly complete: boolean;
  readonly trigger: string | null;
  readonly clusters: number | null;
  readonly unknown: number | null;
  /** The first names of what was unknown. */
  readonly unknownOf: string | null;
  /** Clusters that the entry lists, since their verdicts are others than before; `listsAll`: it lists every cluster. */
  readonly changed: number | null;
  readonly listsAll: boolean;
};

/** An interval in which nobody watched. `length`: null where the clock was set back. */
export type GapEntry = {
  readonly kind: 'gap';
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly length: string | null;
};

export type RunList = {
  readonly now: string;
  readonly entries: readonly (RunEntry | GapEntry)[];
  /** The number of the log's entry below which the following page begins; null on the last one. */
  readonly next: number | null;
  /** Since when no check was complete, if that is longer than two intervals; `length`: null if there never was one. */
  readonly gapNow: { readonly since: string | null; readonly length: string | null } | null;
  readonly levels: ServiceLevels;
  /** The newest first. */
  readonly days: Head['days'];
};

export type RunListRequest = { readonly now: Instant; readonly interval: Duration };

/** Pure: what the log and the head know of checks. `entries`: of the log, newest first; those that are no check and no gap are left out. */
export function runList(
  head: Head | null,
  { entries, next }: { readonly entries: readonly AuditEntry[]; readonly next: number | null },
  { now, interval }: RunListRequest,
): RunList {
  return {
    now: iso(now),
    entries: entries.flatMap((entry) => entryOf(entry) ?? []),
    next,
    gapNow: gapNow(head, now, interval),
    levels: serviceLevels(head, now, interval),
    days: (head?.days ?? []).toReversed(),
  };
}

/** Whether the entry is shown; `onlyTrouble`: only checks that were cut off, and gaps. */
export function isOfRuns({ what, details }: AuditEntry, show: 'all' | 'trouble'): boolean {
  return what === 'gap' || (what === 'run' && (show === 'all' || details['complete'] !== 'yes'));
}

function gapNow(head: Head | null, now: Instant, interval: Duration): RunList['gapNow'] {
  const last = head?.lastComplete?.finishedAt ?? null;
  if (last === null) return { since: null, length: null };
  return now - last > 2 * interval ? { since: iso(last), length: spell(now - last) } : null;
}

function entryOf(entry: AuditEntry): RunEntry | GapEntry | null {
  if (entry.what === 'gap') return gapOf(entry);
  return entry.what === 'run' ? runOf(entry) : null;
}

function gapOf({ number, at, details }: AuditEntry): GapEntry {
  const { from = at, to = at, clock } = details;
  return { kind: 'gap', number, from, to, length: clock === undefined ? spell(Date.parse(to) - Date.parse(from)) : null };
}

function runOf({ number, at, about, details, data }: AuditEntry): RunEntry {
  const { startedAt = at, finishedAt = startedAt, complete, trigger, clusters, unknown } = details;
  return {
    kind: 'run',
    number,
    runId: about ?? '',
    startedAt,
    took: spell(Date.parse(finishedAt) - Date.parse(startedAt)),
    complete: complete === 'yes',
    trigger: trigger ?? (clusters === undefined ? null : ''),
    clusters: countOf(clusters),
    unknown: countOf(unknown),
    unknownOf: details['unknown of'] ?? null,
    ...changesIn(data),
  };
}

function countOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function changesIn(data: string | undefined): Pick<RunEntry, 'changed' | 'listsAll'> {
  const value: unknown = data === undefined ? null : jsonValue(data);
  if (typeof value !== 'object' || value === null || !('clusters' in value) || !Array.isArray(value.clusters))
    return { changed: null, listsAll: false };
  return { changed: value.clusters.length, listsAll: 'whole' in value && value.whole === true };
}
