import { BSON } from 'mongodb';
import { plural } from '../../../domain/text.ts';
import { isServerCollection, isServerDatabase } from '../backup-names.ts';
import type { Backup, BackupCollection } from '../read/read-backup.ts';

/** What of a backup is restored: not the server's own databases and collections. */
export function restorable({ collections }: Pick<Backup, 'collections'>): readonly BackupCollection[] {
  return collections.filter(({ database, name }) => !isServerDatabase(database) && !isServerCollection(name));
}

/** What of a backup is left out, for people. Pure. */
export function serversOwnNotes(backup: Pick<Backup, 'collections'>): readonly string[] {
  const left = backup.collections.length - restorable(backup).length;
  return left === 0 ? [] : [`${plural(left, 'collection')} of the server's own (users, roles, settings): not restored`];
}

type Ordered = Pick<BackupCollection, 'namespace' | 'database' | 'type' | 'options'>;

/** Collections first, then views, each after the views that it reads. Views that read each other in a circle keep their order, for the server to refuse. Pure. */
export function restoreOrder<One extends Ordered>(collections: readonly One[]): readonly One[] {
  const stored = collections.filter(({ type }) => type !== 'view');
  let waiting = collections.filter(({ type }) => type === 'view');
  const ordered = [...stored];
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ namespace }) => namespace));
    const ready = waiting.filter((view) => !readBy(view).some((name) => name !== view.namespace && names.has(name)));
    const next = ready.length > 0 ? ready : waiting;
    ordered.push(...next);
    waiting = waiting.filter((view) => !next.includes(view));
  }
  return ordered;
}

/** What a view reads: its `viewOn` and what its pipeline joins ($lookup, $graphLookup and $unionWith). */
function readBy({ database, options }: Ordered): readonly string[] {
  const { viewOn, pipeline } = BSON.deserialize(options);
  const names: readonly unknown[] = [viewOn, ...joined(pipeline)];
  return names.filter((name): name is string => typeof name === 'string').map((name) => `${database}.${name}`);
}

function joined(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(joined);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const own = key === '$unionWith' && typeof inner === 'string' ? [inner] : [];
    const from =
      typeof inner === 'object' && inner !== null ? ['from', 'coll'].map((field) => new Map(Object.entries(inner)).get(field)) : [];
    return [...own, ...(['$lookup', '$graphLookup', '$unionWith'].includes(key) ? from : []), ...joined(inner)];
  });
}
