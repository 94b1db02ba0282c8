import { type Guide, step } from '../domain/check/runbook.ts';

const TARGET =
  'Choose the target: a cluster that may be erased, IDLE, with the same or the next major version of MongoDB, as many shards, and at least as much disk. The sandbox of the restore tests is one; for a real recovery a new cluster is best. `restorewatch restore` takes only what carries the tag `restorewatch=sandbox` in Atlas, is no source of a restore test, and is not watched as a cluster with data of its own: give the new cluster this tag and `restorewatch-exempt=recovery target`, and take both away before it serves.';
const ERASED = 'Read the name of the target once more: everything in it is erased, and it answers nobody until the restore is done.';

/** How to restore data, and how to take a backup by hand (plan 2). */
export const RECOVERY_PROCEDURES = {
  'pitr-recovery': {
    title: 'Point-in-time recovery',
    plan: '2.1',
    when: 'Data has to be as it was at one second of the restore window (7 days by the plan), and continuous backup is on.',
    within: 'RTO under 4 hours, RPO under 1 hour.',
    steps: [
      'Choose a moment before the incident, inside the restorable window and outside its breaks. Inside a break Atlas refuses it: take the last moment before the break, or a snapshot.',
      TARGET,
      ERASED,
      step(
        'Start it, by one of the three. The Atlas CLI’s help says that the moment must lie within the last 24 hours; should it refuse an older one, use the other two.',
        'restore-moment',
      ),
      step('Follow it. Atlas tells neither start nor progress: write down when it was asked for.', 'follow-restore'),
      'Validate before anybody uses it: see the runbook “Validate a restore”.',
      'Point the application at it, or copy back what is needed.',
    ],
    after: [
      'The newest document is from before the moment you chose, and not much older.',
      'Where the target is one that serves: continuous backup is on, and its first snapshot after the restore is complete. Before that, no moment of it can be restored.',
      'Search indexes are rebuilt by Atlas from their definitions: searches answer.',
    ],
    follow: ['validate-restore', 'snapshot-restore'],
  },
  'snapshot-restore': {
    title: 'Snapshot restore',
    plan: '2.2',
    when: 'A daily point is good enough, the moment lies outside the restore window or inside a break, or the cluster has no continuous backup (Flex).',
    within: 'RTO under 4 hours; what was written since the snapshot is lost.',
    steps: [
      step(
        'List the snapshots and choose one: completed, not a fallback, not about to expire. One that passed a restore test is worth more than a newer one that did not.',
        'list-snapshots',
      ),
      TARGET,
      ERASED,
      step('Start it, by one of the three.', 'restore-snapshot'),
      step('Follow it.', 'follow-restore'),
      'Validate before anybody uses it: see the runbook “Validate a restore”.',
      'Update the application’s connection string, if the target is another cluster.',
    ],
    after: [
      'Counts and indexes are those of the time of the snapshot.',
      'What was lost between the snapshot and now is named, and told to whoever has to know.',
      'The cluster that now serves has backups on, and a snapshot since.',
    ],
    follow: ['validate-restore', 'pitr-recovery'],
  },
  'manual-backup': {
    title: 'Manual backup',
    plan: '1.1 and 2.3',
    when: 'Before a risky change, when Atlas’s own backups are in doubt, or to keep a copy outside of Atlas.',
    within: 'An on-demand snapshot is kept 90 days (plan 1.1).',
    steps: [
      step(
        'In Atlas: take an on-demand snapshot. It is asked for at once; it is a recovery point only when it is completed.',
        'snapshot-now',
      ),
      step(
        'Outside of Atlas: set MONGODB_URI in the environment (never on the command line, where every process can read it) and start the backup. It is written as mongodump writes, with checksums and a manifest beside it.',
        'backup',
      ),
      'Read its exit code: only 0 is a backup. What was cut off leaves nothing behind, or a folder with UNFINISHED-BACKUP.txt in it, from which nothing is restored.',
      step('Validate it into the sandbox: a backup that was never restored is a hope.', 'validate'),
      'Keep it where the plan’s retention and the right to erasure can be kept: encrypted, with a date on which it is deleted.',
    ],
    after: [
      'The manifest is there, and its counts are what you expect.',
      'The snapshot shows as completed in Atlas, with 90 days of retention.',
      'It is in the log of this product, with who and when.',
    ],
    follow: ['validate-restore', 'retention-and-erasure'],
  },
  'validate-restore': {
    title: 'Validate a restore',
    plan: '6.1',
    when: 'After every restore, before anybody uses what was restored; and of every manual backup.',
    within: 'Counts as part of the RTO of 4 hours.',
    steps: [
      'Use a database user that can only read. One that can write is warned of.',
      step(
        'A manual backup: restore and validate it in one go. The target is named by the variable that holds its address, and must be empty, or a sandbox that `restorewatch sandbox --mark` has marked.',
        'validate',
      ),
      step(
        'A backup that mongorestore has restored already: compare it with the backup. RESTORED_URI is a variable that holds the address of what was restored; nothing is written there.',
        'validate-restored',
      ),
      step(
        'A restore test: it validates by itself. Where the functions of this product cannot reach the sandbox, move it on from your own network.',
        'test-advance',
      ),
      'Any other restored cluster: in mongosh, side by side with the source or with a manifest of it. `show dbs`, then for each collection `countDocuments`, `getIndexes` and the newest document by its time, and every assertion of restorewatch.config.ts.',
      'Read each line: expected, found, verdict. One failed line fails it. What could not be verified is neither passed nor failed: repeat it. A backup without its manifest stays so, since nothing tells whether it is complete.',
    ],
    after: [
      'Namespaces, counts within the tolerance, indexes, options, freshness within the RPO, a readable sample of each collection, and every assertion: passed.',
      'Search and vector indexes: a restore test waits until they can be searched; after a restore by hand look at them yourself. Time series are not covered by the validation.',
      'The record is in the log, with the time it took.',
    ],
    follow: ['weekly-restore-test', 'pitr-recovery'],
  },
} satisfies Readonly<Record<string, Guide>>;
