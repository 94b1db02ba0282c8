import type { CheckId } from '../domain/policy.ts';
import { BACKUP_CHECKS } from './checks-backups.ts';
import { WATCH_CHECKS } from './checks-watch.ts';
import type { Runbook } from './guide.ts';

/** One runbook a check; every alert links to its own. */
export const RUNBOOKS: Readonly<Record<CheckId, Runbook>> = { ...BACKUP_CHECKS, ...WATCH_CHECKS };
