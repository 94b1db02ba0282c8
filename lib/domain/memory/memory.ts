import type { ClusterKind, Retention } from '../facts/facts.ts';
import type { HeldPoints } from './held/held-points.ts';
import type { BackupHistory } from './history/backup-history.ts';
import type { Verdict } from '../findings/finding.ts';
import type { CheckId } from '../policy/policy.ts';
import type { Duration, Instant } from '../time.ts';
import type { AccountNotes, DailyNotes } from './daily-notes.ts';
import type { CustomerKeyNote } from './key-validity.ts';
import type { Break } from '../findings/recorded-view.ts';
import type { LockAct } from './lock-acts.ts';
import type { ScheduleNote } from './schedule-note.ts';
import type { Act } from './who-did-it.ts';

/** What earlier runs saw and Atlas does not report again. `fold.ts` computes the next memory; it is committed with the transitions it caused. */
export type Memory = {
  readonly projects: Readonly<Record<string, ProjectMemory>>;
  /** Verdicts on the organisation as a whole. */
  readonly verdicts: Verdicts;
  /** The service accounts that we use. Absent: none was read yet. */
  readonly accounts?: AccountNotes;
};

export type ProjectMemory = {
  readonly id: string;
  readonly name: string;
  readonly readAt: Instant | null;
  /** The span of the event feed that was read; null before the first reading. */
  readonly events: { readonly since: Instant; readonly until: Instant } | null;
  /** The cluster ids of recent events that name no cluster, by event id; `NOBODY` for those that belong to none. Absent: there is none. */
  readonly eventOwners?: Readonly<Record<string, string>>;
  /** What is read once a day. Absent: nothing of it was read yet. */
  readonly daily?: DailyNotes;
  /** Whether Atlas calls a customer's key invalid. Absent: it never did, and no event spoke of a key. */
  readonly customerKeys?: CustomerKeyNote;
  /** How far behind the oplog is when Atlas reports it: the alert configuration's threshold, 0 if there is none. */
  readonly oplogThreshold: Duration;
  /** Oplog events for which no cluster was found. */
  readonly unattributed: readonly Signal[];
  /** Recent audit events that say who changed something, oldest first (who-did-it.ts). Absent: there is none. */
  readonly acts?: readonly Act[];
  /** As those of a cluster, from events that name none. */
  readonly copyFailures?: readonly Instant[];
  readonly exportFailures?: readonly Instant[];
  readonly exportedAt?: Instant;
  /** Absent: nobody was seen to weaken the Backup Compliance Policy. */
  readonly lock?: { readonly acts: readonly LockAct[]; readonly enabledAt: Instant | null };
  readonly clusters: Readonly<Record<string, ClusterMemory>>;
  readonly verdicts: Verdicts;
};

/** The owner of an event that Atlas attributes to no cluster. */
export const NOBODY = '';

/** An Atlas event that a check may still need, reduced to its meaning. */
export type Signal = {
  readonly id: string;
  readonly kind: 'behind' | 'caughtUp' | 'restoreRequested' | 'restored' | 'snapshotFailed' | 'deleted' | 'updated';
  readonly at: Instant;
  readonly actor: string | null;
  /** When a run first saw it, if an earlier run had read past it: Atlas showed it late. */
  readonly shownAt?: Instant;
};

export type ClusterMemory = {
  readonly id: string;
  readonly name: string;
  readonly kind: ClusterKind;
  readonly createdAt: Instant | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly tier: string | null;
  /** Atlas was deleting it when it was last listed. */
  readonly deleting?: true;
  readonly readAt: Instant | null;
  readonly backup: Switch;
  readonly pitr: Switch;
  readonly running: Switch;
  /** `changedAt`: the first run that saw this topology, or this kind of cluster, after having seen another. */
  readonly topology: { readonly value: string; readonly changedAt: Instant | null } | null;
  readonly restoreWindowDays: number | null;
  /** What earlier checks saw of its backup schedule (schedule-note.ts). Absent: none could read it. */
  readonly schedule?: ScheduleNote;
  readonly signals: readonly Signal[];
  readonly breaks: readonly Break[];
  /** When snapshots were due: `nextSnapshot` as recent runs read it, kept after that moment has passed. */
  readonly due: readonly Instant[];
  readonly completions: readonly Completion[];
  /** Ids of the snapshots that were unfinished in the last run. */
  readonly unfinished: readonly string[];
  readonly lastPoint: { readonly at: Instant; readonly expiresAt: Instant | null } | null;
  /** The data time of the oldest snapshot that counted in the last listing. */
  readonly oldestPoint: Instant | null;
  /** The start of the last run that could read the snapshots. */
  readonly snapshotsReadAt: Instant | null;
  /** The recovery points that the last lists held; absent before the first, and where nobody can delete any. */
  readonly held?: HeldPoints | undefined;
  /** What its page shows of the last twelve months. Absent: an older version recorded it, no check could read its snapshots yet, or it is an M0. */
  readonly history?: BackupHistory | undefined;
  readonly changes: readonly { readonly at: Instant; readonly what: string }[];
  readonly missingSince: Instant | null;
  readonly gone: Gone | null;
  readonly verdicts: Verdicts;
  /** When the first and the last copy to another region, and the first and the last export, failed, none having succeeded since; absent: none. */
  readonly copyFailures?: readonly Instant[];
  readonly exportFailures?: readonly Instant[];
  /** When the last export that an event told of succeeded. Absent: none was seen. */
  readonly exportedAt?: Instant;
  /** How long copies are kept that have a retention of their own, by `copyKey`. Absent: all go with their originals. */
  readonly copiesKept?: Readonly<Record<string, Retention>>;
  /** Retentions of `copiesKept` that are no longer set, and since when: copies from before have them still. Absent: none whose copies may be left. */
  readonly copiesEnded?: readonly { readonly what: string; readonly kept: Retention; readonly at: Instant }[];
  /** The snapshots of the last list that hold data and are no recovery points: fallback ones, and those without their time, status or type. Absent: none. */
  readonly beside?: readonly HeldSnapshot[];
  /** Since when snapshots of a kind are copied to a region, by `copyKey`: the check that first saw it in the settings. Absent: none are. */
  readonly copiesSince?: Readonly<Record<string, Instant>>;
};

