import type { AuditEntry } from '../../domain/audit/audit-entry.ts';
import { readTrail, type TrailPage, type TrailRequest } from '../../people/audit-trail.ts';
import type { Ports } from '../../ports/ports.ts';
import { environment } from '../load-environment.ts';

/** `matches`: which entries are wanted. The others: as the store takes them. */
export type LogQuery = Pick<TrailRequest, 'before' | 'actsOnly' | 'within'> & {
  readonly matches: (entry: AuditEntry) => boolean;
  /** Entries on one page. */
  readonly most: number;
  /** Entries of the log that one page looks through: the store knows nothing of filters. */
  readonly lookedThrough: number;
};

/** A part of the log, newest first. `next` may lead to a page without matches, which says so. Throws `StoreError`. */
export async function readLog(ports: Pick<Ports, 'store'>, { matches, most, lookedThrough, ...request }: LogQuery): Promise<TrailPage> {
  const isPublic = environment().access.kind === 'public';
  const { entries, next } = await readTrail(ports, { ...request, limit: lookedThrough }, { isPublic });
  const wanted = entries.filter(matches);
  const shown = wanted.slice(0, most);
  return { entries: shown, next: wanted.length > most ? (shown.at(-1)?.number ?? null) : next };
}
