import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { LogRecord } from '../../domain/recovery/log-record.ts';
import type { Instant } from '../../domain/time.ts';
import { boundAt, boundsOf, digestOf, listedOf, pageOf, recordOf, type Sealed } from '../stored-records.ts';
import { FORGET_MOST, type ListedRecord, type RecordsPage, type RecordsRequest } from '../store.ts';
import { statement } from './statements.ts';

const LISTED = z.object({ place: z.string(), listed: z.string() });
const WHOLE = LISTED.extend({ evidence: z.string() });

/** Adds records and ignores those whose id exists. A trigger (sqlite-file.ts) prevents changes to records. */
export function addRecords(database: DatabaseSync, records: readonly Sealed[]): void {
  const add = statement(
    database,
    'INSERT OR IGNORE INTO records (place, digest, kind, corrects, listed, evidence) VALUES (?, ?, ?, ?, ?, ?)',
  );
  for (const { place, digest, listed, evidence } of records) {
    const [, , kind = '', corrects = ''] = place.split('|');
    add.run(place, digest, kind, corrects, listed, evidence);
  }
}

/** Deletes records that ended before the moment, the oldest first, at most `FORGET_MOST` at once. */
export function forgetRecords(database: DatabaseSync, before: Instant | undefined): void {
  if (before === undefined) return;
  const oldest = 'SELECT place FROM records WHERE place < ? ORDER BY place LIMIT ?';
  statement(database, `DELETE FROM records WHERE place IN (${oldest})`).run(boundAt(before), FORGET_MOST);
}

export function listRecords(database: DatabaseSync, request: RecordsRequest): RecordsPage<ListedRecord> {
  const rows = find(database, 'place, listed', request).map((row) => LISTED.parse(row));
  return pageOf(rows, request.limit, ({ listed }) => listedOf(listed));
}

export function wholeRecords(database: DatabaseSync, request: RecordsRequest): RecordsPage<LogRecord> {
  const rows = find(database, 'place, listed, evidence', request).map((row) => WHOLE.parse(row));
  return pageOf(rows, request.limit, ({ listed, evidence }) => recordOf(listed, evidence));
}

export function oneRecord(database: DatabaseSync, id: string): LogRecord | null {
  const row = statement(database, 'SELECT place, listed, evidence FROM records WHERE digest = ?').get(digestOf(id));
  if (row === undefined) return null;
  const { listed, evidence } = WHOLE.parse(row);
  return recordOf(listed, evidence);
}

type Columns = 'place, listed' | 'place, listed, evidence';

function find(database: DatabaseSync, columns: Columns, request: RecordsRequest): readonly unknown[] {
  const { limit, kind, correcting } = request;
  if (limit <= 0) return [];
  const wanted = `(:below IS NULL OR place < :below) AND (:from IS NULL OR place >= :from) AND (:kind IS NULL OR kind = :kind)
    AND (:correcting IS NULL OR corrects IN (SELECT value FROM json_each(:correcting)))`;
  return statement(database, `SELECT ${columns} FROM records WHERE ${wanted} ORDER BY place DESC LIMIT :most`).all({
    ...boundsOf(request),
    kind: kind ?? null,
    correcting: correcting === undefined ? null : JSON.stringify(correcting.map(digestOf)),
    most: limit + 1,
  });
}
