import type { Assertion } from '../recovery/evidence.ts';
import type { ChannelTable } from './channel-traits.ts';
import type { Role } from './roles.ts';
import type { DrillPlan, RestorePlan } from './recovery-plan.ts';
import type { Duration, Instant } from '../time.ts';

export type Severity = 'critical' | 'warning' | 'info';
export type Priority = 'P0' | 'P1' | 'P2';
/** The name of a channel's folder in lib/deliver/channels. */
export type ChannelId = string;
/** The id of a check of the registry (lib/evaluate/checks/registry.ts). Configuration and requests are validated against it. */
export type CheckId = string;
export const PRIORITIES: readonly Priority[] = ['P0', 'P1', 'P2'];

/** Plan 5.1 and 5.2: what is critical is a P0, a warning a P1, the rest a P2. */
export const PRIORITY_OF: Readonly<Record<Severity, Priority>> = { critical: 'P0', warning: 'P1', info: 'P2' };

/** What was promised for one cluster, with every override applied. */
export type ClusterPolicy = {
  /** A reason, where nothing is promised for the cluster; null where something is. */
  readonly exempt: string | null;
  readonly backupAge: {
    readonly limit: Duration;
    /** Least time after the limit during which a backup that is due or running excuses the age. */
    readonly excuseAtLeast: Duration;
    readonly excuseAtMost: Duration;
  };
  readonly grace: Duration;
  readonly rpo: {
    readonly target: Duration;
    /** True where a day-old recovery point is good enough, so that a missed RPO stays a warning. */
    readonly dayIsEnough: boolean;
  };
  readonly snapshotSize: {
    /** A fraction: 0.5 is 50 %. */
    readonly change: number;
    readonly atLeastBytes: number;
    /** A fraction beyond which the change is critical; null: never. */
    readonly criticalChange: number | null;
  };
  readonly pitr: { readonly wanted: boolean; readonly gap: Duration };
  readonly backup: { readonly wanted: boolean };
  /** `kept`: on-demand snapshots are promised as well, so that losing them is a warning; `free`: scripts make and delete them. */
  readonly onDemand: 'free' | 'kept';
  readonly snapshotRunning: { readonly factor: number; readonly atLeast: Duration; readonly withoutHistory: Duration };
  readonly redundancy: {
    /** Electable nodes of each shard, at least. */
    readonly nodes: number;
    /** Regions in which they lie, at least. */
    readonly regions: number;
  };
  /** Plan 1.1 and 7.1: for how many days the schedule itself must keep what it takes. 0: nothing is promised. */
  readonly backupPolicy: {
    readonly restoreWindowDays: number;
    /** Of snapshots that are taken at least once a day. */
    readonly dailyDays: number;
    /** Of on-demand snapshots, where the schedule has an item for them. */
    readonly onDemandDays: number;
  };
  readonly pausedExpiry: { readonly warning: Duration; readonly critical: Duration };
  /** How long its backups are to be kept; null where no class is assigned to it. */
  readonly retention: RetentionPromise | null;
  /** The highest severity that each check may have here; what is not named keeps its own. */
  readonly severity: Readonly<Partial<Record<CheckId, Severity>>>;
};

/** How long the backups of one class of data, or of a cluster with several, are kept (plan 7.1), in days; null: no such limit. */
export type RetentionBounds = {
  /** Snapshots of the schedule reach back at least so far. */
  readonly minDays: number | null;
  /** Nothing is kept longer. */
  readonly maxDays: number | null;
};

/** The strictest bounds of the classes that are assigned to a cluster. If they contradict, `minDays` is more than `maxDays`. */
export type RetentionPromise = RetentionBounds & { readonly classes: readonly string[] };

/** An entry of `retention.assign`. */
export type RetentionAssignment = {
  readonly class: string;
  /** What it chooses: "cluster orders". */
  readonly chooses: string;
  /** Pure. */
  readonly matches: (cluster: ClusterIdentity) => boolean;
};

/** What rules choose clusters by. */
export type ClusterIdentity = {
  readonly projectId: string;
  readonly projectName: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
};

/** How an acknowledgement comes back to us: "page", or the channel that notified. */
export type AcknowledgementPath = string;

/** An escalation step: the channels of a higher priority, or the contacts who are notified last. */
export type Rung = Priority | 'contacts';

