import type { AuditDraft } from '../../domain/audit/audit-entry.ts';
import { iso } from '../../domain/time.ts';
import { digestOfJson } from '../audit-chain.ts';
import type { SwapRequest } from '../store.ts';

/**
 * What a swap adds to the log: the acts that it brings, and the digest of each record and of each incident that it moves into history, so that one which
 * was changed, or taken out, later shows in whatever is exported. Stores ask it, since what is digested has to be what they write, redacted.
 */
export function actsOfSwap({
  trail = [],
  records = [],
  history,
  now,
}: Pick<SwapRequest, 'trail' | 'records' | 'history' | 'now'>): readonly AuditDraft[] {
  const act = { at: now, by: 'cron', from: null } as const;
  return [
    ...trail,
    ...records.map((record): AuditDraft => {
      const { id, kind, verdict, startedAt, endedAt } = record;
      const details = { kind, verdict, startedAt: iso(startedAt), endedAt: iso(endedAt), sha256: digestOfJson(record) };
      return { ...act, what: 'recorded', about: id, details };
    }),
    ...history.map(({ incident }): AuditDraft => {
      const { id, check, severity, openedAt, resolvedAt } = incident;
      const details = { check, severity, openedAt: iso(openedAt), resolvedAt: iso(resolvedAt ?? openedAt), sha256: digestOfJson(incident) };
      return { ...act, what: 'incident', about: id, details };
    }),
  ];
}
