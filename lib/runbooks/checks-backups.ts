import { type Runbook, step } from './guide.ts';

const ON_DEMAND = step('Take an on-demand snapshot now.', 'snapshot-now');
const FEED = step('Read what happened before it: Atlas → project → Activity Feed, filtered by the cluster.', 'events');

/** Of the checks that look at the backups themselves. */
export const BACKUP_CHECKS = {
  'backup-age': {
    means:
      'The newest recovery point (a completed snapshot that is neither a fallback nor expired) is older than promised, 24 h by default, and no snapshot that is due or running explains it.',
    risk: 'A restore from snapshots loses everything written since that point. With continuous backup the window may still reach further: the alert says so.',
    steps: [
      ON_DEMAND,
      step(
        'Look at the schedule: Atlas → cluster → Backup → Policy. Was an item deleted or its time moved? Is `nextSnapshot` in the past?',
      ),
      FEED,
      step('If snapshots queue but never complete, open a case with MongoDB and say since when.'),
    ],
    over: 'A completed snapshot younger than the limit.',
    follow: ['snapshot-restore', 'manual-backup'],
  },
  rpo: {
    means: 'The newest moment that could be restored lies further back than the RPO promised for the cluster.',
    risk: 'That much would be lost if the cluster were lost now.',
    steps: [
      step('Decide whether the writes since then can be had again from elsewhere.'),
      ON_DEMAND,
      step('If it goes on: shorten the schedule, switch continuous backup on, or write the true promise into restorable.config.ts.'),
    ],
    over: 'The exposure is within the promise again.',
    follow: ['pitr-recovery', 'manual-backup'],
  },
  'pitr-gap': {
    means: 'Continuous backup is off, or Atlas says that it cannot copy the oplog fast enough.',
    risk: 'Moments since the start of the gap cannot be restored; the last snapshot before it is what is left. If the oplog rolls over before it is copied, the break stays for good.',
    steps: [
      step('Off: Atlas → cluster → Backup → switch Continuous Cloud Backup on. Nothing from before that is restorable to a point in time.'),
      step(
        'Behind: look for a write burst (Atlas → Metrics → Oplog GB/Hour) and stop or slow it; enlarge the oplog (minimum oplog window).',
      ),
      ON_DEMAND,
    ],
    over: 'Atlas says caught up, or a later snapshot completes and two hours pass without a further sign.',
    follow: ['pitr-recovery', 'snapshot-restore'],
  },
  'pitr-break': {
    means:
      'A span inside the restore window cannot be restored to: what a gap, a pause, a restore or switching continuous backup off has left.',
    risk: 'Only moments inside the span. Before and after it, restores work.',
    steps: [
      step('Nothing can mend it. Note the span in your incident log.'),
      step('If you must go back into the span: restore the newest snapshot before it, or the first moment after it.'),
    ],
    over: 'The span has left the restore window.',
    follow: ['pitr-recovery', 'snapshot-restore'],
  },
  'snapshot-size': {
    means: 'The newest snapshot is more than 50 % (and 1 GiB) larger or smaller than before, or almost empty.',
    risk: 'Smaller may mean that data is gone and will be gone from every backup once the old ones expire. Larger may mean a runaway job.',
    steps: [
      step(
        'Compare with what happened in between: deploys, migrations, mass deletes, a change of tier (the alert names those that Atlas tells).',
      ),
      step(
        'If data is missing: stop what deletes, extend the retention of the snapshot before, and restore it into another cluster to compare.',
        'list-snapshots',
        'keep-snapshot',
      ),
      step('If it was meant: nothing; three more snapshots of that size make it the new normal.'),
    ],
    over: 'The size is in line again, or three later snapshots have confirmed the new one.',
    follow: ['corruption', 'accidental-deletion'],
  },
  'snapshot-failed': {
    means: 'A snapshot failed and none was completed since, or one runs far longer than this cluster’s snapshots do.',
    risk: 'None yet: the points before it are there. If it goes on, the newest one grows old.',
    steps: [
      FEED,
      ON_DEMAND,
      step('Check disk space and encryption keys (Atlas → Advanced → Encryption at Rest). Atlas gives no reason by its API: ask MongoDB.'),
    ],
    over: 'A later snapshot is completed.',
    follow: ['manual-backup', 'snapshot-restore'],
  },
  'backup-off': {
    means: 'Backups are switched off where the policy wants them; or, for a project, M0 clusters exist, which have none at all.',
    risk: 'Nothing can be restored. Switching backups off deletes the snapshots unless they are retained.',
    steps: [
      step('Atlas → cluster → Edit configuration → Additional settings → Turn on Cloud Backup, then continuous backup.'),
      FEED,
      step('If it was meant: exempt the cluster with a reason (restorable.config.ts, or the tag `restorable-exempt`).'),
    ],
    over: 'Backups are on, or the cluster is exempt.',
    follow: ['manual-backup', 'security-breach'],
  },
  'cluster-gone': {
    means: 'An Atlas event says that a cluster was deleted: by whom, when, and which snapshots are left.',
    risk: 'What is left expires by its own retention.',
    steps: [
      step('Ask the person named. If nobody meant it, treat it as a breach until shown otherwise.'),
      step('Restore what is left into a new cluster now: Atlas → Backup → Snapshots of deleted clusters.'),
      step('Termination protection keeps it from happening again.'),
    ],
    over: 'Seven days later (policy), or when the cluster is listed again.',
    follow: ['accidental-deletion', 'security-breach'],
  },
} satisfies Readonly<Record<string, Runbook>>;
