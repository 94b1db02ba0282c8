import type { NotYet } from '../fault.ts';

/** What no check judges so far, and why. */
export const NOT_YET: readonly NotYet[] = [
  {
    title: 'restore jobs with this cluster as their target, from projects that we do not see',
    source: '[D] docs/facts/atlas.md §8 row 4',
    why: 'needs Project Backup Manager, which may also delete snapshots',
  },
  {
    title: '`snapshots?pointInTimeUtcSeconds=T` finds no base snapshot',
    source: '[?] docs/facts/atlas.md §8 row 5',
    why: 'proves impossibility for one moment; comes with drills, which choose the moment',
  },
  {
    title: 'the oplog shrinks, its rate spikes, it is resized, and no alert of Atlas’s is configured that says so',
    source: '[S] docs/facts/atlas.md §8 row 6',
    why: 'a risk only; comes with oplog-window metrics',
  },
  {
    title: 'version, FCV or topology change since the last completed snapshot leaves a gap in PITR',
    source: '[OM][I] docs/facts/atlas.md §8 row 7',
    why: 'Atlas does not state it; a changed topology moves the clocks of freshness, and shows beside a jump in size',
  },
  {
    title: 'a point-in-time restore fails although everything looked well',
    source: '[D] docs/facts/atlas.md §8 row 9',
    why: 'only a restore test or a drill can tell',
  },
  {
    title: 'the Backup Compliance Policy is weakened without being disabled; CPS_DATA_PROTECTION_UPDATED',
    source: '[S] docs/facts/atlas.md §4, §6',
    why: 'the event does not say what was changed, and reading the policy needs Project Owner',
  },
  {
    title: 'the encryption key is invalid (`valid: false`)',
    source: '[S] docs/facts/atlas.md §7',
    why: 'comes with the check of encryption keys',
  },
  {
    title: 'a snapshot is deleted by hand while newer ones are left; CPS_SNAPSHOT_{COMPLETED,DELETED}_AUDIT',
    source: '[R][S] docs/facts/atlas.md §6',
    why: 'the events name neither cluster nor snapshot, and asking by cluster meets the tightest rate limit; CPS_SNAPSHOT_SUCCESSFUL is read instead',
  },
  {
    title: 'a flex cluster’s events against its listing; TENANT_SNAPSHOT_{STARTED,COMPLETED,DELETED}_AUDIT, TENANT_SNAPSHOT_FAILED',
    source: '[R][S] docs/facts/atlas.md §6',
    why: 'they name neither cluster nor snapshot; the listing itself says what failed and when each finished',
  },
  {
    title: 'the service account’s secret will soon expire (it has expired: caught)',
    source: '[S] docs/facts/atlas.md §9 auth (`expiresAt` of a service account’s secrets)',
    why: 'no address that is read tells it: it takes one request more for our own account, and no field says which of its secrets is ours; the alert GROUP_SERVICE_ACCOUNT_SECRETS_EXPIRING says neither whose nor which',
  },
  {
    title: 'a snapshot is completed and cannot be restored, or holds wrong data',
    source: '[D] docs/facts/atlas.md §5',
    why: 'found by restore tests, which need a database to read: test/recovery/whole-restore-test.test.ts plays each of it on a real server',
  },
];
