import { type Runbook, step } from './guide.ts';

/** Of the checks that look at the watch, at its tests and at the data. */
export const WATCH_CHECKS = {
  visibility: {
    means: 'Restorable cannot read what it needs, so it cannot tell whether backups are in order.',
    risk: 'Faults go unseen. Open incidents stay open.',
    steps: [
      step('401: the service account’s secret was revoked or has expired: make a new one.'),
      step(
        '403 with an address: add it to the API access list of the service account (not to the project’s network access list). 403 without: give it Project Read Only.',
      ),
      step('429: somebody else uses up the project’s rate limit.'),
      step('Timeouts, 5xx: look at https://status.mongodb.com, and run `npm run doctor`.'),
    ],
    over: 'Everything can be read again.',
    follow: ['credential-rotation', 'region-outage'],
  },
  monitor: {
    means:
      'Restorable itself is in trouble: no check completed for three hours, its state cannot be read or written, or a channel does not take its messages.',
    risk: 'Backups are not being watched, or nobody is told.',
    steps: [
      step('No check: see the host’s cron and its log; call /api/cron/check by hand and read its answer.'),
      step('State: the store’s console (status, limits, budget), KV_REST_API_URL and KV_REST_API_TOKEN.'),
      step('A channel: `npm run test-alert -- --channel NAME` says what the provider answers.'),
    ],
    over: 'A check completes; the state can be written; nothing is overdue on the channel.',
    follow: ['region-outage'],
  },
  disagreement: {
    means: 'Atlas’s own open alerts or events say something that our verdicts contradict.',
    risk: 'One of the two is wrong, or their thresholds differ.',
    steps: [
      step('Read both sides in the alert, then in Atlas → Alerts and Backup → Snapshots.'),
      step('Set the threshold that you mean, there or in restorable.config.ts.'),
    ],
    over: 'Both say the same.',
    follow: ['validate-restore'],
  },
  'alert-path': {
    means: 'The path from a finding to a person was never proven, or its last proof failed; or this is such a test.',
    risk: 'The alert that matters may ring nowhere.',
    steps: [
      step('`npm run prove-alerts` sends a synthetic P0 and P1 through the real channels.'),
      step('A channel that refused: `npm run test-alert -- --channel NAME`.'),
    ],
    over: 'Every channel has accepted the synthetic alerts.',
    follow: ['credential-rotation'],
  },
  'restore-test': {
    means:
      'A restore test failed, could not be verified, is overdue, or was never done; or the last proven recovery point is about to expire.',
    risk: 'Nobody knows whether these backups can be restored, or it is known that this one could not.',
    steps: [
      step('Read the evidence on the page or in the log: each line says what was expected and what was found.'),
      step(
        'Failed: restore the same point, a snapshot or a moment, once more by hand; if it fails again, take an on-demand snapshot and test that.',
        'restore-snapshot',
        'restore-moment',
        'snapshot-now',
      ),
      step(
        'Could not be verified: the sandbox, its credentials (ATLAS_RESTORE_*, SANDBOX_MONGODB_URI) or the network; move it on from your own network.',
        'test-advance',
      ),
      step('Overdue: see why the interlock refused it, mend that, and begin one now.', 'test-start'),
    ],
    over: 'A later restore test of the same source passes.',
    follow: ['weekly-restore-test', 'validate-restore'],
  },
  drill: {
    means: 'A DR drill is overdue or failed, or what a drill taught has not been followed up.',
    risk: 'On the worst day the procedure is done for the first time.',
    steps: [
      step('`npm run drill -- --scenario NAME` runs one; the runbooks of the scenarios say what it does.'),
      step('Follow-ups: do them, then `npm run drill -- --close ID`.'),
    ],
    over: 'The drill of that scenario was done, and its follow-ups are closed.',
    follow: ['monthly-drill'],
  },
  integrity: {
    means: 'A sentence of yours about the data (restorable.config.ts, `assertions`) does not hold any more.',
    risk: 'The data may be corrupt or gone; new backups hold the damage too, and the good ones expire.',
    steps: [
      step('Compare with the last recovery point at which it still held: the alert names it.'),
      step('Stop what damages the data. Extend the retention of the snapshots from before.', 'list-snapshots', 'keep-snapshot'),
      step('Follow the runbook of the scenario “corruption”.'),
    ],
    over: 'Every assertion holds again.',
    follow: ['corruption', 'accidental-deletion'],
  },
} satisfies Readonly<Record<string, Runbook>>;
