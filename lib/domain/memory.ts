import type { ClusterKind } from './facts.ts';
import type { Verdict } from './finding.ts';
import type { CheckId } from './policy.ts';
import type { Duration, Instant } from './time.ts';
import type { Break } from './view.ts';

/** What earlier runs saw and Atlas will not tell again. Folded purely by `fold.ts`; committed with the transitions it caused. */
export type Memory = {
  readonly projects: Readonly<Record<string, ProjectMemory>>;
  /** Verdicts on the organisation as a whole. */
  readonly verdicts: Verdicts;
};

export type ProjectMemory = {
  readonly id: string;
  readonly name: string;
  readonly readAt: Instant | null;
  /** The span of the event feed that was read. */
  readonly events: { readonly since: Instant; readonly until: Instant } | null;
  readonly alertConfigsReadAt: Instant | null;
  /** How far behind the oplog is when Atlas says so: the alert configuration's threshold, 0 where there is none. */
  readonly oplogThreshold: Duration;
  /** Oplog and restore events that no cluster could be found for. */
  readonly unattributed: readonly Signal[];
  readonly clusters: Readonly<Record<string, ClusterMemory>>;
  readonly verdicts: Verdicts;
};

/** An event that still matters, reduced to what it means. */
export type Signal = {
  readonly id: string;
  readonly kind: 'behind' | 'caughtUp' | 'restoreAsked' | 'restored' | 'snapshotFailed' | 'deleted' | 'updated';
  readonly at: Instant;
  readonly actor: string | null;
};

export type ClusterMemory = {
  readonly id: string;
  readonly name: string;
  readonly kind: ClusterKind;
  readonly createdAt: Instant | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly tier: string | null;
  readonly readAt: Instant | null;
  readonly backup: Switch;
  readonly pitr: Switch;
  readonly running: Switch;
  readonly topology: { readonly value: string; readonly changedAt: Instant | null } | null;
  readonly restoreWindowDays: number | null;
  readonly signals: readonly Signal[];
  readonly breaks: readonly Break[];
  /** `nextSnapshot` as recent runs read it: what was due, also after it has passed. */
  readonly due: readonly Instant[];
  /** How long recent snapshots took from data time to completion. */
  readonly completions: readonly { readonly createdAt: Instant; readonly took: Duration }[];
  /** Ids of snapshots seen unfinished at the last poll. */
  readonly unfinished: readonly string[];
  readonly lastPoint: { readonly at: Instant; readonly expiresAt: Instant | null } | null;
  readonly changes: readonly { readonly at: Instant; readonly what: string }[];
  readonly missingSince: Instant | null;
  readonly gone: { readonly at: Instant; readonly by: string | null; readonly left: string } | null;
  readonly verdicts: Verdicts;
};

/** Something that is on or off in Atlas; a change is only known where an earlier run saw it otherwise. */
export type Switch = {
  readonly on: boolean | null;
  /** When a run last saw it as it is now. */
  readonly seenAt: Instant | null;
  /** When a run first saw it on after it was off. */
  readonly onSince: Instant | null;
  /** The last run that saw it on, where it is off now. */
  readonly offSince: Instant | null;
  /** That run, kept after it was switched on again: the break began then. */
  readonly brokeAt: Instant | null;
};

export type Verdicts = Readonly<Partial<Record<CheckId, VerdictNote>>>;

export type VerdictNote = {
  readonly verdict: Verdict;
  readonly since: Instant;
  /** The last verdict other than unknown; null if there never was one. */
  readonly lastKnown: Exclude<Verdict, 'unknown'> | null;
  /** Since when it cannot be told. */
  readonly blindSince: Instant | null;
  /** Complete runs in a row that could not tell, with the first and the last of them. */
  readonly blindRuns: number;
  readonly blindFirst: Instant | null;
  readonly blindLast: Instant | null;
  /** Why it cannot be told; null where it can. */
  readonly reason: string | null;
};

export const EMPTY_MEMORY: Memory = { projects: {}, verdicts: {} };

export const UNSEEN: Switch = { on: null, seenAt: null, onSince: null, offSince: null, brokeAt: null };

/** Pure: folds one observation of a switch. An unknown reading changes nothing. */
export function switched(previous: Switch, on: boolean | null, now: Instant): Switch {
  if (on === null) return previous;
  // Field by field: three of them a cluster in every run, and a spread costs several times as much.
  if (previous.on === on || previous.on === null)
    return { on, seenAt: now, onSince: previous.onSince, offSince: previous.offSince, brokeAt: previous.brokeAt };
  return on
    ? { on, seenAt: now, onSince: now, offSince: null, brokeAt: previous.offSince }
    : { on, seenAt: now, onSince: null, offSince: previous.seenAt, brokeAt: null };
}
