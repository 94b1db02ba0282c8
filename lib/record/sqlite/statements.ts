import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** The statements of each open database by their text. Few texts exist, so it stays small. */
const prepared = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/**
 * The statement, prepared once a database: every check runs some twenty, and to prepare one takes longer than most take to run. Not for `iterate`: a
 * statement that is run again begins anew.
 */
export function statement(database: DatabaseSync, text: string): StatementSync {
  const statements = prepared.get(database) ?? new Map<string, StatementSync>();
  const known = statements.get(text);
  if (known !== undefined) return known;
  const made = database.prepare(text);
  prepared.set(database, statements.set(text, made));
  return made;
}
