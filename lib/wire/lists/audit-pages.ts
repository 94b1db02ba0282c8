import type { AuditAct } from '../../domain/audit/audit-entry.ts';
import { ROUTINE } from '../../domain/audit/audit-entry.ts';
import { cleanAll } from '../../domain/text.ts';
import { iso, type Period } from '../../domain/time.ts';
import { type TrailPage, writeRefusals } from '../../people/audit-trail.ts';
import { openReadingPorts } from '../reading.ts';
import { openPorts } from '../wire.ts';
import { readLog } from './log-pages.ts';

/** `who`: a part of a name, in any case. Null: whoever, whatever; then what comes with every check is left out. */
export type AuditQuery = {
  readonly who: string | null;
  readonly what: AuditAct | null;
  readonly within: Period;
  readonly before: number | null;
};

export type AuditList = TrailPage & { readonly now: string };

const ON_A_PAGE = 25;
const LOOKED_THROUGH = 1_000;

/** What people did last, of whatever kind. Writes nothing. Throws `StoreError`. */
export function readNewestActs(): Promise<AuditList> {
  return readAudit({ who: null, what: null, within: { from: null, to: null }, before: null }, null);
}

/** A page of the audit trail. `user`: who reads it; nobody who is not signed in makes the store write. Throws `StoreError`. */
export async function readAudit({ who, what, within, before }: AuditQuery, user: string | null): Promise<AuditList> {
  if (user !== null) await writeRefusals(await openPorts());
  const { store, now } = await openReadingPorts();
  const isFiltered = who !== null || what !== null;
  const name = who?.toLowerCase() ?? null;
  const page = await readLog(
    { store },
    {
      before,
      within,
      most: ON_A_PAGE,
      lookedThrough: isFiltered ? LOOKED_THROUGH : ON_A_PAGE,
      ...(!(what !== null && ROUTINE.includes(what)) && { actsOnly: true }),
      matches: (entry) => (what === null || entry.what === what) && (name === null || (entry.by ?? '').toLowerCase().includes(name)),
    },
  );
  return { ...cleanAll(page), now: iso(now()) };
}
