import type { Delivery } from './incident.ts';
import type { Instant } from '../time.ts';

/** The lines that every checklist has: the plan's eight (plan 9), and what else it asks for (docs/contract.md, clause 12). */
export const CHECKLIST_IDS = [
  'continuous-backup',
  'daily-snapshots',
  'pitr-tested',
  'multi-region',
  'monitoring-alerts',
  'recovery-procedures',
  'dr-drill-scheduled',
  'retention-policies',
  'data-retention',
  'restore-test-weekly',
  'contacts',
  'access-logging',
  'encryption-at-rest',
  'alert-path-proven',
] as const;

export type ChecklistId = (typeof CHECKLIST_IDS)[number];

/**
 * `unknown`: it could not be read, which is never taken for good news. `not-watched`: we lack a role that Atlas asks for, or nothing is promised that the
 * item could be held against.
 */
export type ChecklistState = 'met' | 'not-met' | 'unknown' | 'not-watched';

/** `href`: the place on our own page that shows it; null if the text says all. */
export type ChecklistEvidence = { readonly text: string; readonly href: string | null };

/** One line of the checklist (docs/contract.md, clause 12). `since`: the start of the first check that found it in this state. */
export type ChecklistItem = {
  readonly id: string;
  readonly title: string;
  /** What asks for it: "plan 9", or the configuration. */
  readonly source: string;
  readonly state: ChecklistState;
  readonly since: Instant;
  readonly evidence: readonly ChecklistEvidence[];
};

/** One thing that has to be set up once, and the one command or place that does it. */
export type SetUpStep = { readonly id: string; readonly title: string; readonly done: boolean; readonly how: string };

/** What became of the newest message that was attempted at an address. The head forgets messages a day after their incident. */
export type LastMessage = { readonly at: Instant; readonly state: Delivery['state']; readonly error: string | null };

/** The checklist as the last complete run computed it. */
export type RecordedChecklist = {
  readonly runId: string;
  /** The start of that run. */
  readonly at: Instant;
  readonly items: readonly ChecklistItem[];
  readonly steps: readonly SetUpStep[];
  /** By address: a channel, or a channel and a team (`addressOf`). */
  readonly messages: Readonly<Record<string, LastMessage>>;
  /** How many entries our own log had when that run began. Absent: an older version recorded the checklist. */
  readonly logEntries?: number;
};
