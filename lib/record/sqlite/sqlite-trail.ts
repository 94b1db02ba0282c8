import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { AuditDraft, AuditEntry } from '../../domain/audit/audit-entry.ts';
import type { Instant } from '../../domain/time.ts';
import { chained, entryOf, entryText, TRAIL_START } from '../audit-chain.ts';
import { ONCE_TTL_SECONDS, type TrailRequest } from '../store.ts';

/** The audit trail. Nothing in it can be changed or deleted by any statement of this program. */
export const TRAIL_TABLES = `
CREATE TABLE IF NOT EXISTS trail (number INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS trail_once (name TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT;
CREATE TRIGGER IF NOT EXISTS trail_is_final BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
CREATE TRIGGER IF NOT EXISTS trail_is_kept BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, 'the audit trail is never deleted'); END;`;

const ROW = z.object({ entry: z.string() });

/** Inside a transaction of the caller, so that nobody else can append between reading the last entry and writing the next. */
export function addToTrail(database: DatabaseSync, acts: readonly AuditDraft[]): readonly AuditEntry[] {
  if (acts.length === 0) return [];
  const [last] = readTrail(database, { limit: 1, before: null });
  const entries = chained(last ?? TRAIL_START, acts);
  const add = database.prepare('INSERT INTO trail (number, entry) VALUES (?, ?)');
  for (const entry of entries) add.run(entry.number, entryText(entry));
  return entries;
}

/** As `addToTrail`, unless something of this name was added within `ONCE_TTL_SECONDS`. */
export function addToTrailOnce(database: DatabaseSync, acts: readonly AuditDraft[], name: string, now: Instant): readonly AuditEntry[] {
  database.prepare('DELETE FROM trail_once WHERE until <= ?').run(Math.round(now));
  const until = Math.round(now) + ONCE_TTL_SECONDS * 1_000;
  const { changes } = database.prepare('INSERT OR IGNORE INTO trail_once (name, until) VALUES (?, ?)').run(name, until);
  return changes === 0 ? [] : addToTrail(database, acts);
}

export function readTrail(database: DatabaseSync, { limit, before }: TrailRequest): readonly AuditEntry[] {
  const rows = database
    .prepare('SELECT entry FROM trail WHERE :before IS NULL OR number < :before ORDER BY number DESC LIMIT :most')
    .all({ before, most: Math.max(0, limit) });
  return rows.map((row) => entryOf(ROW.parse(row).entry));
}
