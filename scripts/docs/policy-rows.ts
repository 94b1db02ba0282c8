import { CLUSTER_DEFAULTS, GENERAL_DEFAULTS, RETENTION_CLASSES } from '../../lib/config/policy/defaults.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/domain/time.ts';

/** One setting of restorewatch.config.ts: its path, its default and its meaning. */
type PolicyRow = { readonly path: string; readonly standard: unknown; readonly meaning: string };

const { backupAge, grace, rpo, snapshotSize, pitr, backup, onDemand, snapshotRunning, redundancy, pausedExpiry, backupPolicy } =
  CLUSTER_DEFAULTS;
const { routes, smsResolves, stormAbove, visibility, goneShownFor } = GENERAL_DEFAULTS;

/** Settings for every cluster, which a project, a cluster or a tag may override. */
export const CLUSTER_ROWS: readonly PolicyRow[] = [
  { path: 'backupAge.limitHours', standard: backupAge.limit / HOUR, meaning: 'the newest recovery point is older: critical' },
  {
    path: 'backupAge.excuseAtLeastMinutes',
    standard: backupAge.excuseAtLeast / MINUTE,
    meaning:
      'after the limit, a snapshot that is due or running excuses the age at least for so long (else for twice its longest recent duration)',
  },
  { path: 'backupAge.excuseAtMostMinutes', standard: backupAge.excuseAtMost / MINUTE, meaning: 'and at most for so long' },
  { path: 'graceHours', standard: grace / HOUR, meaning: 'added to the schedule’s interval before a first or next snapshot is missed' },
  {
    path: 'rpo.targetMinutes',
    standard: rpo.target / MINUTE,
    meaning: 'exposure (now − newest restorable moment) where PITR is wanted: over it warning, over twice critical',
  },
  { path: 'rpo.dayIsEnough', standard: rpo.dayIsEnough, meaning: 'true: a missed RPO stays a warning' },
  { path: 'snapshotSize.changePercent', standard: snapshotSize.change * 100, meaning: 'the size changed by more, either way: warning' },
  { path: 'snapshotSize.atLeastBytes', standard: snapshotSize.atLeastBytes, meaning: 'and by more bytes than this (1 GiB)' },
  { path: 'snapshotSize.criticalChangePercent', standard: snapshotSize.criticalChange, meaning: 'changed by more: critical; null: never' },
  { path: 'pitr.wanted', standard: pitr.wanted, meaning: 'continuous backup has to be on (dedicated clusters; flex has none)' },
  { path: 'pitr.gapMinutes', standard: pitr.gap / MINUTE, meaning: 'an oplog gap that is longer: critical; shorter: warning' },
  { path: 'backup.wanted', standard: backup.wanted, meaning: 'backups have to be on' },
  {
    path: 'onDemand',
    standard: onDemand,
    meaning: '`kept`: on-demand snapshots that go before their time are a warning too; `free`: they stand in the digest',
  },
  {
    path: 'snapshotRunning.factor',
    standard: snapshotRunning.factor,
    meaning: 'a snapshot runs longer than so many times its longest recent duration: warning',
  },
  { path: 'snapshotRunning.atLeastHours', standard: snapshotRunning.atLeast / HOUR, meaning: 'but never sooner than this' },
  {
    path: 'snapshotRunning.withoutHistoryHours',
    standard: snapshotRunning.withoutHistory / HOUR,
    meaning: 'and after this where no duration is known',
  },
  {
    path: 'redundancy.nodes',
    standard: redundancy.nodes,
    meaning: 'a shard has fewer electable nodes: warning',
  },
  { path: 'redundancy.regions', standard: redundancy.regions, meaning: 'they lie in fewer regions: info' },
  {
    path: 'backupPolicy.restoreWindowDays',
    standard: backupPolicy.restoreWindowDays,
    meaning: 'where PITR is wanted and on, the schedule’s restore window has at least so many days; 0: no promise',
  },
  {
    path: 'backupPolicy.dailyDays',
    standard: backupPolicy.dailyDays,
    meaning: 'an item of the schedule that takes snapshots at least once a day keeps them at least so many days; 0: no promise',
  },
  {
    path: 'backupPolicy.onDemandDays',
    standard: backupPolicy.onDemandDays,
    meaning: 'so does its item for on-demand snapshots, where it has one; 0: no promise',
  },
  {
    path: 'pausedExpiry.warningDays',
    standard: pausedExpiry.warning / DAY,
    meaning: 'a paused cluster’s last snapshot expires within: warning',
  },
  { path: 'pausedExpiry.criticalDays', standard: pausedExpiry.critical / DAY, meaning: 'within, or none is left: critical' },
];

/** Settings for the whole installation. */
export const GENERAL_ROWS: readonly PolicyRow[] = [
  { path: 'routes.P0', standard: routes.P0, meaning: 'channels of what is critical' },
  { path: 'routes.P1', standard: routes.P1, meaning: 'of warnings' },
  { path: 'routes.P2', standard: routes.P2, meaning: 'of the rest' },
  { path: 'smsResolves', standard: smsResolves, meaning: 'true: the end of an incident is told by SMS too' },
  {
    path: 'stormAbove',
    standard: stormAbove,
    meaning: 'more new incidents of one priority in one check are one message (PagerDuty: always one each)',
  },
  {
    path: 'visibility.criticalAfterHours',
    standard: visibility.criticalAfter / HOUR,
    meaning: 'blind for longer: critical; until then a warning',
  },
  { path: 'goneShownForDays', standard: goneShownFor / DAY, meaning: 'how long a deleted cluster’s incident stays' },
  ...[...RETENTION_CLASSES].map(([name, { minDays }]) => ({
    path: `retention.classes.${name}.minDays`,
    standard: minDays,
    meaning: `a scheduled snapshot of a cluster of class ${name} is kept for at least so many days`,
  })),
  {
    path: 'retention.assign',
    standard: [],
    meaning:
      '`{ cluster, project or tag, class }`: which clusters keep which promise; see “How long backups are kept”, also for `maxDays` and classes of your own',
  },
];

