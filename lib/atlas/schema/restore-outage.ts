import { z } from 'zod';
import type { OutageState } from '../../domain/recovery-atlas.ts';

const outage = z.object({ state: z.enum(['START_REQUESTED', 'STARTING', 'SIMULATING', 'RECOVERY_REQUESTED', 'RECOVERING', 'COMPLETE']) });

/** How far an outage simulation is; null where the answer does not tell. */
export function parseOutage(body: unknown): OutageState | null {
  return outage.safeParse(body).data?.state ?? null;
}
