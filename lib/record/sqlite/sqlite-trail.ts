import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { type AuditDraft, type AuditEntry, ROUTINE, type TrailTip } from '../../domain/audit/audit-entry.ts';
import { ALWAYS, type Instant, iso } from '../../domain/time.ts';
import { chained, entryOf, entryText, TRAIL_START, tipAfter } from '../audit-chain.ts';
import { ONCE_TTL_SECONDS, type TrailRequest } from '../store.ts';
import { asked, asTexts, dayOf, entriesIn, forgottenAct, PACKED_AT_ONCE, packsOf } from '../trail/trail-packs.ts';
import { statement } from './statements.ts';

/**
 * The audit trail: entries, and the packed days of earlier ones. No statement of this program changes an entry; one is deleted only where a packed day has
 * it, and a packed day only where an entry says that everything up to there was forgotten.
 */
export const TRAIL_TABLES = `
CREATE TABLE IF NOT EXISTS trail (number INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS trail_packs (last INTEGER PRIMARY KEY, first INTEGER NOT NULL, acts INTEGER NOT NULL, day TEXT NOT NULL, hash TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS trail_forgotten (id INTEGER PRIMARY KEY CHECK (id = 1), through INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS trail_once (name TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT;
CREATE TRIGGER IF NOT EXISTS trail_is_final BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
DROP TRIGGER IF EXISTS trail_is_kept;
CREATE TRIGGER IF NOT EXISTS trail_stays BEFORE DELETE ON trail WHEN NOT EXISTS (SELECT 1 FROM trail_packs WHERE OLD.number BETWEEN first AND last)
BEGIN SELECT RAISE(ABORT, 'the audit trail is never deleted'); END;
CREATE TRIGGER IF NOT EXISTS trail_packs_are_final BEFORE UPDATE ON trail_packs BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
CREATE TRIGGER IF NOT EXISTS trail_packs_stay BEFORE DELETE ON trail_packs WHEN OLD.last > coalesce((SELECT through FROM trail_forgotten), 0)
BEGIN SELECT RAISE(ABORT, 'the audit trail is never deleted'); END;`;

const ROW = z.object({ entry: z.string() });
const PACK = z.object({ text: z.string() });
const TIP = z.object({ number: z.number(), hash: z.string() });

/** Inside a transaction of the caller, so that nobody else can append between reading the last entry and writing the next. */
export function addToTrail(database: DatabaseSync, acts: readonly AuditDraft[]): readonly AuditEntry[] {
  if (acts.length === 0) return [];
  const entries = chained(tipIn(database), acts);
  const add = statement(database, 'INSERT INTO trail (number, entry) VALUES (?, ?)');
  for (const entry of entries) add.run(entry.number, entryText(entry));
  return entries;
}

/** The last entry, packed or not. */
export function tipIn(database: DatabaseSync): TrailTip {
  const last = statement(database, 'SELECT entry FROM trail ORDER BY number DESC LIMIT 1').get();
  if (last !== undefined) return tipAfter(TRAIL_START, [entryOf(ROW.parse(last).entry)]);
  const packed = statement(database, 'SELECT last AS number, hash FROM trail_packs ORDER BY last DESC LIMIT 1').get();
  return packed === undefined ? TRAIL_START : TIP.parse({ ...packed });
}

/** As `addToTrail`, unless something of this name was added within `ONCE_TTL_SECONDS`. */
export function addToTrailOnce(database: DatabaseSync, acts: readonly AuditDraft[], name: string, now: Instant): readonly AuditEntry[] {
  statement(database, 'DELETE FROM trail_once WHERE until <= ?').run(Math.round(now));
  const until = Math.round(now) + ONCE_TTL_SECONDS * 1_000;
  const { changes } = statement(database, 'INSERT OR IGNORE INTO trail_once (name, until) VALUES (?, ?)').run(name, until);
  return changes === 0 ? [] : addToTrail(database, acts);
}

export function readTrail(database: DatabaseSync, request: TrailRequest): readonly AuditEntry[] {
  const { limit, before, actsOnly, within = ALWAYS } = request;
  const { from, to } = asTexts(within);
  const isInPeriod = "(:from = '' OR json_extract(entry, '$.at') >= :from) AND (:to = '' OR json_extract(entry, '$.at') <= :to)";
  // The last member of an entry in canonical JSON is `what`.
  const routine = actsOnly ? ROUTINE.map((what) => `AND entry NOT LIKE '%"what":"${what}"}'`).join(' ') : '';
  const rows = statement(
    database,
    `SELECT entry FROM trail WHERE (:before IS NULL OR number < :before) AND ${isInPeriod} ${routine} ORDER BY number DESC LIMIT :most`,
  ).all({ before, from, to, most: Math.max(0, limit) });
  const found = rows.map((row) => entryOf(ROW.parse(row).entry));
  if (found.length >= limit) return found;
  const days = `day >= :first AND (:last = '' OR day <= :last)`;
  const wanted = `(:before IS NULL OR first < :before) AND ${days} ${actsOnly ? 'AND acts > 0' : ''}`;
  const packs = database
    .prepare(`SELECT text FROM trail_packs WHERE ${wanted} ORDER BY last DESC`)
    .iterate({ before, first: dayOf(from), last: dayOf(to) });
  for (const row of packs) {
    found.push(...asked(entriesIn(PACK.parse(row).text).toReversed(), request));
    if (found.length >= limit) break;
  }
  return found.slice(0, Math.max(0, limit));
}

/** Packs the days that are over and forgets those whose time is, inside a transaction of the caller. */
export function packTrail(database: DatabaseSync, { now, forgetBefore }: { readonly now: Instant; readonly forgetBefore: Instant }): void {
  const rows = statement(database, 'SELECT entry FROM trail ORDER BY number LIMIT ?').all(PACKED_AT_ONCE);
  const add = statement(database, 'INSERT INTO trail_packs (last, first, acts, day, hash, text) VALUES (?, ?, ?, ?, ?, ?)');
  const take = statement(database, 'DELETE FROM trail WHERE number BETWEEN ? AND ?');
  const entries = rows.map((row) => entryOf(ROW.parse(row).entry));
  for (const { first, last, acts, day, hash, text } of packsOf(entries, now)) {
    add.run(last, first, acts, day, hash, text);
    take.run(first, last);
  }
  forget(database, now, dayOf(iso(Math.max(0, forgetBefore))));
}

/** Packed days from the oldest on, up to the first whose time is not over. */
function forget(database: DatabaseSync, now: Instant, day: string): void {
  const due = database
    .prepare(
      `SELECT last AS number, hash FROM trail_packs
       WHERE last < coalesce((SELECT min(last) FROM trail_packs WHERE day >= ?), 9e15) ORDER BY last DESC LIMIT 1`,
    )
    .get(day);
  if (due === undefined) return;
  const tip = TIP.parse({ ...due });
  addToTrail(database, [forgottenAct(tip, now)]);
  statement(database, 'INSERT OR REPLACE INTO trail_forgotten (id, through) VALUES (1, ?)').run(tip.number);
  statement(database, 'DELETE FROM trail_packs WHERE last <= ?').run(tip.number);
}
