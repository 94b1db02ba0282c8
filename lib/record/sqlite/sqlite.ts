import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { AuditDraft } from '../../domain/audit/audit-entry.ts';
import type { Instant } from '../../domain/time.ts';
import { refuseLarge, type Blob } from '../blobs/blobs.ts';
import { decodeHead, encodeHead } from '../stored-head.ts';
import { keepsAway, type Lease, predecessor } from '../lease.ts';
import { sealed, type Sealed, writerWith } from '../stored-records.ts';
import { actsOfSwap } from '../trail/swap-acts.ts';
import { openFile, placeOf, reason } from './sqlite-file.ts';
import { addHistory, readHistory } from './sqlite-history.ts';
import { addRecords, forgetRecords, listRecords, oneRecord, wholeRecords } from './sqlite-records.ts';
import { addToTrail, addToTrailOnce, packTrail, readTrail, tipIn } from './sqlite-trail.ts';
import { statement } from './statements.ts';
import {
  DROPPED_TTL_SECONDS,
  ORPHAN_TTL_SECONDS,
  StoreError,
  type LeaseAnswer,
  type Store,
  type StoredHead,
  type SwapAnswer,
  type SwapRequest,
} from '../store.ts';

/** Runs one operation in the file. A failure leaves the file as it was and becomes a `StoreError`. */
type Work = <T>(operation: string, work: (database: DatabaseSync) => T) => Promise<T>;

const HEAD = z.object({ revision: z.number(), writer: z.string(), data: z.string() });
const LEASE = z.object({ owner: z.string(), takenAt: z.number(), until: z.number(), tookOver: z.string().nullable() });
const TEXT = z.object({ text: z.string() });
const NOTHING_STORED = { revision: 0, writer: '', data: null };

/**
 * State in one SQLite file, for a single machine. The first operation opens the file, so that a file that cannot be written is a store failure
 * like any other, and works again when the cause is gone. Blobs expire by `clock`, as Redis expires keys by its own.
 */
export function openSqliteStore(path: string, clock: () => Instant = Date.now): Store {
  const file = fileAt(path);
  return {
    lease: (owner, ttl, now) => file.write('take the lease', (database) => lease(database, { owner, takenAt: now, until: now + ttl })),
    readHead: () => file.read('read the head', readHead),
    readBlobs: (names) => file.read('read blobs', (database) => names.map((name) => readBlob(database, name, clock()))),
    writeBlobs: async (blobs) => {
      refuseLarge(blobs);
      await file.write('write blobs', (database) => writeBlobs(database, blobs, clock() + ORPHAN_TTL_SECONDS * 1_000));
    },
    swap: async (request) => {
      // Packed before the file is locked, since packing large evidence takes longer than other processes should wait.
      const records = (request.records ?? []).map(sealed);
      return file.write('swap the head', (database) => swap(database, { ...request, sealed: records, acts: actsOfSwap(request) }, clock()));
    },
    pastIncidents: (request) => file.read('read history', (database) => readHistory(database, request)),
    records: (request) => file.read('read records', (database) => wholeRecords(database, request)),
    listRecords: (request) => file.read('read records', (database) => listRecords(database, request)),
    record: (id) => file.read('read a record', (database) => oneRecord(database, id)),
    appendToTrail: (acts, once) =>
      file.write('append to the audit trail', (database) =>
        once === undefined ? addToTrail(database, acts) : addToTrailOnce(database, acts, once, clock()),
      ),
    trail: (request) => file.read('read the audit trail', (database) => readTrail(database, request)),
    packTrail: (request) => file.write('pack the audit trail', (database) => packTrail(database, request)),
    close: async () => file.close(),
  };
}

function fileAt(path: string): { readonly read: Work; readonly write: Work; readonly close: () => void } {
  let open: DatabaseSync | null = null;
  function run<T>(operation: string, work: (database: DatabaseSync) => T): T {
    open ??= openFile(path);
    try {
      return work(open);
    } catch (error) {
      throw error instanceof StoreError ? error : new StoreError(`${operation} in the state file ${path}: ${reason(error)}`);
    }
  }
  return {
    read: async (operation, work) => run(operation, work),
    write: async (operation, work) => run(operation, (database) => undivided(database, work)),
    close: () => {
      open?.close();
      open = null;
    },
  };
}

