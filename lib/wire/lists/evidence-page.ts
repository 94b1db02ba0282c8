import type { AuditEntry } from '../../domain/audit/audit-entry.ts';
import { type Duration, iso } from '../../domain/time.ts';
import { keyIdOf, publicKeyOf } from '../../record/evidence/dsse.ts';
import { environment } from '../load-environment.ts';
import { evidencePublicKey } from '../public-key.ts';
import { openReadingPorts } from '../reading.ts';

export type EvidencePage = {
  readonly now: string;
  /** The newest entry of the log, by which an export is held against the log; null while it is empty. */
  readonly newest: Pick<AuditEntry, 'number' | 'hash' | 'at'> | null;
  /** Milliseconds. */
  readonly keptFor: Duration;
};

/** What the evidence log holds. Throws `StoreError`. */
export async function readEvidencePage(): Promise<EvidencePage> {
  const { store, policy, now } = await openReadingPorts();
  const [newest] = await store.trail({ limit: 1, before: null });
  return {
    now: iso(now()),
    newest: newest === undefined ? null : { number: newest.number, hash: newest.hash, at: newest.at },
    keptFor: policy.general.recordsKeptFor,
  };
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
