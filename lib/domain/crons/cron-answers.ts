import type { Verdict } from '../findings/finding.ts';

// What the cron routes answer (docs/contract.md): the runs make it, and lib/render/openapi describes it.

export type DeliveryCounts = { readonly accepted: number; readonly owed: number; readonly rejected: number };

/** What `GET /api/cron/check` answers once a run is recorded. */
export type CheckSummary = {
  readonly runId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly complete: boolean;
  readonly clusters: number;
  readonly findings: Readonly<Record<Verdict, number>>;
  readonly transitions: number;
  readonly deliveries: DeliveryCounts;
};

/** What the daily crons answer: `GET /api/cron/restore-test` and `GET /api/cron/drill`. */
export type DailyReport = {
  /** Names of the plans of which a test or drill was begun. */
  readonly started: readonly string[];
  /** The reason, by plan. */
  readonly refused: Readonly<Record<string, string>>;
  readonly underWay: number;
  /** Names of plans; drills alone have it. */
  readonly overdue?: readonly string[];
};
