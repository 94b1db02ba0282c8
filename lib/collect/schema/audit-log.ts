import { z } from 'zod';
import type { AuditLog } from '../../domain/facts/daily-facts.ts';

const auditLog = z.object({ enabled: z.boolean() });

/** The project's database auditing; null if the answer does not say whether it is enabled. */
export function parseAuditLog(body: unknown): AuditLog | null {
  const { data } = auditLog.safeParse(body);
  return data === undefined ? null : { enabled: data.enabled };
}