/** Deleted, or listed under the id `upgradedTo` since it was upgraded. `remains`: the snapshots that were left, packed (held/packed-points.ts); absent: not known. */
type Gone = {
  readonly at: Instant;
  readonly by: string | null;
  readonly left: string;
  readonly upgradedTo?: string;
  readonly remains?: { readonly points: string; readonly readAt: Instant };
};

/** `at`: the data time, else when it was asked for; null: neither is known. */
export type HeldSnapshot = { readonly at: Instant | null; readonly expiresAt: Instant | null };

/** A snapshot that completed: its data time, and how long it took from there to completion. */
export type Completion = { readonly createdAt: Instant; readonly took: Duration };

/** A setting that is on or off in Atlas. A change is known only if an earlier run saw the other state. */
export type Switch = {
  readonly on: boolean | null;
  /** When a run last saw the present state. */
  readonly seenAt: Instant | null;
  /** When a run first saw it on after having seen it off. */
  readonly onSince: Instant | null;
  /** While it is off: the last run that saw it on. */
  readonly offSince: Instant | null;
  /** `offSince`, kept after it was switched on again: the break began then. */
  readonly brokeAt: Instant | null;
};

export type Verdicts = Readonly<Record<CheckId, VerdictNote>>;

export type VerdictNote = {
  readonly verdict: Verdict;
  readonly since: Instant;
  /** The last verdict other than unknown; null if there never was one. */
  readonly lastKnown: Exclude<Verdict, 'unknown'> | null;
  /** Since when the verdict has been unknown; null while it is known. */
  readonly blindSince: Instant | null;
  /** Complete runs in a row whose verdict was unknown, with the first and the last of them. */
  readonly blindRuns: number;
  readonly blindFirst: Instant | null;
  readonly blindLast: Instant | null;
  /** It has never been `ok` since it was first evaluated: what is failing now was never set up otherwise. */
  readonly initial?: true;
  /** Why the verdict is unknown; null while it is known. */
  readonly reason: string | null;
};

export const EMPTY_MEMORY: Memory = { projects: {}, verdicts: {} };

export const NEVER_SEEN: Switch = { on: null, seenAt: null, onSince: null, offSince: null, brokeAt: null };

/** The memory of a cluster of which nothing was read. */
export const NEVER_READ: Omit<ClusterMemory, 'id' | 'name' | 'kind'> = {
  createdAt: null,
  tags: {},
  tier: null,
  readAt: null,
  backup: NEVER_SEEN,
  pitr: NEVER_SEEN,
  running: NEVER_SEEN,
  topology: null,
  restoreWindowDays: null,
  signals: [],
  breaks: [],
  due: [],
  completions: [],
  unfinished: [],
  lastPoint: null,
  oldestPoint: null,
  snapshotsReadAt: null,
  changes: [],
  missingSince: null,
  gone: null,
  verdicts: {},
};

/** Folds one observation of a switch. `on` is null if this run could not read it: then nothing changes. */
export function foldSwitch(previous: Switch, on: boolean | null, now: Instant): Switch {
  if (on === null) return previous;
  if (previous.on === on || previous.on === null) return { ...previous, on, seenAt: now };
  return on
    ? { on, seenAt: now, onSince: now, offSince: null, brokeAt: previous.offSince }
    : { on, seenAt: now, onSince: null, offSince: previous.seenAt, brokeAt: null };
}
