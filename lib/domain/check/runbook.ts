import type { CommandId } from './runbook-commands.ts';

export const SCENARIO_NAMES = ['corruption', 'accidental-deletion', 'region-outage', 'security-breach'] as const;
export const PROCEDURE_NAMES = [
  'pitr-recovery',
  'snapshot-restore',
  'manual-backup',
  'validate-restore',
  'weekly-restore-test',
  'monthly-drill',
  'retention-and-erasure',
  'credential-rotation',
] as const;

export type GuideName = (typeof SCENARIO_NAMES)[number] | (typeof PROCEDURE_NAMES)[number];

/** One thing to do; with the commands or the clicks for it, where there are any. */
export type Step = string | { readonly text: string; readonly commands: readonly CommandId[] };

/** One of the plan's disasters (section 3) or procedures (sections 2, 6 and 7). */
export type Guide = {
  readonly title: string;
  /** Its section of the plan. */
  readonly plan: string;
  /** A disaster: how to recognise it. A procedure: when to do it. */
  readonly when: string;
  /** The plan's response time or cadence. */
  readonly within: string;
  readonly steps: readonly Step[];
  /** What to check after. */
  readonly after: readonly string[];
  readonly follow: readonly GuideName[];
};

/** What to do when a check fails, for the engineer who is on call. */
export type Runbook = {
  readonly means: string;
  readonly risk: string;
  readonly steps: readonly Step[];
  readonly over: string;
  /** Guides to continue with: for a worse case, or for the recovery itself. */
  readonly follow: readonly GuideName[];
};

export function step(text: string, ...commands: readonly CommandId[]): Step {
  return { text, commands };
}
