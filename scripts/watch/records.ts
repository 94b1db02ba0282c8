import { recordExport } from '../../lib/people/audit-trail.ts';
import { exportRecords } from '../../lib/people/export-records.ts';
import type { RecordsRequest } from '../../lib/people/record-notes.ts';
import { type AuditEntry } from '../../lib/domain/audit/audit-entry.ts';
import { verifyTrail } from '../../lib/record/trail/verify-trail.ts';
import { openPorts } from '../../lib/wire/wire.ts';
import type { Answer, Terminal } from '../terminal/terminal.ts';
import { userNamed } from '../terminal/words.ts';

/** `kind`: absent for all records and the newest part of the audit trail; "audit" for the trail alone. */
type Asked = {
  readonly format: 'json' | 'csv';
  readonly kind?: RecordsRequest['kind'] | 'audit';
  readonly limit: number;
  readonly before?: string | undefined;
  readonly auditBefore?: number | undefined;
};

/** `restorewatch records`: the same file as `GET /api/records`; where the next page begins, on standard error. */
export async function records({ say }: Terminal, { format, kind, limit, before, auditBefore }: Asked): Promise<Answer> {
  const ports = await openPorts();
  await recordExport(ports, { by: userNamed(undefined), from: null }, { format, kind: kind ?? 'all', via: 'command line' });
  const request = kind === 'audit' ? null : { limit, before: before ?? null, ...(kind && { kind }) };
  const hasTrail = auditBefore !== undefined || kind === 'audit' || (kind === undefined && before === undefined);
  const trail = hasTrail ? { limit, before: auditBefore ?? null } : null;
  const form = { format, isPublic: false };
  const { body, next, nextAudit } = await exportRecords(ports, { request, trail }, form);
  if (next !== null) say(`there are more: --before ${next}`);
  if (nextAudit !== null) say(`the audit trail goes on: --kind audit --audit-before ${nextAudit}`);
  return { file: body };
}

/** Entries that are read at once to verify the trail. */
const READ_AT_ONCE = 1_000;

/** `restorewatch records --verify`: whether the audit trail in the store is whole, and which entries are not. */
export async function verifiedTrail(): Promise<Answer> {
  const { store } = await openPorts();
  const entries: AuditEntry[] = [];
  for (let before: number | null = null; ;) {
    const some = await store.trail({ limit: READ_AT_ONCE, before });
    entries.push(...some);
    const last = some.at(-1);
    if (last === undefined || last.number === 1) break;
    before = last.number;
  }
  const { intact, faults, last } = verifyTrail(entries.toReversed());
  const data = { intact, faults, entries: entries.length, last };
  const whole =
    entries.length === 0
      ? 'the audit trail is empty'
      : `the audit trail is whole: entries 1 to ${last.number}, the last with the hash ${last.hash}`;
  return { data, text: intact ? whole : faults.map(({ words }) => words).join('\n'), code: intact ? 0 : 1 };
}
