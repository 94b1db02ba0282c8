import type { AuditDraft, AuditEntry, TrailTip } from '../../domain/audit/audit-entry.ts';
import { ROUTINE } from '../../domain/audit/audit-entry.ts';
import { ALWAYS, type Instant, isWithin, iso, type Period } from '../../domain/time.ts';
import { entryWith } from '../audit-chain.ts';
import { pack, unpack } from '../pack.ts';
import { StoreError, type TrailRequest } from '../store.ts';

/** A day's entries of the log as one text, with what a reader has to know before unpacking it. */
export type TrailPack = {
  readonly first: number;
  readonly last: number;
  /** How many of them are acts that a page of what people did shows (`ROUTINE`). */
  readonly acts: number;
  /** YYYY-MM-DD in UTC, by which its time is over. */
  readonly day: string;
  /** The hash of the last of them. */
  readonly hash: string;
  readonly text: string;
};

/** Entries of one pack at the most, so that reading a few of them stays small however much happened in a day. */
const ENTRIES_MOST = 1_000;
/** The best that zlib does: a pack is written once and kept for years. */
const LEVEL = 9;

/** How many entries are read at once to be packed. */
export const PACKED_AT_ONCE = 2_000;

/**
 * Pure: the entries that may be packed, oldest first, a pack a day. Those of the day that is not over on `now` stay as they are. A clock that was wrong for
 * a while cuts a day in pieces and keeps nothing from being packed: only the newest piece waits for its day to end.
 */
export function packsOf(entries: readonly AuditEntry[], now: Instant): readonly TrailPack[] {
  const today = dayOf(iso(now));
  const pieces: AuditEntry[][] = [];
  for (const entry of entries) {
    const piece = pieces.at(-1);
    const isSameDay = piece?.[0] !== undefined && dayOf(piece[0].at) === dayOf(entry.at);
    if (piece === undefined || !isSameDay || piece.length >= ENTRIES_MOST) pieces.push([entry]);
    else piece.push(entry);
  }
  const isOver = (piece: readonly AuditEntry[]): boolean => piece[0] !== undefined && dayOf(piece[0].at) < today;
  const last = pieces.at(-1);
  const over = last === undefined || isOver(last) ? pieces : pieces.slice(0, -1);
  return over.map((piece) => packOf(piece, today));
}

function packOf(entries: readonly AuditEntry[], today: string): TrailPack {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) throw new StoreError('pack the log: a day without entries');
  const acts = entries.filter(({ what }) => !ROUTINE.includes(what)).length;
  const day = dayOf(last.at) < today ? dayOf(last.at) : today;
  return { first: first.number, last: last.number, acts, day, hash: last.hash, text: pack(entries, LEVEL) };
}

/** The entries of a pack, oldest first. Throws `StoreError` where it is damaged. */
export function entriesIn(text: string): readonly AuditEntry[] {
  const entries = unpack(text);
  if (!Array.isArray(entries)) throw new StoreError('read the log: a packed day is damaged');
  return entries.map((entry: unknown) => entryWith(entry));
}

/** The entry of the log that says how much of it was deleted at the end of its time; a verification goes on from there. */
export function forgottenAct(tip: TrailTip, now: Instant): AuditDraft {
  const details = { through: String(tip.number), sha256: tip.hash };
  return { at: now, what: 'forgotten', by: 'cron', from: null, about: 'log', details };
}

/** Of the entries, newest first, those that the request asks for. */
export function asked(entries: readonly AuditEntry[], { limit, before, actsOnly, within = ALWAYS }: TrailRequest): readonly AuditEntry[] {
  return entries
    .filter(({ number, what }) => (before === null || number < before) && !(actsOnly && ROUTINE.includes(what)))
    .filter(({ at }) => isWithin(Date.parse(at), within))
    .slice(0, limit);
}

/** The period as entries and packed days write moments, so that texts are compared; '' for an end that it lacks. */
export function asTexts({ from, to }: Period): { readonly from: string; readonly to: string } {
  const [begins, ends] = [from, to].map((at) => (at === null ? '' : new Date(at).toISOString()));
  return { from: begins ?? '', to: ends ?? '' };
}

/** YYYY-MM-DD of an ISO moment. */
export function dayOf(moment: string): string {
  return moment.slice(0, 10);
}
