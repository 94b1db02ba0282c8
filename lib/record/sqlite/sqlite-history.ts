import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { PastIncident } from '../../domain/incidents/past-incident.ts';
import { entriesOf, forgetBefore, pastPage, placesBelow } from '../incident-history.ts';
import { HISTORY_FORGET_MOST, HISTORY_MOST, type PastRequest, type SwapRequest } from '../store.ts';
import { statement } from './statements.ts';

/** `history` is of earlier versions: it is read, and empties as its incidents grow old. */
export const HISTORY_TABLES = `
CREATE TABLE IF NOT EXISTS history (id INTEGER PRIMARY KEY AUTOINCREMENT, ended_at INTEGER NOT NULL, incident TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS past_incidents (place TEXT PRIMARY KEY, ended_at INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS past_incidents_by_end ON past_incidents (ended_at);`;

const TEXT = z.object({ text: z.string() });

/** Adds incidents that ended, and deletes those that ended too long ago or are too many. */
export function addHistory(database: DatabaseSync, { history, now }: SwapRequest): void {
  const add = statement(database, 'INSERT OR REPLACE INTO past_incidents (place, ended_at, text) VALUES (?, ?, ?)');
  for (const { place, at, text } of entriesOf(history)) add.run(place, at, text);
  const forgotten = forgetBefore(now);
  const old = 'SELECT place FROM past_incidents WHERE ended_at < ? ORDER BY ended_at LIMIT ?';
  statement(database, `DELETE FROM past_incidents WHERE place IN (${old})`).run(forgotten, HISTORY_FORGET_MOST);
  statement(database, 'DELETE FROM history WHERE ended_at < ?').run(forgotten);
  if (history.length === 0) return;
  const most = 'SELECT place FROM past_incidents ORDER BY ended_at DESC, place DESC LIMIT -1 OFFSET ?';
  statement(database, `DELETE FROM past_incidents WHERE place IN (${most})`).run(HISTORY_MOST);
}

export function readHistory(database: DatabaseSync, request: PastRequest): readonly PastIncident[] {
  const find = statement(database, 'SELECT text FROM past_incidents WHERE ended_at >= ? AND place < ? ORDER BY place DESC LIMIT ?');
  const found = textsOf(find.all(request.from, placesBelow(request), Math.max(0, request.limit)));
  return pastPage(found, textsOf(statement(database, 'SELECT incident AS text FROM history').all()), request);
}

function textsOf(rows: readonly unknown[]): readonly string[] {
  return rows.map((row) => TEXT.parse(row).text);
}
