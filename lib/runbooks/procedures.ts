import type { Guide, PROCEDURE_NAMES } from './guide.ts';
import { RECOVERY_PROCEDURES } from './procedures-recovery.ts';
import { ROUTINE_PROCEDURES } from './procedures-routine.ts';

/** The plan's procedures (sections 2, 6 and 7). */
export const PROCEDURES: Readonly<Record<(typeof PROCEDURE_NAMES)[number], Guide>> = { ...RECOVERY_PROCEDURES, ...ROUTINE_PROCEDURES };
