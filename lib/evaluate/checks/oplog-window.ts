import { alertCheck } from '../../domain/check/open-alerts.ts';

/** Atlas says that the oplog holds less time than its alert's threshold: the forerunner of a gap in PITR (docs/facts/atlas.md §8 row 6). */
export const oplogWindow = alertCheck(
  {
    id: 'oplog-window',
    promise: 'the oplog reaches back far enough',
    inShort: { one: 'the oplog window runs out' },
    severity: 'warning',
    timedByAtlas: true,
    runbook: {
      means: 'Atlas’s own alert REPLICATION_OPLOG_WINDOW_RUNNING_OUT is open: the oplog holds less time than the threshold of the alert.',
      risk: 'Writes that leave the oplog before Atlas has copied them leave a break in PITR for good. A node that is down for longer than the window must be synchronised anew.',
      steps: [
        'Look for a write burst: Atlas → cluster → Metrics → Oplog GB/Hour and Replication Oplog Window. Stop or slow it.',
        'Raise the minimum oplog window: Atlas → cluster → Edit → Additional Settings. It needs disk space.',
        'See whether PITR is still whole: the restorable window on the page, and the check pitr-gap.',
      ],
      over: 'Atlas closes its alert.',
      follow: ['pitr-recovery', 'snapshot-restore'],
    },
  },
  {
    type: 'REPLICATION_OPLOG_WINDOW_RUNNING_OUT',
    means: 'the oplog holds less time than the threshold of the alert, and what leaves it before it is copied is lost to PITR',
    action: 'Look for a write burst (Atlas, Metrics, Oplog GB/Hour) and stop or slow it; raise the minimum oplog window of the cluster.',
  },
);
