import type { Acceptance } from './acceptance.ts';
import type { RecordedChecklist } from './recorded-checklist.ts';
import type { Delivery, Incident } from './incident.ts';
import type { PromptDay } from './promptness.ts';
import type { CronCallers } from '../crons/cron-callers.ts';
import type { CallsByTrigger } from './trigger-calls.ts';
import type { SilenceMatch } from '../policy/policy.ts';
import type { RecoveryState } from '../recovery/restore-test.ts';
import type { Duration, Instant } from '../time.ts';

/** One check, stored whether it succeeded or not. */
export type Run = {
  readonly runId: string;
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly complete: boolean;
  /** What called the check: "vercel", "github"; absent: a caller without a name. */
  readonly trigger?: string;
  /** The run whose expired lease this one took. It began earlier and may still finish. */
  readonly tookOver?: string;
};

/** The one small record that compare-and-set replaces. */
export type Head = {
  /** Version of this shape. A state of a version that cannot be read is refused and never overwritten. */
  readonly schema: number;
  readonly createdAt: Instant;
  readonly lastRun: Run | null;
  readonly lastComplete: Run | null;
  /** Names of the blobs that hold memory and view, in order. */
  readonly memoryBlobs: readonly string[];
  readonly viewBlobs: readonly string[];
  readonly incidents: readonly Incident[];
  readonly deliveries: readonly Delivery[];
  /** Counts of the last 90 days, newest last. */
  readonly days: readonly DayCounts[];
  /** Silences that hold now or later; ended ones are removed. */
  readonly silences: readonly Silence[];
  /** What responders have accepted as it is, oldest first. Absent: nothing. */
  readonly acceptances?: readonly Acceptance[];
  /** Maintenance windows that people made; they recur until somebody ends them. */
  readonly windows: readonly StoredWindow[];
  /** Ids of processed webhook events, newest last, so that a replay changes nothing. */
  readonly webhooksSeen: readonly string[];
  /** When incidents that have left the head were resolved, by subject: for a flapping window of more than a day. */
  readonly endings: Readonly<Record<string, readonly Instant[]>>;
  /** The runs of the current series of missed heartbeat pings: when the first and the last of them began. */
  readonly heartbeatMissedSince?: Instant;
  readonly heartbeatMissedAt?: Instant;
  /** Latencies of the last incidents that have left the head, newest last. */
  readonly latencies: readonly Latency[];
  /** What called the check, and how regularly. */
  readonly calls?: CallsByTrigger;
  /** What called the other cron routes, and when it was last noted. */
  readonly callers?: CronCallers;
  /** How soon providers accepted messages about incidents that have left the head. */
  readonly promptness?: readonly PromptDay[];
  /** The last proof of the alert path. */
  readonly proof?: AlertProof;
  /** The day (YYYY-MM-DD in UTC) of the last digest. */
  readonly digestDay?: string;
  /** What the log holds already: the month (YYYY-MM in UTC) of its last list of all verdicts, and the digest of the policy that it has last. */
  readonly logged?: { readonly month: string; readonly policy: string };
  /** Restore tests and drills: those under way, and what the last ones proved. */
  readonly recovery?: RecoveryState;
  /** The checklist of the last complete run. Absent before the first one of a version that has it. */
  readonly checklist?: RecordedChecklist;
};

/** How long one incident took: fault by Atlas's own times → our run → accepted by a provider, our run → acknowledged. Null where a step did not happen. */
export type Latency = readonly [detected: Duration | null, accepted: Duration | null, acknowledged: Duration | null];

export type AlertProof = {
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly incidents: readonly string[];
  readonly verdict: 'running' | 'passed' | 'failed';
  readonly detail: string;
  /**
   * Whether PagerDuty's API showed each page, by the delivery's key; no entry: not asked, or no answer. Absent if no API token is set: then the
   * acceptance of the event has to suffice.
   */
  readonly atPagerDuty?: Readonly<Record<string, 'seen' | 'missing'>>;
  /** The recipients whose messages were accepted, masked as the channels mask them; while it is running, those of the proof before. Absent: not known. */
  readonly reached?: readonly string[];
};

/** Withholds notifications of what it matches until it ends; the page still shows the incidents. */
export type Silence = {
  readonly id: string;
  readonly match: SilenceMatch;
  readonly by: string;
  readonly why: string;
  readonly from: Instant;
  readonly until: Instant;
};

/** A maintenance window that a person made: the settings that restorewatch.config.ts has for one, and who made it. */
export type StoredWindow = Omit<Silence, 'from' | 'until'> & {
  readonly cron: string;
  readonly timeZone: string;
  readonly minutes: number;
};

export type DayCounts = {
  /** YYYY-MM-DD in UTC. */
  readonly day: string;
  readonly runs: number;
  readonly complete: number;
  readonly opened: number;
  readonly resolved: number;
};

/** From 2 (version 0.2.0) on, each change of `Head` raises this and adds a migration in lib/record/stored-head.ts. */
export const HEAD_SCHEMA = 2;

export function emptyHead(now: Instant): Head {
  return {
    schema: HEAD_SCHEMA,
    createdAt: now,
    lastRun: null,
    lastComplete: null,
    memoryBlobs: [],
    viewBlobs: [],
    incidents: [],
    deliveries: [],
    days: [],
    silences: [],
    windows: [],
    webhooksSeen: [],
    endings: {},
    latencies: [],
  };
}
