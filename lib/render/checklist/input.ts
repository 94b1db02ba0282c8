import type { Finding } from '../../domain/findings/finding.ts';
import type { LastMessage } from '../../domain/incidents/recorded-checklist.ts';
import type { ClusterRow } from '../../domain/findings/recorded-view.ts';
import type { Head } from '../../domain/incidents/head.ts';
import type { AcknowledgementPath, CheckId, GeneralPolicy } from '../../domain/policy/policy.ts';
import type { Instant } from '../../domain/time.ts';
import type { Roster } from '../../route/route.ts';

/** What the checklist is computed from: what a complete run found, and the head that it left. */
export type ChecklistInput = {
  readonly head: Head;
  /** Every finding of the run, by its check. */
  readonly findings: ReadonlyMap<CheckId, readonly Finding[]>;
  /** The clusters that something is promised for: not those that are exempt, M0 or deleted. */
  readonly rows: readonly ClusterRow[];
  /** By address: what became of the newest message. */
  readonly messages: Readonly<Record<string, LastMessage>>;
  /** How many entries our own log had when the run began; 0 if it was empty. */
  readonly logEntries: number;
  readonly general: GeneralPolicy;
  readonly roster: Roster;
  readonly acknowledgementPaths: readonly AcknowledgementPath[];
  readonly now: Instant;
};

/** "orders (project shop)". */
export function nameOf({ name, projectName }: Pick<ClusterRow, 'name' | 'projectName'>): string {
  return `${name} (project ${projectName})`;
}