export type GeneralPolicy = {
  /** What each channel can do. */
  readonly channels: ChannelTable;
  readonly routes: Readonly<Record<Priority, readonly ChannelId[]>>;
  /** Are acknowledgements and resolves sent also by channels that alarm anew with each message (SMS)? */
  readonly smsResolves: boolean;
  /** If a run opens more incidents of one priority than this, they become one message. */
  readonly stormAbove: number;
  readonly checkInterval: Duration;
  readonly visibility: {
    readonly runs: number;
    readonly apart: Duration;
    readonly atMost: Duration;
    readonly criticalAfter: Duration;
  };
  /** Within which a person is to have acknowledged (plan 5.2). */
  readonly responseTime: Readonly<Record<Priority, Duration>>;
  readonly remindEvery: Readonly<Record<Priority, Duration>>;
  /** How long an acknowledgement holds. */
  readonly acknowledgedFor: Duration;
  /** For each priority its steps, in order, while nobody acknowledges. */
  readonly escalation: Readonly<Record<Priority, readonly Rung[]>>;
  /** People who are notified last, when nobody has acknowledged on any other rung, by channel. */
  readonly contacts: Readonly<Record<ChannelId, readonly string[]>>;
  readonly maintenance: readonly MaintenanceWindow[];
  /** Teams that are notified instead of the default recipients; the first match counts. */
  readonly teams?: readonly TeamRule[];
  /** More episodes of one incident than this within the window hold it open until it was well for `steady`. */
  readonly flapping: { readonly episodes: number; readonly within: Duration; readonly steady: Duration };
  /** The first time after a moment at which the alert path is to be proven; null or absent: only on demand. Pure. */
  readonly proofAfter?: (after: Instant) => Instant | null;
  /** Hour of the day in UTC; null: no digest. */
  readonly digestHour: number | null;
  /** What is restored, where to, how often (plan 6.1); none: that is a finding of its own. */
  readonly restoreTests?: readonly RestorePlan[];
  readonly drills?: readonly DrillPlan[];
  /** Plan 2.1: RTO under 4 h, RPO under 1 h, and 3.2's failover of 10 s. */
  readonly recovery: { readonly rto: Duration; readonly rpo: Duration; readonly failover: Duration };
  /** Sentences about the data, held daily against the source and against what was restored (plan 3.1). */
  readonly assertions?: readonly Assertion[];
  /** Plan 8: who is to be notified, by role; null is a TBD. */
  readonly people?: readonly Role[];
  /** When the plan itself is to be read again (plan, last line: its next review); null: nobody has named a day. */
  readonly review?: { readonly next: Instant | null };
  /** The user's own lines of the checklist. */
  readonly checklist?: readonly ChecklistRule[];
  /** How long records of tests, drills, backups and restores are kept (plan 7.1: 7 years). */
  readonly recordsKeptFor: Duration;
  /** To which clusters policy assigns which class of retention; absent: to none. */
  readonly retention?: readonly RetentionAssignment[];
  /** How long `cluster-gone` stays on the page after people were notified of it. */
  readonly goneShownFor: Duration;
};

/** A line of the checklist that is met while a check finds nothing wrong. */
export type ChecklistRule = { readonly id: string; readonly title: string; readonly check: CheckId };

export type Policy = {
  readonly general: GeneralPolicy;
  /** All that is promised and configured, as JSON for the log: without people, teams and addresses, for the log cannot be erased. Absent: not told. */
  readonly stated?: string;
  /** Pure: the promise for one cluster. */
  readonly forCluster: (cluster: ClusterIdentity) => ClusterPolicy;
};

/** What a team looks after. Its recipients are settings (lib/config/team-settings.ts), since their secrets are in the environment. */
export type TeamRule = {
  readonly name: string;
  readonly match: SilenceMatch & { readonly tag?: { readonly key: string; readonly value: string } };
};

/** Every given field must match; at least one is given. */
export type SilenceMatch = {
  /** Project name or id. */
  readonly project?: string;
  /** Cluster name or id. */
  readonly cluster?: string;
  readonly check?: CheckId;
  readonly priority?: Priority;
};

/** A recurring time in which notifications about what it matches are withheld. */
export type MaintenanceWindow = {
  readonly match: SilenceMatch;
  readonly why: string;
  /** When it comes and how long it lasts: "0 22 * * 6 (Europe/Berlin), 2 h". */
  readonly times: string;
  /** Until when the window that holds at `now` lasts; null outside of it. Pure. */
  readonly activeUntil: (now: Instant) => Instant | null;
  /** When it begins next after `now`; null: never again. Pure. */
  readonly nextStart: (now: Instant) => Instant | null;
  /** Who made it, on the page or the command line; absent: it is policy's. */
  readonly made?: { readonly id: string; readonly by: string };
};
