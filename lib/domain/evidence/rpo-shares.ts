import type { Verdict } from '../findings/finding.ts';
import type { Duration, Instant } from '../time.ts';
import { type LoggedCluster, type LoggedVerdicts, withVerdicts } from './verdict-log.ts';

/** A check of the log, in the order of the log. */
export type CheckedAt = { readonly startedAt: Instant; readonly verdicts: LoggedVerdicts };

/** An interval in which nobody watched. */
export type Unwatched = { readonly from: Instant; readonly to: Instant; readonly clockSetBack: boolean };

/** One cluster in one month: how long it was seen within its RPO, beyond it, and how long nobody can say. Milliseconds. */
export type RpoShare = {
  readonly clusterId: string;
  readonly cluster: string;
  readonly project: string;
  /** YYYY-MM in UTC. */
  readonly month: string;
  readonly within: Duration;
  readonly beyond: Duration;
  /** It could not be read. */
  readonly unknown: Duration;
  readonly unwatched: Duration;
  /** `within` ÷ all of them: what is not known never counts as kept. To four decimals; null where nothing was promised all month. */
  readonly share: number | null;
};

type Kind = 'within' | 'beyond' | 'unknown' | 'unwatched';
type Sums = { readonly cluster: LoggedCluster; readonly month: string } & Record<Kind, Duration>;

const KIND: Readonly<Record<Verdict, Kind | null>> = { ok: 'within', failing: 'beyond', unknown: 'unknown', exempt: null };

/**
 * Pure: the share of time within RPO by cluster and month (UTC), from the verdicts of check `rpo` alone. A verdict holds from its check to the next one,
 * or until nobody watched any longer. What came before the first check, and comes after the last, is not counted.
 */
export function rpoShares(
  checks: readonly CheckedAt[],
  unwatched: readonly Unwatched[],
  { from, to }: { readonly from: Instant; readonly to: Instant },
): readonly RpoShare[] {
  const sums: SumsByMonth = new Map();
  const gaps = unwatched.filter((gap) => !gap.clockSetBack);
  let known: ReadonlyMap<string, LoggedCluster> = new Map();
  for (const [index, { startedAt, verdicts }] of checks.entries()) {
    known = withVerdicts(known, verdicts);
    const next = checks[index + 1]?.startedAt ?? startedAt;
    for (const span of spansOf(Math.max(startedAt, from), Math.min(next, to), gaps)) count(sums, known, span);
  }
  return [...sums.values()].flatMap((ofMonth) => [...ofMonth.values()].map(shareOf)).toSorted(byPlace);
}

/** By month, then by cluster: a year of hourly checks of 250 clusters counts two million times. */
type SumsByMonth = Map<string, Map<string, Sums>>;

type Span = { readonly from: Instant; readonly to: Instant; readonly watched: boolean };

/** Cut where a month ends and where nobody watched. A clock that was set back makes no span. */
function spansOf(from: Instant, to: Instant, gaps: readonly Unwatched[]): readonly Span[] {
  const inside = (at: Instant): boolean => at > from && at < to;
  const cuts = [...gaps.flatMap((gap) => [gap.from, gap.to]), ...monthsBetween(from, to)].filter(inside).toSorted((a, b) => a - b);
  const bounds = [from, ...cuts, to];
  return bounds.slice(1).flatMap((end, index) => {
    const begin = bounds[index] ?? end;
    if (end <= begin) return [];
    return [{ from: begin, to: end, watched: !gaps.some((gap) => gap.from <= begin && end <= gap.to) }];
  });
}

function monthsBetween(from: Instant, to: Instant): readonly Instant[] {
  const starts: Instant[] = [];
  const date = new Date(from);
  for (let month = date.getUTCMonth() + 1; ; month += 1) {
    const start = Date.UTC(date.getUTCFullYear(), month);
    if (!(start < to)) return starts;
    starts.push(start);
  }
}

function count(sums: SumsByMonth, known: ReadonlyMap<string, LoggedCluster>, { from, to, watched }: Span): void {
  const month = new Date(from).toISOString().slice(0, 7);
  const ofMonth = sums.get(month) ?? new Map<string, Sums>();
  sums.set(month, ofMonth);
  for (const cluster of known.values()) {
    const kind = KIND[cluster.verdicts['rpo'] ?? 'exempt'];
    if (kind === null) continue;
    let sum = ofMonth.get(cluster.id);
    if (sum === undefined) {
      sum = { cluster, month, within: 0, beyond: 0, unknown: 0, unwatched: 0 };
      ofMonth.set(cluster.id, sum);
    }
    sum[watched ? kind : 'unwatched'] += to - from;
  }
}

function shareOf({ cluster, month, within, beyond, unknown, unwatched }: Sums): RpoShare {
  const all = within + beyond + unknown + unwatched;
  const share = all === 0 ? null : Math.floor((within / all) * 10_000) / 10_000;
  return { clusterId: cluster.id, cluster: cluster.name, project: cluster.project, month, within, beyond, unknown, unwatched, share };
}

function byPlace(one: RpoShare, other: RpoShare): number {
  return (
    compare(one.project, other.project) ||
    compare(one.cluster, other.cluster) ||
    compare(one.clusterId, other.clusterId) ||
    compare(one.month, other.month)
  );
}

/** By code units, so that every machine sorts alike. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
