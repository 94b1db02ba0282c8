import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AUDIT_ACTS, type AuditDraft, type AuditEntry, cleanDraft, type TrailTip } from '../domain/audit/audit-entry.ts';
import { jsonValue } from '../domain/json-text.ts';
import { StoreError } from './store.ts';

/** Where a trail begins: `previous` of its first entry. */
export const TRAIL_START: TrailTip = { number: 0, hash: '0'.repeat(64) };

const HASH = z.string().regex(/^[0-9a-f]{64}$/);
const ENTRY = z.strictObject({
  number: z.int().positive(),
  at: z.string(),
  what: z.enum(AUDIT_ACTS),
  by: z.string().nullable(),
  from: z.string().nullable(),
  about: z.string().nullable(),
  details: z.record(z.string(), z.string()),
  data: z.string().exactOptional(),
  previous: HASH,
  hash: HASH,
});

/**
 * JSON without white space whose objects have their members in the order of their names, by UTF-16 code units, as RFC 8785 says. `JSON.stringify`
 * writes texts, numbers, true, false and null exactly as RFC 8785 asks. A member that is undefined is left out, as JSON does.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(one)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const given = Object.entries(value).filter(([, one]) => one !== undefined);
  const members = given.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${canonicalJson(one)}`).join(',')}}`;
}

/** SHA-256 in hex over the value's canonical JSON, in UTF-8. */
export function digestOfJson(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** SHA-256 in hex over the canonical JSON of the entry without its hash, in UTF-8. */
export function hashOf(hashed: Omit<AuditEntry, 'hash'> & { readonly hash?: string }): string {
  const { hash: _, ...entry } = hashed;
  return createHash('sha256').update(canonicalJson(entry)).digest('hex');
}

/** The acts as entries that follow the tip, cleaned (`cleanDraft`). Times keep their milliseconds. */
export function chained(tip: TrailTip, drafts: readonly AuditDraft[]): readonly AuditEntry[] {
  let { number, hash: previous } = tip;
  return drafts.map((draft) => {
    number += 1;
    const entry = { ...cleanDraft(draft), number, at: new Date(draft.at).toISOString(), previous };
    previous = hashOf(entry);
    return { ...entry, hash: previous };
  });
}

/** The tip after these entries; the earlier one if there are none. */
export function tipAfter(tip: TrailTip, entries: readonly AuditEntry[]): TrailTip {
  const { number, hash } = entries.at(-1) ?? tip;
  return { number, hash };
}

/** An entry as the stores keep it: its canonical JSON, its hash included. */
export function entryText(entry: AuditEntry): string {
  return canonicalJson(entry);
}

/** Throws `StoreError` if the text is no entry. Whether it was changed is for `verifyTrail` to say. */
export function entryOf(text: string): AuditEntry {
  return entryWith(jsonValue(text));
}

/** As `entryOf`, of a value that was read. */
export function entryWith(value: unknown): AuditEntry {
  const parsed = ENTRY.safeParse(value);
  if (!parsed.success) throw new StoreError('read the audit trail: an entry is damaged');
  return parsed.data;
}
