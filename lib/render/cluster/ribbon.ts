import type { Proof } from '../../domain/recovery/restore-test.ts';
import type { ListedPoint } from '../../domain/memory/history/packed-listing.ts';
import { KINDS } from '../../domain/memory/history/point-fields.ts';
import type { Span } from '../../domain/memory/history/backup-history.ts';
import type { Window } from '../../domain/findings/recorded-view.ts';
import { DAY, type Duration, type Instant, MINUTE } from '../../domain/time.ts';

/** A lane of the ribbon: the PITR window, a kind of recovery points, or those that a restore test has proven. */
export type Lane = 'PITR' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly' | 'on demand' | 'other' | 'proven';

/** `to` is null for a moment. `what`: in words, for the table. */
export type RibbonMark = {
  readonly lane: Lane | 'all';
  readonly kind: 'window' | 'break' | 'point' | 'proven' | 'unwatched';
  readonly from: Instant;
  readonly to: Instant | null;
  readonly what: string;
};

/** What can be restored, on one axis of time. */
export type Ribbon = {
  readonly from: Instant;
  readonly to: Instant;
  /** From top to bottom. */
  readonly lanes: readonly Lane[];
  /** Oldest first. */
  readonly marks: readonly RibbonMark[];
  /** Points that are older than the axis. */
  readonly older: number;
};

/** What a restore test has restored and found whole. */
export type ProvenPoint = {
  readonly at: Instant;
  readonly testedAt: Instant;
  readonly kind: 'snapshot' | 'moment';
  /** Of the restore test; null where its record names none. */
  readonly plan: string | null;
};

export type RibbonInput = {
  readonly window: Window | null;
  readonly points: readonly ListedPoint[];
  readonly proven: readonly ProvenPoint[];
  readonly unwatched: readonly Span[];
  readonly now: Instant;
};

/** A year on the axis would leave a week of PITR seven pixels of a phone. */
const SHORTEST: Duration = 8 * DAY;
const LONGEST: Duration = 36 * DAY;

/** Pure. The axis has the whole PITR window, at least eight days and at most 36. */
export function ribbonOf({ window, points, proven, unwatched, now }: RibbonInput): Ribbon {
  const from = Math.max(now - LONGEST, Math.min(now - SHORTEST, (window?.from ?? now) - DAY / 2));
  const marks = [
    ...windowMarks(window),
    ...points.map((point) => pointMark(point)),
    ...proven.map((one) => provenMark(one)),
    ...unwatched.map((span) => unwatchedMark(span)),
  ];
  const shown = marks.flatMap((mark) => {
    const to = mark.to ?? mark.from;
    return to < from || mark.from > now
      ? []
      : [{ ...mark, from: Math.max(from, mark.from), to: mark.to === null ? null : Math.min(now, mark.to) }];
  });
  const used = new Set(shown.map(({ lane }) => lane));
  return {
    from,
    to: now,
    lanes: LANES.filter((lane) => lane === 'PITR' || used.has(lane)),
    marks: shown.toSorted((a, b) => a.from - b.from),
    older: points.filter(({ createdAt }) => createdAt < from).length,
  };
}

const LANES: readonly Lane[] = ['PITR', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'on demand', 'other', 'proven'];

/** The window in the parts that its breaks leave, and the breaks. */
function windowMarks(window: Window | null): readonly RibbonMark[] {
  if (window === null) return [];
  const marks: RibbonMark[] = [];
  let from = window.from;
  for (const gap of window.breaks.toSorted((a, b) => a.from - b.from)) {
    if (gap.from > from) marks.push({ lane: 'PITR', kind: 'window', from, to: gap.from, what: 'every moment by PITR' });
    marks.push({ lane: 'PITR', kind: 'break', from: gap.from, to: gap.to, what: `no moment: ${gap.cause}` });
    from = Math.max(from, gap.to);
  }
  if (window.to > from) marks.push({ lane: 'PITR', kind: 'window', from, to: window.to, what: 'every moment by PITR' });
  return marks;
}

function pointMark({ kind, createdAt }: ListedPoint): RibbonMark {
  const lane = laneOf(kind);
  return { lane, kind: 'point', from: createdAt, to: null, what: lane === 'other' ? 'snapshot' : `${lane} snapshot` };
}

export function laneOf(kind: ListedPoint['kind']): Lane {
  if (kind === null) return 'other';
  return kind === 'ondemand' ? 'on demand' : kind;
}

function provenMark({ at, kind, testedAt, plan }: ProvenPoint): RibbonMark {
  const what = `${kind === 'snapshot' ? 'snapshot' : 'moment'} that a restore test${plan === null ? '' : ` by ${plan}`} has proven ${new Date(testedAt).toISOString().slice(0, 10)}`;
  return { lane: 'proven', kind: 'proven', from: at, to: null, what };
}

function unwatchedMark({ from, to }: Span): RibbonMark {
  return { lane: 'all', kind: 'unwatched', from, to, what: 'nobody watched: no check could read the snapshots' };
}

/** Pure: the passed restore tests of a cluster, by their points. */
export function provenPoints(proofs: readonly Proof[], clusterId: string): readonly ProvenPoint[] {
  return proofs.flatMap(({ source, plan, verdict, point, endedAt }) =>
    source.clusterId === clusterId && verdict === 'passed' && point !== null
      ? [{ at: point.at, testedAt: endedAt, kind: point.kind, plan }]
      : [],
  );
}

/** Of one kind the number, the oldest, the newest and the next to expire. */
export type KindSummary = {
  readonly kind: Lane;
  readonly count: number;
  readonly oldest: Instant;
  readonly newest: Instant;
  readonly nextExpiry: Instant | null;
};

/** Pure: by kind, those that are taken most often first. */
export function summariesOf(points: readonly ListedPoint[]): readonly KindSummary[] {
  return [...KINDS, null].flatMap((kind) => {
    const own = points.filter((point) => point.kind === kind);
    const [oldest, newest] = [own.at(0), own.at(-1)];
    if (oldest === undefined || newest === undefined) return [];
    const expiries = own.flatMap(({ expiresAt }) => expiresAt ?? []);
    const nextExpiry = expiries.length === 0 ? null : Math.min(...expiries);
    return [{ kind: laneOf(kind), count: own.length, oldest: oldest.createdAt, newest: newest.createdAt, nextExpiry }];
  });
}

/** Pure: is the point one that was proven? Points are kept in whole minutes. */
export function isProven({ createdAt }: Pick<ListedPoint, 'createdAt'>, proven: readonly ProvenPoint[]): boolean {
  return proven.some(({ at, kind }) => kind === 'snapshot' && Math.floor(at / MINUTE) * MINUTE === createdAt);
}
