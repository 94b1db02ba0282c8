import { isServerDatabase } from '../backup-names.ts';
import { BackupError } from '../dump-error.ts';
import { arrayOf, documentOf, fieldIn, fieldsIn, stringIn, TYPE } from '../extended-json/bson-elements.ts';

/** An entry as it may be replayed, null where nothing of it may; `left` counts the operations that are left out. */
export type Replayable = { readonly entry: Uint8Array | null; readonly left: number };

/** Users and roles of before 2.6 stood in each database. */
const OF_THE_SERVER: ReadonlySet<string> = new Set(['system.users', 'system.roles', 'system.version']);

/** Is it one of the server's own databases, or a collection of users and roles? */
function isServers(namespace: string): boolean {
  const dot = namespace.indexOf('.');
  const [database, collection] = dot === -1 ? [namespace, ''] : [namespace.slice(0, dot), namespace.slice(dot + 1)];
  return isServerDatabase(database) || OF_THE_SERVER.has(collection);
}

/**
 * An oplog entry without what it does to the server's own databases, users and roles: a replay would bring the source's users and settings into the target.
 * Transactions and other groups (`applyOps`) keep the rest. Throws `BackupError` for an entry that moves a collection from the one side to the other. Pure.
 */
export function userPartOf(raw: Uint8Array): Replayable {
  const namespace = stringIn(fieldIn(raw, 'ns')) ?? '';
  if (stringIn(fieldIn(raw, 'op')) !== 'c') return isServers(namespace) ? LEFT_OUT : { entry: raw, left: 0 };
  const command = fieldIn(raw, 'o');
  const [first] = command?.type === TYPE.document ? fieldsIn(command.bytes) : [];
  if (command === undefined || first === undefined) return { entry: raw, left: 0 };
  if (first.name === 'applyOps' && first.type === TYPE.array) return groupIn(raw);
  // The end of a transaction has no more than its number, and stands under admin.
  if (first.name === 'commitTransaction' || first.name === 'abortTransaction') return { entry: raw, left: 0 };
  const touched = first.name === 'renameCollection' ? renamed(command.bytes) : [`${databaseOf(namespace)}.${stringIn(first) ?? ''}`];
  if (!touched.some(isServers)) return { entry: raw, left: 0 };
  if (touched.every(isServers)) return LEFT_OUT;
  throw new BackupError(
    `the oplog renames ${touched.join(' to ')}, into or out of the server's own data: replay it by hand where that is meant`,
  );
}

const LEFT_OUT: Replayable = { entry: null, left: 1 };

function databaseOf(namespace: string): string {
  const dot = namespace.indexOf('.');
  return dot === -1 ? namespace : namespace.slice(0, dot);
}

function renamed(command: Uint8Array): readonly string[] {
  return [stringIn(fieldIn(command, 'renameCollection')) ?? '', stringIn(fieldIn(command, 'to')) ?? ''];
}

/** The group stays also where nothing is left in it: entries of a transaction refer to each other. */
function groupIn(raw: Uint8Array): Replayable {
  let left = 0;
  const fields = fieldsIn(raw).map((field) => (field.name === 'o' ? { ...field, bytes: filtered(field.bytes) } : field));
  return left === 0 ? { entry: raw, left } : { entry: documentOf(fields), left };

  function filtered(command: Uint8Array): Uint8Array {
    return documentOf(fieldsIn(command).map((field) => (field.name === 'applyOps' ? { ...field, bytes: kept(field.bytes) } : field)));
  }

  function kept(operations: Uint8Array): Uint8Array {
    const parts = fieldsIn(operations).map(({ bytes }) => userPartOf(bytes));
    left = parts.reduce((sum, part) => sum + part.left, 0);
    return arrayOf(parts.flatMap(({ entry }) => (entry === null ? [] : [{ type: TYPE.document, bytes: entry }])));
  }
}
