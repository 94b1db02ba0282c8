import { type Guide, type SCENARIO_NAMES, step } from '../domain/check/runbook.ts';

const CHOOSE_MOMENT =
  'Choose a moment before it, inside the restorable window and outside its breaks. A moment that is too early costs writes; one that is too late brings the damage back: begin with the last at which the data was surely good.';
const RESTORE_ASIDE =
  'Restore to that moment into another cluster, never over the damaged one: a restore erases its target, and the damaged data is evidence and may hold writes that you want back. The runbook “Point-in-time recovery” says what the target must be.';
const VALIDATE =
  'Validate what was restored: namespaces, counts, indexes, the newest document, and your assertions, as the runbook “Validate a restore” says. Nobody goes on before this has passed.';

/** The plan's four disasters (section 3). */
export const SCENARIOS: Readonly<Record<(typeof SCENARIO_NAMES)[number], Guide>> = {
  corruption: {
    title: 'Database corruption',
    plan: '3.1',
    when: 'Data integrity checks fail (`integrity`), a snapshot shrinks or grows without a reason (`snapshot-size`), or users report wrong data.',
    within: 'Begin at once. RTO under 4 hours, RPO under 1 hour.',
    steps: [
      'Stop what damages the data: roll back the deploy, stop the job, or take the writing users’ rights away. Write down when you did it.',
      step(
        'Keep what is there: take a snapshot of the state as it is, and see when the good snapshots expire; give those that expire soon more time.',
        'snapshot-now',
        'list-snapshots',
        'keep-snapshot',
      ),
      step(
        'Find out when it began: the last time that the assertions held, the deploys, the activity feed, the size of the snapshots.',
        'events',
      ),
      CHOOSE_MOMENT,
      step(RESTORE_ASIDE, 'restore-moment'),
      step('Wait for it, and write down when it was asked for and when it was done.', 'follow-restore'),
      VALIDATE,
      'Carry over the good writes made since that moment, or decide without them: the decision authority’s call (plan 8).',
      'Point the application at the restored cluster: the connection string in its environment, then a new deploy; DNS where you use it.',
      'Tell the people named below what was lost, from when to when, and what is being done about it.',
    ],
    after: [
      'The application reads and writes the restored cluster, and its error rate is what it was.',
      'Backups and continuous backup are on for the cluster that now serves, and its first snapshot is complete: until then there is no point in time to go back to.',
      'Every assertion holds; what let the corruption through has an assertion of its own now.',
      'The damaged cluster is kept until its cause is known, then deleted with its snapshots’ retention decided.',
      'RTO and RPO are written down, and the drill for this scenario is updated.',
    ],
    follow: ['pitr-recovery', 'validate-restore', 'snapshot-restore'],
  },
  'accidental-deletion': {
    title: 'Accidental data deletion',
    plan: '3.2',
    when: 'Audit logs or alerts show deletes nobody meant; a collection, a database or a cluster (`cluster-gone`) is not there any more.',
    within: 'Begin within 30 minutes: every hour moves the restorable window on.',
    steps: [
      'Stop the writes, if that is safe: what deletes first, then what depends on the deleted data.',
      step('Find out what was deleted, by whom and when: audit log, activity feed, application log. Note the second.', 'events'),
      step(
        'A whole cluster is gone: its snapshots are there only if they were kept. Atlas → project → Backup lists the clusters that were terminated; restore one into a new cluster: the newest, or the newest that passed a restore test.',
        'restore-snapshot',
      ),
      CHOOSE_MOMENT,
      step(RESTORE_ASIDE, 'restore-moment'),
      step('Wait for it.', 'follow-restore'),
      'Copy only the deleted documents back: mongodump of the collection from the restored cluster, mongorestore into the live one. mongorestore inserts and skips what is there: it overwrites nothing unless told to drop.',
      'Merge by hand where documents were changed since, and say which side won.',
      'Validate completeness: counts by day or by owner on both clusters, and your assertions.',
      'Let the writes go on.',
    ],
    after: [
      'Counts of what was deleted agree with the restored cluster; no document is there twice.',
      'What was erased on purpose (requests for erasure) has not come back: see the runbook “Retention and erasure”.',
      'Whoever or whatever deleted cannot do it again: rights, a confirmation, termination protection.',
      'The restored cluster is paused or deleted once it is not needed: it holds a copy of everything.',
    ],
    follow: ['pitr-recovery', 'retention-and-erasure', 'validate-restore'],
  },
  'region-outage': {
    title: 'Region outage',
    plan: '3.3',
    when: 'Health checks fail, https://status.mongodb.com or the host’s status page reports a region, `visibility` or `monitor` is open for everything at once.',
    within: 'Automatic with a multi-region cluster: a new primary within 10 seconds. Without one, you decide.',
    steps: [
      'Look first whether it is the region: Atlas’s and the cloud provider’s status pages, and the application’s from elsewhere.',
      'Multi-region cluster: the election is automatic. See that a primary is there (Atlas → cluster → Metrics, or `hello` in mongosh) and that the application reconnected.',
      'Traffic is moved by the edge (Vercel): see that its functions run in a region that reaches the new primary.',
      step(
        'One region only, and it stays away: decide (plan 8) whether to wait or to restore elsewhere. Snapshots live in the cluster’s own region unless the policy copies them: only copied ones can be restored while it is away.',
        'list-snapshots',
        'restore-snapshot',
      ),
      'Do not change the cluster’s configuration while the region is away, unless MongoDB’s support says so.',
      'Watch the primary region come back: its members catch up before they are elected again.',
      'Fail back when it is stable: Atlas prefers the region of highest priority by itself; do it by hand only where you changed it.',
    ],
    after: [
      'All members are healthy and caught up; the primary is where it should be.',
      'No gap in continuous backup (`pitr-gap`), or its break is known, and a snapshot has completed since.',
      'Failover time and acknowledged writes that were lost, measured against 10 seconds and none.',
      'This watchdog ran all the time, or its own gap is written down.',
    ],
    follow: ['snapshot-restore', 'monthly-drill'],
  },
  'security-breach': {
    title: 'Security breach',
    plan: '3.4',
    when: 'Security monitoring or an anomaly: unknown access, exported data, backups switched off or deleted by nobody you know (`backup-off`, `cluster-gone`).',
    within: 'Begin at once, with the person responsible for security; nothing is restored before they agree.',
    steps: [
      step(
        'Isolate: take the addresses of what is affected off the project’s access list, stop the affected deployments. Do not delete anything: it is evidence.',
        'access-list',
      ),
      'Keep the backups safe: whoever can delete snapshots can end every recovery. Remove that right from all but one person.',
      step('Rotate all credentials: see the runbook “Credential rotation”. Begin with those that can delete.', 'database-users'),
      step(
        'Read the access logs and the activity feed, and save them: Atlas keeps the database’s access history for seven days only.',
        'access-logs',
        'events',
      ),
      'Find the last moment before the intruder was in. A backup from later may hold what they left: users, functions, changed documents.',
      'Review with security what will be restored, from when, and into where; only then go on.',
      step(
        'Restore that clean point into a new cluster, in a project whose credentials the intruder never had.',
        'restore-moment',
        'restore-snapshot',
      ),
      VALIDATE,
      'Open it to the application with the new credentials only.',
      'Tell those who have to be told. Where personal data is concerned, the GDPR gives 72 hours to notify the authority (article 33).',
    ],
    after: [
      'No old credential works: try one of each kind.',
      'Database users, roles, triggers, service accounts and the access list hold nothing that nobody knows.',
      'Backups are on, their retention is as it was, and nothing was deleted since (activity feed).',
      'The alert path still reaches people: `restorewatch alerts prove`, since its keys were rotated too.',
      'Who did what, when, is written down (`restorewatch drill --checklist` has the list).',
    ],
    follow: ['credential-rotation', 'snapshot-restore', 'pitr-recovery'],
  },
};
