import type { LogRecord } from '../../domain/recovery/log-record.ts';
import { clean, cut } from '../../domain/text.ts';
import type { Ports } from '../../ports/ports.ts';
import { appendRecord } from '../record-notes.ts';

export type ErasurePorts = Pick<Ports, 'store' | 'now' | 'newId' | 'policy' | 'log'>;

export type Problems = { readonly problems: readonly string[] };

/** Characters of a person's name. */
export const NAME_MOST = 100;

type Written = Pick<LogRecord, 'id' | 'subject' | 'summary' | 'details'>;

/** Writes a record of the register, with an act of the audit trail. Throws `StoreError`. */
export async function writeErasure(ports: ErasurePorts, written: Written, by: string, from: string | null): Promise<void> {
  const now = ports.now();
  const record: LogRecord = {
    ...written,
    kind: 'erasure',
    startedAt: now,
    endedAt: now,
    by,
    verdict: 'noted',
    measured: {},
    evidence: [],
  };
  await appendRecord(ports, record, [{ at: now, what: 'note', by, from, about: written.id, details: { kind: 'erasure' } }]);
}

/** The id of the record that registers an erasure: one a reference. */
export function recordId(reference: string): string {
  return `erasure-${reference}`;
}

/** Says what is wrong without repeating it: what was refused may be somebody's address. */
export function refused({ log }: ErasurePorts, by: string, problems: readonly string[]): Problems {
  log(
    `audit: refused: an erasure by ${cut(clean(by), NAME_MOST)}: ${cut(clean(problems.map((one) => one.split(':')[0]).join(', ')), 300)}`,
  );
  return { problems };
}
