import type { CheckId } from './domain/policy.ts';

/** What to do when a check fails: for the engineer who was woken by it. */
export type Runbook = { readonly means: string; readonly risk: string; readonly steps: readonly string[]; readonly over: string };

const ON_DEMAND =
  'Take an on-demand snapshot now: Atlas → cluster → Backup → Take Snapshot Now, or `atlas backups snapshots create CLUSTER --projectId PROJECT --desc "restorable" --retention 90`.';
const FEED = 'Read what happened before it: Atlas → project → Activity Feed, filtered by the cluster.';

/** One runbook a check; every alert links to its own. */
export const RUNBOOKS: Readonly<Record<CheckId, Runbook>> = {
  'backup-age': {
    means:
      'The newest recovery point (a completed snapshot that is neither a fallback nor expired) is older than promised, 24 h by default, and no snapshot that is due or running explains it.',
    risk: 'A restore from snapshots loses everything written since that point. With continuous backup the window may still reach further: the alert says so.',
    steps: [
      ON_DEMAND,
      'Look at the schedule: Atlas → cluster → Backup → Policy. Was an item deleted or its time moved? Is `nextSnapshot` in the past?',
      FEED,
      'If snapshots queue but never complete, open a case with MongoDB and say since when.',
    ],
    over: 'A completed snapshot younger than the limit.',
  },
  rpo: {
    means: 'The newest moment that could be restored lies further back than the RPO promised for the cluster.',
    risk: 'That much would be lost if the cluster were lost now.',
    steps: [
      'Decide whether the writes since then can be had again from elsewhere.',
      ON_DEMAND,
      'If it goes on: shorten the schedule, switch continuous backup on, or write the true promise into restorable.config.ts.',
    ],
    over: 'The exposure is within the promise again.',
  },
  'pitr-gap': {
    means: 'Continuous backup is off, or Atlas says that it cannot copy the oplog fast enough.',
    risk: 'Moments since the start of the gap cannot be restored; the last snapshot before it is what is left. If the oplog rolls over before it is copied, the break stays for good.',
    steps: [
      'Off: Atlas → cluster → Backup → switch Continuous Cloud Backup on. Nothing from before that is restorable to a point in time.',
      'Behind: look for a write burst (Atlas → Metrics → Oplog GB/Hour) and stop or slow it; enlarge the oplog (minimum oplog window).',
      ON_DEMAND,
    ],
    over: 'Atlas says caught up, or a later snapshot completes and two hours pass without a further sign.',
  },
  'pitr-break': {
    means:
      'A span inside the restore window cannot be restored to: what a gap, a pause, a restore or switching continuous backup off has left.',
    risk: 'Only moments inside the span. Before and after it, restores work.',
    steps: [
      'Nothing can mend it. Note the span in your incident log.',
      'If you must go back into the span: restore the newest snapshot before it, or the first moment after it.',
    ],
    over: 'The span has left the restore window.',
  },
  'snapshot-size': {
    means: 'The newest snapshot is more than 50 % (and 1 GiB) larger or smaller than before, or almost empty.',
    risk: 'Smaller may mean that data is gone and will be gone from every backup once the old ones expire. Larger may mean a runaway job.',
    steps: [
      'Compare with what happened in between: deploys, migrations, mass deletes, a change of tier (the alert names those that Atlas tells).',
      'If data is missing: stop what deletes, extend the retention of the snapshot before, and restore it into another cluster to compare.',
      'If it was meant: nothing; three more snapshots of that size make it the new normal.',
    ],
    over: 'The size is in line again, or three later snapshots have confirmed the new one.',
  },
  'snapshot-failed': {
    means: 'A snapshot failed and none was completed since, or one runs far longer than this cluster’s snapshots do.',
    risk: 'None yet: the points before it are there. If it goes on, the newest one grows old.',
    steps: [
      FEED,
      ON_DEMAND,
      'Check disk space and encryption keys (Atlas → Advanced → Encryption at Rest). Atlas gives no reason by its API: ask MongoDB.',
    ],
    over: 'A later snapshot is completed.',
  },
  'backup-off': {
    means: 'Backups are switched off where the policy wants them; or, for a project, M0 clusters exist, which have none at all.',
    risk: 'Nothing can be restored. Switching backups off deletes the snapshots unless they are retained.',
    steps: [
      'Atlas → cluster → Edit configuration → Additional settings → Turn on Cloud Backup, then continuous backup.',
      FEED,
      'If it was meant: exempt the cluster with a reason (restorable.config.ts, or the tag `restorable-exempt`).',
    ],
    over: 'Backups are on, or the cluster is exempt.',
  },
  'cluster-gone': {
    means: 'An Atlas event says that a cluster was deleted: by whom, when, and which snapshots are left.',
    risk: 'What is left expires by its own retention.',
    steps: [
      'Ask the person named. If nobody meant it, treat it as a breach until shown otherwise.',
      'Restore what is left into a new cluster now: Atlas → Backup → Snapshots of deleted clusters.',
      'Termination protection keeps it from happening again.',
    ],
    over: 'Seven days later (policy), or when the cluster is listed again.',
  },
  visibility: {
    means: 'Restorable cannot read what it needs, so it cannot tell whether backups are in order.',
    risk: 'Faults go unseen. Open incidents stay open.',
    steps: [
      '401: the service account’s secret was revoked or has expired: make a new one.',
      '403 with an address: add it to the API access list of the service account (not to the project’s network access list). 403 without: give it Project Read Only.',
      '429: somebody else uses up the project’s rate limit.',
      'Timeouts, 5xx: look at https://status.mongodb.com, and run `npm run doctor`.',
    ],
    over: 'Everything can be read again.',
  },
  monitor: {
    means:
      'Restorable itself is in trouble: no check completed for three hours, its state cannot be read or written, or a channel does not take its messages.',
    risk: 'Backups are not being watched, or nobody is told.',
    steps: [
      'No check: see the host’s cron and its log; call /api/cron/check by hand and read its answer.',
      'State: the store’s console (status, limits, budget), KV_REST_API_URL and KV_REST_API_TOKEN.',
      'A channel: `npm run test-alert -- --channel NAME` says what the provider answers.',
    ],
    over: 'A check completes; the state can be written; nothing is overdue on the channel.',
  },
  disagreement: {
    means: 'Atlas’s own open alerts or events say something that our verdicts contradict.',
    risk: 'One of the two is wrong, or their thresholds differ.',
    steps: [
      'Read both sides in the alert, then in Atlas → Alerts and Backup → Snapshots.',
      'Set the threshold that you mean, there or in restorable.config.ts.',
    ],
    over: 'Both say the same.',
  },
  'alert-path': {
    means: 'The path from a finding to a person was never proven, or its last proof failed; or this is such a test.',
    risk: 'The alert that matters may ring nowhere.',
    steps: [
      '`npm run prove-alerts` sends a synthetic P0 and P1 through the real channels.',
      'A channel that refused: `npm run test-alert -- --channel NAME`.',
    ],
    over: 'Every channel has accepted the synthetic alerts.',
  },
};
