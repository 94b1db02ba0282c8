import type { ClusterPolicy, GeneralPolicy } from '../domain/policy.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../domain/time.ts';

/** The plan's tables (backup and disaster recovery plan 2.1, 5.1, 5.2) and, where it is silent, what its users would expect. */
export const CLUSTER_DEFAULTS: ClusterPolicy = {
  exempt: null,
  backupAge: { limit: 24 * HOUR, excuseAtLeast: 30 * MINUTE, excuseAtMost: 2 * HOUR },
  grace: 2 * HOUR,
  rpo: { target: HOUR, dayIsEnough: false },
  snapshotSize: { change: 0.5, atLeastBytes: 1024 ** 3, criticalChange: null },
  pitr: { wanted: true, gap: HOUR },
  backup: { wanted: true },
  snapshotRunning: { factor: 3, atLeast: 2 * HOUR, withoutHistory: 24 * HOUR },
  pausedExpiry: { warning: 7 * DAY, critical: DAY },
  severity: {},
};

export const GENERAL_DEFAULTS: GeneralPolicy = {
  routes: { P0: ['pagerduty', 'sms'], P1: ['slack', 'email'], P2: ['email'] },
  smsResolves: false,
  stormAbove: 5,
  checkInterval: HOUR,
  visibility: { runs: 2, apart: 30 * MINUTE, atMost: 2 * HOUR, criticalAfter: DAY },
  goneShownFor: 7 * DAY,
  responseTime: { P0: 5 * MINUTE, P1: 30 * MINUTE, P2: 4 * HOUR },
  remindEvery: { P0: 30 * MINUTE, P1: 4 * HOUR, P2: DAY },
  acknowledgedFor: 8 * HOUR,
  escalation: { P0: ['contacts'], P1: ['P0', 'contacts'], P2: ['P1', 'P0', 'contacts'] },
  contacts: { sms: [], email: [] },
  maintenance: [],
  flapping: { episodes: 4, within: DAY, steady: 2 * HOUR },
  digestHour: 8,
  recovery: { rto: 4 * HOUR, rpo: HOUR, failover: 10 * SECOND },
  recordsKeptFor: 7 * 365 * DAY,
  // Plan 8, whose contacts are all TBD.
  people: [
    { role: 'Database Lead', contact: null, duty: 'Backup verification' },
    { role: 'DevOps Lead', contact: null, duty: 'Restore execution' },
    { role: 'CTO', contact: null, duty: 'Decision authority' },
    { role: 'Security', contact: null, duty: 'Breach response' },
  ],
};
