import type { AuditEntry } from '../../domain/audit/audit-entry.ts';
import { cleanAll } from '../../domain/text.ts';
import { type Duration, iso } from '../../domain/time.ts';
import { keyIdOf, publicKeyOf } from '../../record/evidence/dsse.ts';
import type { ListedRecord } from '../../record/store.ts';
import { environment } from '../load-environment.ts';
import { evidencePublicKey } from '../public-key.ts';
import { openReadingPorts } from '../reading.ts';
import { forViewers } from '../recorded-state.ts';

export type EvidencePage = {
  readonly now: string;
  /** The newest entry of the log, by which an export is held against the log; null while it is empty. */
  readonly newest: Pick<AuditEntry, 'number' | 'hash' | 'at'> | null;
  /** The newest restore test that the log has the digest of; null where there is none. */
  readonly tested: (Pick<ListedRecord, 'id' | 'subject' | 'verdict'> & { readonly at: string; readonly plan: string | null }) | null;
  /** Milliseconds. */
  readonly keptFor: Duration;
};

/** What the evidence log holds. Throws `StoreError`. */
export async function readEvidencePage(): Promise<EvidencePage> {
  const { store, policy, now } = await openReadingPorts();
  const [[newest], { records }] = await Promise.all([
    store.trail({ limit: 1, before: null }),
    store.listRecords({ limit: 1, before: null, kind: 'restore-test' }),
  ]);
  const [test] = records;
  return {
    now: iso(now()),
    newest: newest === undefined ? null : { number: newest.number, hash: newest.hash, at: newest.at },
    tested: test === undefined ? null : forViewers(cleanAll(testedOf(test))),
    keptFor: policy.general.recordsKeptFor,
  };
}

function testedOf({ id, subject, verdict, endedAt, details }: ListedRecord): NonNullable<EvidencePage['tested']> {
  return { id, subject, verdict, at: iso(endedAt), plan: details['plan'] ?? null };
}

/** SHA-256 of the public half of `EVIDENCE_KEY`, the `keyid` of what it signs; null where it is not set. */
export function evidenceKeyId(): string | null {
  const pem = evidencePublicKey();
  return pem === null ? null : keyIdOf(publicKeyOf(pem));
}

/** Whether anybody may see the page. */
export function isPublic(): boolean {
  return environment().access.kind === 'public';
}
