import { HOUR } from '../../../lib/domain/time.ts';
import type { Chapter, Expected, Fault } from '../fault.ts';
import { edits, NEXT_CHECK } from './acts.ts';

const disagreement: Expected = { check: 'disagreement', severity: 'info', about: 'shop', within: HOUR + NEXT_CHECK };

const alone: readonly Fault[] = ['CPS_SNAPSHOT_BEHIND', 'CPS_PREV_SNAPSHOT_OLD', 'CPS_SNAPSHOT_FAILED', 'CPS_SNAPSHOT_FALLBACK_FAILED'].map(
  (type) => ({
    id: `alert-${type.toLowerCase().replaceAll('_', '-')}`,
    title: `Atlas holds an alert ${type} open, and our reading finds nothing wrong`,
    source: '[S] docs/facts/atlas.md §8 row 8, §6',
    start: ({ shop }) => void shop.addAlert(type, 0),
    expect: [disagreement],
    lasts: 3 * HOUR,
    mend: ({ shop }) => shop.alerts.forEach((alert) => void (alert.status = 'CLOSED')),
  }),
);

const named: readonly Fault[] = [
  {
    id: 'alert-by-name',
    title: 'the alert names its cluster by `clusterName` alone, while another cluster’s backups fail: that does not explain it',
    source: '[S] docs/facts/atlas.md §6 (alerts carry `clusterId` or the promised `clusterName`)',
    start: ({ atlas, shop, cluster }) => {
      cluster('ledger').backup = false;
      shop.addAlert('CPS_SNAPSHOT_BEHIND', 0);
      atlas.fault(
        /\/alerts\?/,
        edits((one) => ({ ...one, clusterName: 'orders' })),
      );
    },
    expect: [disagreement, { check: 'backup-off', severity: 'critical', about: 'ledger', within: NEXT_CHECK }],
    lasts: 3 * HOUR,
  },
  {
    id: 'alert-of-others',
    title:
      'Atlas holds alerts open about copies, exports, restores and a snapshot that is tried again: nothing that a check of ours denies',
    source: '[S] docs/facts/atlas.md §6 (CPS alertable types)',
    start: ({ shop }) => {
      for (const type of [
        'CPS_COPY_SNAPSHOT_FAILED',
        'CPS_EXPORT_FAILED',
        'CPS_RESTORE_FAILED',
        'CPS_CONCURRENT_SNAPSHOT_FAILED_WILL_RETRY',
      ])
        shop.addAlert(type, 0);
    },
    expect: [],
    lasts: 3 * HOUR,
  },
];

export const ALERTS: Chapter = {
  heading: 'Atlas’s own alerts against our verdicts (docs/facts/atlas.md §6)',
  faults: [...alone, ...named],
};
