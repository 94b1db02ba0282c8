import type { Delivery, Incident } from './incident.ts';
import type { CheckId, Priority } from './policy.ts';
import type { RecoveryState } from './restore-test.ts';
import type { Duration, Instant } from './time.ts';

/** One pass of the line, stored whether it succeeded or not. */
export type Run = {
  readonly runId: string;
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly complete: boolean;
  /** The run whose lease it took because that had run out: it began before this one, and may still come to its end. */
  readonly tookOver?: string;
};

/** The one small record that is swapped. */
export type Head = {
  /** Version of this shape; a newer one than we know is refused, never overwritten. */
  readonly schema: number;
  readonly createdAt: Instant;
  readonly lastRun: Run | null;
  readonly lastComplete: Run | null;
  /** Names of the blobs that hold memory and view, in order. */
  readonly memoryBlobs: readonly string[];
  readonly viewBlobs: readonly string[];
  readonly incidents: readonly Incident[];
  readonly deliveries: readonly Delivery[];
  /** Counts of past days, newest last; older ones have gone. */
  readonly days: readonly DayCounts[];
  /** Silences that hold or will hold; those that have ended are gone. */
  readonly silences?: readonly Silence[];
  /** Maintenance windows that people made; they come again until somebody ends them. */
  readonly windows?: readonly StoredWindow[];
  /** Ids of webhook events that were taken, newest last: a replay changes nothing. */
  readonly webhooksSeen?: readonly string[];
  /** When episodes ended whose incidents have left the head, by subject: for a flapping window of more than a day. */
  readonly endings?: Readonly<Record<string, readonly Instant[]>>;
  /** The dead-man switch has heard none of the runs from that one to the one of `deafAt` from beginning to end; both by when they began. */
  readonly deafSince?: Instant;
  readonly deafAt?: Instant;
  /** How long the last incidents that have left the head took, newest last. */
  readonly latencies?: readonly Latency[];
  /** The last proof of the alert path. */
  readonly proof?: AlertProof;
  /** The day (YYYY-MM-DD in UTC) whose digest was made. */
  readonly digestDay?: string;
  /** Restore tests and drills: those under way, and what the last ones proved. */
  readonly recovery?: RecoveryState;
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
   * What PagerDuty's API showed of each of its pages, by the delivery's key; no entry: it was not asked, or did not answer. Absent where no API
   * token is set: its acceptance has to do.
   */
  readonly atPagerDuty?: Readonly<Record<string, 'seen' | 'missing'>>;
};

/** Nobody is told of what it covers until it ends; the page shows it all the same. */
export type Silence = {
  readonly id: string;
  readonly match: SilenceMatch;
  readonly by: string;
  readonly why: string;
  readonly from: Instant;
  readonly until: Instant;
};

/** A maintenance window as it was asked for: what restorable.config.ts has of one, and who asked. */
export type StoredWindow = {
  readonly id: string;
  readonly match: SilenceMatch;
  readonly by: string;
  readonly why: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly minutes: number;
};

/** All that are given must fit; at least one is. */
export type SilenceMatch = {
  /** Project name or id. */
  readonly project?: string;
  /** Cluster name or id. */
  readonly cluster?: string;
  readonly check?: CheckId;
  readonly priority?: Priority;
};

export type DayCounts = {
  /** YYYY-MM-DD in UTC. */
  readonly day: string;
  readonly runs: number;
  readonly complete: number;
  readonly opened: number;
  readonly resolved: number;
};

export const HEAD_SCHEMA = 1;

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
  };
}
