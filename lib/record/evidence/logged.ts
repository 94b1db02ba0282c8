import { z } from 'zod';
import type { AuditEntry } from '../../domain/audit/audit-entry.ts';
import type { PolicyInForce } from '../../domain/evidence/evidence-report.ts';
import type { CheckedAt, Unwatched } from '../../domain/evidence/rpo-shares.ts';
import type { LoggedVerdicts } from '../../domain/evidence/verdict-log.ts';
import type { Instant } from '../../domain/time.ts';
import { jsonValue } from '../../domain/json-text.ts';

const VERDICTS = z.record(z.string(), z.enum(['ok', 'failing', 'unknown', 'exempt']));
const LOGGED = z.object({
  whole: z.boolean(),
  clusters: z.array(z.object({ id: z.string(), name: z.string(), project: z.string(), verdicts: VERDICTS })),
  gone: z.array(z.string()),
  wider: z.record(z.string(), VERDICTS),
});
const NOTHING: LoggedVerdicts = { whole: false, clusters: [], gone: [], wider: {} };

/** The checks of a log, oldest first, also those that were cut off: what one did not read, it calls unknown. */
export function checksIn(log: readonly AuditEntry[]): readonly CheckedAt[] {
  const checks: CheckedAt[] = [];
  for (const { what, details, data } of log) {
    if (what !== 'run') continue;
    const startedAt = Date.parse(details['startedAt'] ?? '');
    const verdicts = LOGGED.safeParse(jsonValue(data ?? ''));
    if (!Number.isNaN(startedAt)) checks.push({ startedAt, verdicts: verdicts.success ? verdicts.data : NOTHING });
  }
  return checks;
}

/** Whether the entry lists all verdicts, so that a reader of the log may begin with it. */
export function listsAll({ what, data = '' }: AuditEntry): boolean {
  return what === 'run' && data.startsWith('{"whole":true');
}

export function unwatchedIn(log: readonly AuditEntry[]): readonly Unwatched[] {
  return log.flatMap(({ what, details }) => {
    const [from, to] = [Date.parse(details['from'] ?? ''), Date.parse(details['to'] ?? '')];
    if (what !== 'gap' || Number.isNaN(from) || Number.isNaN(to)) return [];
    return [{ from, to, clockSetBack: details['clock'] !== undefined }];
  });
}

export function policiesIn(log: readonly AuditEntry[]): readonly PolicyInForce[] {
  return log.flatMap(({ what, at, about, data }) =>
    what === 'policy' ? [{ since: Date.parse(at), digest: about ?? '', stated: data ?? '{}' }] : [],
  );
}

/** The records that the log names and that ended in the period, each by its id and the number of its entry. */
export function recordedIn(
  log: readonly AuditEntry[],
  { from, to }: { readonly from: Instant; readonly to: Instant },
): readonly { readonly id: string; readonly number: number }[] {
  return log.flatMap(({ what, about, number, details }) => {
    const endedAt = Date.parse(details['endedAt'] ?? '');
    return what === 'recorded' && about !== null && endedAt >= from && endedAt <= to ? [{ id: about, number }] : [];
  });
}

/** The incidents that the log names and that were open at some moment of the period, each by its id and the number of its entry. */
export function incidentsIn(
  log: readonly AuditEntry[],
  { from, to }: { readonly from: Instant; readonly to: Instant },
): readonly { readonly id: string; readonly number: number }[] {
  return log.flatMap(({ what, about, number, details }) => {
    const [openedAt, resolvedAt] = [Date.parse(details['openedAt'] ?? ''), Date.parse(details['resolvedAt'] ?? '')];
    return what === 'incident' && about !== null && openedAt <= to && resolvedAt >= from ? [{ id: about, number }] : [];
  });
}
