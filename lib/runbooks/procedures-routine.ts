import { type Guide, step } from '../domain/check/runbook.ts';

/** What to do regularly, so that a recovery works when it is needed (plan 6 and 7). */
export const ROUTINE_PROCEDURES = {
  'weekly-restore-test': {
    title: 'Weekly restore test',
    plan: '6.1',
    when: 'Every week, for every source in `restoreTests` of restorewatch.config.ts. Restorewatch starts it by itself; this is for doing it by hand.',
    within: 'Weekly; overdue is a P1, a failure a P0.',
    steps: [
      'See that the sandbox is one: named in restorewatch.config.ts, tagged `restorewatch=sandbox` in Atlas, IDLE, no source of any test.',
      step('Start it. It chooses the point, asks the interlock, restores, validates, records and cleans up.', 'test-start'),
      step('Where the functions cannot reach the sandbox, move it on from your network or from CI.', 'test-advance'),
      'Refused: the reason is a finding on the page. Mend that; never restore around the interlock.',
      step(
        'Failed: read the evidence, restore the same point once more, and if it fails again, take a snapshot and test that.',
        'snapshot-now',
      ),
    ],
    after: [
      'The page shows the point as proven, with when it expires.',
      'RTO by phase and RPO are in the log, and not getting worse from test to test.',
      'The sandbox is empty again, kept or paused, as the policy says.',
    ],
    follow: ['validate-restore', 'monthly-drill'],
  },
  'monthly-drill': {
    title: 'Monthly DR drill',
    plan: '6.2',
    when: 'Every month, one scenario after the other. It tests people and procedures; the restore test tests the data.',
    within: 'Monthly; failover under 10 seconds, RTO under 4 hours, RPO under 1 hour.',
    steps: [
      'Say beforehand that it is a drill, who leads it and who writes the times down.',
      step('Primary failure: the primaries of the drill cluster are restarted while a writer of ours measures.', 'drill-primary-failure'),
      step(
        'Corruption or deletion: planted in the sandbox, recovered to the second before, data compared.',
        'drill-corruption',
        'drill-deletion',
      ),
      step('Breach: on the table, with the list of who did what when.', 'drill-breach'),
      step('Region outage: a simulated outage of a region of the drill cluster, begun, watched, ended.', 'drill-region-outage'),
      'Open the runbook of the scenario and do what it says, not what you remember.',
      'Write down the times, what went wrong and what was learned, and a follow-up with a date for each.',
    ],
    after: [
      'The report is in the log: timeline, measured RTO and RPO against the targets, lessons.',
      'Each follow-up has somebody who does it and a date; open ones are findings.',
      'The runbooks are changed where they were wrong.',
    ],
    follow: ['corruption', 'accidental-deletion', 'region-outage', 'security-breach'],
  },
  'retention-and-erasure': {
    title: 'Retention and erasure from backups',
    plan: '7',
    when: 'Somebody asks to be erased (GDPR, article 17), or data has reached the end of its retention.',
    within:
      'Backups of user data and analytics 90 days, of logs 30 days, of financial data 7 years (plan 7.1). Answer a request within one month (article 12).',
    steps: [
      'Erase it from the live database, and register it by the id of your own ticket, where and when: `restorewatch erasures add --reference PRIV-123 --clusters NAME --namespaces DB.COLLECTION`. No name, mail address or telephone number: the register outlives the backups and cannot be erased.',
      step(
        'See which backups still hold it: every snapshot from before the erasure, the window of continuous backup, and manual backups.',
        'list-snapshots',
      ),
      'Usually: let them expire, and tell the person the date that `restorewatch erasures list` says. “Not before” means that something is unknown to Atlas: exports lie in your own bucket for as long as its lifecycle rule keeps them. Financial records that the law demands are kept.',
      step(
        'Where it cannot wait: take and test a new snapshot first, then delete the older ones. With a Backup Compliance Policy Atlas refuses to delete any; say so in the answer.',
        'snapshot-now',
        'delete-snapshot',
      ),
      'Deleting a snapshot deletes its copies in other regions too. Continuous backup forgets by itself when its window has moved on.',
      'Manual backups: delete the folder and its manifest, wherever it was copied to.',
      'After every restore, test and drill: `restorewatch erasures --after-restore ID` names what came back. Erase it again before anybody uses what was restored, then `restorewatch erasures confirm --reference PRIV-123 --restore ID`. A restore for good stays "not finished" on /records until then.',
    ],
    after: [
      'No snapshot from before the erasure is left, or the last date on which one expires is written down.',
      'A recovery point that passed a restore test is still there.',
      'Encryption at rest is on and access is logged (plan 7.2).',
    ],
    follow: ['manual-backup', 'validate-restore'],
  },
  'credential-rotation': {
    title: 'Credential rotation',
    plan: '3.4',
    when: 'After a breach, when somebody leaves, before a secret expires, or when one was seen where it should not be.',
    within: 'After a breach at once, those that can delete first.',
    steps: [
      step(
        'Atlas service accounts: Organization → Access Manager → Service Accounts: add a second secret, set ATLAS_CLIENT_SECRET and ATLAS_RESTORE_CLIENT_SECRET, see that it works, then revoke the old one.',
        'doctor',
      ),
      step(
        'Database users: Atlas → project → Database Access → Edit → password, one user at a time; set MONGODB_URI and SANDBOX_MONGODB_URI. Not by the command line: a password there can be read in the list of processes.',
        'database-users',
      ),
      'Channels: PagerDuty’s integration key and API token, Slack’s bot token and signing secret, SMTP, Twilio’s auth token.',
      step(
        'This product: CRON_SECRET (here and at the scheduler), the token of the store, HEARTBEAT_URL, and the password of each person who may see the page.',
        'user',
      ),
      'EVIDENCE_KEY last (restorewatch evidence key): evidence that the old one signed is checked with the old public key for ever, so give both public keys to whoever checks.',
      'Everybody’s own accounts at Atlas, Vercel and the channels: sign out all sessions, second factor on.',
    ],
    after: [
      'An old secret of each kind is refused.',
      'A check has completed since (`/api/health` answers 200), and the channels took a message: `restorewatch alerts prove`.',
      'Nothing still uses an old one: no 401 in the logs of the last day.',
    ],
    follow: ['security-breach'],
  },
} satisfies Readonly<Record<string, Guide>>;
