import { CHANNEL_TRAITS } from '../../deliver/channels/registry.ts';
import { type ClusterPolicy, type GeneralPolicy, type RetentionBounds } from '../../domain/policy/policy.ts';
import { PLAN_ROLES } from '../../domain/policy/roles.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../domain/time.ts';

/** The tables of the plan (backup and disaster recovery plan 2.1, 5.1, 5.2), and sensible values where the plan says nothing. */
export const CLUSTER_DEFAULTS: ClusterPolicy = {
  exempt: null,
  backupAge: { limit: 24 * HOUR, excuseAtLeast: 30 * MINUTE, excuseAtMost: 2 * HOUR },
  grace: 2 * HOUR,
  rpo: { target: HOUR, dayIsEnough: false },
  snapshotSize: { change: 0.5, atLeastBytes: 1024 ** 3, criticalChange: null },
  pitr: { wanted: true, gap: HOUR },
  backup: { wanted: true },
  onDemand: 'free',
  snapshotRunning: { factor: 3, atLeast: 2 * HOUR, withoutHistory: 24 * HOUR },
  redundancy: { nodes: 3, regions: 1 },
  backupPolicy: { restoreWindowDays: 7, dailyDays: 30, onDemandDays: 90 },
  pausedExpiry: { warning: 7 * DAY, critical: DAY },
  retention: null,
  severity: {},
};

/** Plan 7.1, the column of backups, as minima; none is assigned. Seven years are 2,555 days, as in `recordsKeptFor`. */
export const RETENTION_CLASSES: ReadonlyMap<string, RetentionBounds> = new Map([
  ['user', { minDays: 90, maxDays: null }],
  ['logs', { minDays: 30, maxDays: null }],
  ['analytics', { minDays: 90, maxDays: null }],
  ['financial', { minDays: 7 * 365, maxDays: null }],
]);

export const GENERAL_DEFAULTS: GeneralPolicy = {
  channels: CHANNEL_TRAITS,
  routes: { P0: ['pagerduty', 'sms'], P1: ['slack', 'email'], P2: ['email'] },
  smsResolves: false,
  stormAbove: 5,
  checkInterval: HOUR,
  visibility: { runs: 2, apart: 30 * MINUTE, atMost: 2 * HOUR, criticalAfter: DAY },
  goneShownFor: 7 * DAY,
  responseTime: { P0: 5 * MINUTE, P1: 30 * MINUTE, P2: 4 * HOUR },
  remindEvery: { P0: 30 * MINUTE, P1: 4 * HOUR, P2: DAY },
  acknowledgedFor: 8 * HOUR,
  // No P2 climbs to a phone (docs/contract.md, clause 13).
  escalation: { P0: ['contacts'], P1: ['P0', 'contacts'], P2: ['P1'] },
  contacts: { sms: [], email: [] },
  maintenance: [],
  flapping: { episodes: 4, within: DAY, steady: 2 * HOUR },
  digestHour: 8,
  recovery: { rto: 4 * HOUR, rpo: HOUR, failover: 10 * SECOND },
  recordsKeptFor: 7 * 365 * DAY,
  people: PLAN_ROLES,
  review: { next: null },
  checklist: [],
};

/** A test every week (plan 6), with a day of grace. */
export const RESTORE_TEST_DEFAULTS = {
  every: 7 * DAY,
  grace: DAY,
  points: ['latest', 'snapshot', 'moment'],
  afterwards: 'drop',
  deadlines: {
    choose: 30 * MINUTE,
    request: 30 * MINUTE,
    // Plan 2.1 promises a recovery in less than 4 h. A restore that takes longer is still waited for, and its RTO is reported as missed.
    restore: 12 * HOUR,
    validate: 4 * HOUR,
    // As long as plan 2.1 lets a recovery take: an index that needs longer misses the RTO by itself.
    search: 4 * HOUR,
    clean: 30 * MINUTE,
  },
  tolerance: 0.05,
  sample: 20,
} as const;

/** A drill every month (plan 6). */
export const DRILL_DEFAULTS = { every: 30 * DAY, grace: 3 * DAY } as const;