const { responseTime, remindEvery, acknowledgedFor, contacts, flapping, digestHour, escalation } = GENERAL_DEFAULTS;

/** Settings for notifications, escalation and reminders. */
export const PEOPLE_ROWS: readonly PolicyRow[] = [
  ...(['P0', 'P1', 'P2'] as const).map((priority) => ({
    path: `responseMinutes.${priority}`,
    standard: responseTime[priority] / MINUTE,
    meaning: `unacknowledged for longer: the next rung of the ladder`,
  })),
  ...(['P0', 'P1', 'P2'] as const).map((priority) => ({
    path: `escalation.${priority}`,
    standard: escalation[priority],
    meaning: `the ladder of a ${priority}: other priorities’ channels, then the contacts`,
  })),
  ...(['P0', 'P1', 'P2'] as const).map((priority) => ({
    path: `remindMinutes.${priority}`,
    standard: remindEvery[priority] / MINUTE,
    meaning: 'reminded again after so long, while open and not acknowledged',
  })),
  { path: 'acknowledgedForHours', standard: acknowledgedFor / HOUR, meaning: 'how long an acknowledgement holds' },
  {
    path: 'contacts',
    standard: contacts,
    meaning: 'told last: `{ sms: […], email: […] }`; `roles` names the plan’s roles, as `people` does',
  },
  { path: 'maintenance', standard: [], meaning: 'windows in which nobody is told: `{ cluster, cron, timeZone, minutes, why }`' },
  { path: 'teams', standard: [], meaning: 'who is told instead of the default recipients (comment in restorewatch.config.ts)' },
  { path: 'flapping.episodes', standard: flapping.episodes, meaning: 'more episodes of one incident in the window are held open' },
  { path: 'flapping.withinHours', standard: flapping.within / HOUR, meaning: 'that window' },
  { path: 'flapping.steadyHours', standard: flapping.steady / HOUR, meaning: 'until it was well for so long' },
  { path: 'alertProof', standard: null, meaning: '`{ cron, timeZone }`: when a synthetic P0 and P1 prove the alert path' },
  { path: 'digestHour', standard: digestHour, meaning: 'the daily digest’s hour in UTC; null: none' },
];

const { recovery, recordsKeptFor, people, checklist } = GENERAL_DEFAULTS;

/** Settings for restore tests, drills and assertions about the data. */
export const RECOVERY_ROWS: readonly PolicyRow[] = [
  { path: 'restoreTests', standard: [], meaning: '`{ name, sources, target, … }`: see “Restore tests”' },
  { path: 'restoreTests[].everyDays', standard: 7, meaning: 'one test every so often; sources take turns' },
  { path: 'restoreTests[].graceHours', standard: 24, meaning: 'then it is overdue' },
  { path: 'restoreTests[].points', standard: ['latest', 'snapshot', 'moment'], meaning: 'what is restored, in turn' },
  {
    path: 'restoreTests[].afterwards',
    standard: 'drop',
    meaning: 'what becomes of the sandbox: drop the data, keep it, or pause the cluster',
  },
  { path: 'restoreTests[].databases', standard: null, meaning: 'the only databases that are looked at, and dropped afterwards; null: all' },
  { path: 'restoreTests[].countTolerancePercent', standard: 5, meaning: 'documents that may be missing or more' },
  { path: 'restoreTests[].sampleDocuments', standard: 20, meaning: 'documents read at random from each collection' },
  {
    path: 'restoreTests[].timeFields',
    standard: {},
    meaning: 'the field with a document’s time, by collection: `{ "shop.orders": "createdAt" }`',
  },
  {
    path: 'assertions',
    standard: [],
    meaning: 'sentences about the data: `{ name, collection, filter, min, max }` or `{ name, collection, pipeline, expect }`',
  },
  { path: 'drills', standard: [], meaning: '`{ name, scenario, target, everyDays }`: see “Drills”' },
  { path: 'recovery.rtoMinutes', standard: recovery.rto / MINUTE, meaning: 'a restore is to take less' },
  { path: 'recovery.rpoMinutes', standard: recovery.rpo / MINUTE, meaning: 'and to lose less' },
  { path: 'recovery.failoverSeconds', standard: recovery.failover / SECOND, meaning: 'a failover is to take less' },
  {
    path: 'people',
    standard: people?.map(({ role }) => role) ?? [],
    meaning: 'who is told in a recovery: `{ role, contact, duty }`; a contact left out shows as TBD; `contacts.roles` is the same',
  },
  { path: 'review.next', standard: null, meaning: 'the day of the plan’s next review, `"2027-03-01"`; over: a P2' },
  {
    path: 'checklist',
    standard: checklist,
    meaning:
      'your own lines of the checklist, each met while a check says that all is well: `{ id, title, check }`; unknown while it says nothing, as one that speaks only of what is wrong',
  },
  {
    path: 'recordsKeptForDays',
    standard: recordsKeptFor / DAY,
    meaning: 'how long records of tests, drills, backups and restores are kept',
  },
];

/** Every setting, in the order of the table. */
export const POLICY_ROWS: readonly PolicyRow[] = [...CLUSTER_ROWS, ...GENERAL_ROWS, ...PEOPLE_ROWS, ...RECOVERY_ROWS];
