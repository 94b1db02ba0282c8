import { CLUSTER_DEFAULTS, GENERAL_DEFAULTS } from '../../lib/config/defaults.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';

/** One setting of restorable.config.ts: where it stands, what it is when left out, and what it means. */
export type PolicyRow = { readonly path: string; readonly standard: unknown; readonly meaning: string };

const { backupAge, grace, rpo, snapshotSize, pitr, backup, snapshotRunning, pausedExpiry } = CLUSTER_DEFAULTS;
const { routes, smsResolves, stormAbove, visibility, goneShownFor } = GENERAL_DEFAULTS;

/** What can be promised for every cluster, and otherwise for a project, a cluster or a tag. */
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
    path: 'pausedExpiry.warningDays',
    standard: pausedExpiry.warning / DAY,
    meaning: 'a paused cluster’s last snapshot expires within: warning',
  },
  { path: 'pausedExpiry.criticalDays', standard: pausedExpiry.critical / DAY, meaning: 'within, or none is left: critical' },
];

/** What holds for the whole installation. */
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
];

/** README's table of the policy, in Markdown. */
export function policyTable(): string {
  const line = ({ path, standard, meaning }: PolicyRow): string => `| \`${path}\` | \`${JSON.stringify(standard)}\` | ${meaning} |`;
  const head = ['| setting | default | meaning |', '|---|---|---|'];
  return [...head, ...CLUSTER_ROWS.map(line), ...GENERAL_ROWS.map(line)].join('\n');
}
