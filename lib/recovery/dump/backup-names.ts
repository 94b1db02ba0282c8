import { createHash } from 'node:crypto';
import { iso, type Instant } from '../../domain/time.ts';

/** mongodump's limits for a file name without extension: 208 bytes, "%24" and a SHA-1 in base64 (mongo-tools, mongodump/prepare.go). */
const LONGEST_STEM = 238;
const KEPT_OF_LONG = 208;
export const BUCKETS = 'system.buckets.';
const OF_THE_SERVER: ReadonlySet<string> = new Set(['admin', 'config', 'local']);

/**
 * A collection's file name without extension. mongodump and mongorestore use Go's QueryEscape, in which a space is a plus sign; what is escaped here is read
 * alike by any decoder (a space is %20, a plus %2B).
 */
export function stemOf(collection: string): string {
  const escaped = encodeURIComponent(collection);
  if (escaped.length <= LONGEST_STEM) return escaped;
  return `${escaped.slice(0, KEPT_OF_LONG)}%24${createHash('sha1').update(collection).digest('base64url')}`;
}

/** The collection that a file name stands for; null where it cannot be read back (a long name, whose metadata holds it, or a wrong escape). */
export function collectionOf(stem: string): string | null {
  if (stem.length === LONGEST_STEM && stem.slice(KEPT_OF_LONG, KEPT_OF_LONG + 3) === '%24') return null;
  try {
    return decodeURIComponent(stem.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

export function isServerDatabase(database: string): boolean {
  return OF_THE_SERVER.has(database);
}

/** What mongodump leaves out too: the server's own collections, `system.js` apart. */
export function isServerCollection(collection: string): boolean {
  return collection.startsWith('system.') && collection !== 'system.js';
}

/** "restorewatch-2026-11-22T13-42-00Z": sorts by time, and is a file name on every system. */
export function backupName(at: Instant): string {
  return `restorewatch-${iso(at).replaceAll(':', '-')}`;
}

export const BACKUP_NAME = /^restorewatch-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})Z$/;

/** Pure: when a backup of this name was begun; null where the name tells no moment. */
export function momentIn(name: string): Instant | null {
  const [, day = '', hours = '', minutes = '', seconds = ''] = BACKUP_NAME.exec(name) ?? [];
  const at = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(at) ? null : at;
}

/** The end of a folder's name until the backup is complete. */
export const UNFINISHED = '.partial';

/** A namespace's two halves: the database ends at the first dot. */
export function halvesOf(namespace: string): { readonly database: string; readonly collection: string } {
  const dot = namespace.indexOf('.');
  return { database: namespace.slice(0, dot), collection: namespace.slice(dot + 1) };
}