function undivided<T>(database: DatabaseSync, work: (database: DatabaseSync) => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work(database);
    database.exec('COMMIT');
    return result;
  } finally {
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}

function lease(database: DatabaseSync, wanted: Lease): LeaseAnswer {
  const found = leaseIn(database);
  const held = found === null || !keepsAway(found, wanted.owner, wanted.takenAt);
  const tookOver = held ? predecessor(found, wanted.owner) : undefined;
  if (held) {
    const write = statement(database, 'INSERT OR REPLACE INTO lease (id, owner, taken_at, until, took_over) VALUES (1, ?, ?, ?, ?)');
    write.run(wanted.owner, Math.round(wanted.takenAt), Math.round(wanted.until), tookOver ?? null);
  }
  const tip = tipIn(database);
  return { held, ...(tookOver !== undefined && { tookOver }), ...(tip.number > 0 && { tip }), ...readHead(database) };
}

function leaseIn(database: DatabaseSync): Lease | null {
  const row = statement(database, 'SELECT owner, taken_at AS takenAt, until, took_over AS tookOver FROM lease').get();
  if (row === undefined) return null;
  const { tookOver, ...lease } = LEASE.parse(row);
  return tookOver === null ? lease : { ...lease, tookOver };
}

function readRow(database: DatabaseSync): { readonly revision: number; readonly writer: string; readonly data: string | null } {
  const row = statement(database, 'SELECT revision, writer, data FROM head').get();
  return row === undefined ? NOTHING_STORED : HEAD.parse(row);
}

function readHead(database: DatabaseSync): StoredHead {
  const { revision, data } = readRow(database);
  return { revision, head: data === null ? null : decodeHead(data, placeOf(database.location() ?? '')) };
}

function readBlob(database: DatabaseSync, name: string, now: Instant): string | null {
  const row = statement(database, 'SELECT text FROM blobs WHERE name = ? AND (expires_at IS NULL OR expires_at > ?)').get(name, now);
  return row === undefined ? null : TEXT.parse(row).text;
}

function writeBlobs(database: DatabaseSync, blobs: readonly Blob[], expiresAt: Instant): void {
  const write = statement(database, 'INSERT OR IGNORE INTO blobs (name, text, expires_at) VALUES (?, ?, ?)');
  for (const blob of blobs) write.run(blob.name, blob.text, expiresAt);
}

function swap(
  database: DatabaseSync,
  request: SwapRequest & { readonly sealed: readonly Sealed[]; readonly acts: readonly AuditDraft[] },
  clock: Instant,
): SwapAnswer {
  const found = readRow(database);
  const data = encodeHead(request.head);
  const revision = request.expected + 1;
  const writer = writerWith(request.writer, request.sealed, request.trail);
  if (found.revision === revision && found.writer === writer && found.data === data) return { swapped: true, revision };
  if (found.revision !== request.expected) return { swapped: false, ...readHead(database) };
  statement(database, 'INSERT OR REPLACE INTO head (id, revision, writer, data) VALUES (1, ?, ?, ?)').run(revision, writer, data);
  moveBlobs(database, request, clock);
  addHistory(database, request);
  addRecords(database, request.sealed);
  addToTrail(database, request.acts);
  forgetRecords(database, request.forgetRecordsBefore);
  if (request.release !== null) statement(database, 'DELETE FROM lease WHERE owner = ?').run(request.release);
  return { swapped: true, revision };
}

function moveBlobs(database: DatabaseSync, { adopt, drop }: SwapRequest, clock: Instant): void {
  statement(database, 'DELETE FROM blobs WHERE expires_at <= ?').run(clock);
  const keep = statement(database, 'UPDATE blobs SET expires_at = NULL WHERE name = ?');
  for (const name of adopt) {
    if (keep.run(name).changes === 0)
      throw new StoreError(`swap the head: blob ${name} is gone, so nothing was swapped; the next run writes it again`);
  }
  const expire = statement(database, 'UPDATE blobs SET expires_at = ? WHERE name = ?');
  for (const name of drop) expire.run(clock + DROPPED_TTL_SECONDS * 1_000, name);
}
