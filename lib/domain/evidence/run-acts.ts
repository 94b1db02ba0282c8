import type { AuditDraft } from '../audit/audit-entry.ts';
import type { RecordedView } from '../findings/recorded-view.ts';
import type { Head, Run } from '../incidents/head.ts';
import type { Memory } from '../memory/memory.ts';
import { plural } from '../text.ts';
import { type Duration, iso } from '../time.ts';
import { type LoggedVerdicts, loggedVerdicts } from './verdict-log.ts';

/** How much a check could say: how many clusters it listed, and what had a promise that it could not judge, by name. */
export type RunReadings = { readonly clusters: number; readonly unknown: readonly string[] };

/** A check as the log keeps it. */
export type LoggedRun = {
  readonly run: Run;
  /** The verdicts that are others than in the memory that this check began from; null where that was lost. */
  readonly changes: LoggedVerdicts | null;
  readonly memory: Memory;
  readonly readings: RunReadings;
  /** SHA-256 in hex of what was read, folded into memory, and of what is shown, each as it is stored. */
  readonly digests: { readonly memory: string; readonly view: string };
  /** The last run of the head that this check began from. */
  readonly beganAfter: string | null;
  /** The policy in force as JSON, and its SHA-256. */
  readonly policy: { readonly stated: string; readonly digest: string };
  readonly interval: Duration;
};

const BY = { by: 'cron', from: null } as const;

/**
 * Pure: what a recorded check adds to the log, in the swap that records it: an interval in which nobody watched, the policy if it is another one, the
 * verdicts. All verdicts are listed in the first check of a month (UTC) and wherever another check was recorded in between, else the changes.
 */
export function runActs(before: Head, logged: LoggedRun): readonly AuditDraft[] {
  return [...gapBefore(before, logged), ...policyAct(before, logged), verdictsAct(before, logged)];
}

/** Names of what was unknown in one entry; the verdicts have them all. */
const UNKNOWN_NAMED = 5;

/** Pure: the clusters of a view, and of what at least one verdict is unknown: organisation and projects first. */
export function readingsOf({ clusters, wider }: Pick<RecordedView, 'clusters' | 'wider'>): RunReadings {
  const broad = wider
    .filter(({ verdict }) => verdict === 'unknown')
    .map(({ resource: { projectId, name } }) => (projectId === null ? name : `project ${name}`));
  const blind = clusters.filter(({ verdict, findings }) => verdict === 'unknown' || findings.some((one) => one.verdict === 'unknown'));
  return { clusters: clusters.length, unknown: [...new Set(broad), ...blind.map(({ name, projectName }) => `${name} (${projectName})`)] };
}

function readingDetails({ clusters, unknown }: RunReadings): AuditDraft['details'] {
  const more = unknown.length - UNKNOWN_NAMED;
  const names = [...unknown.slice(0, UNKNOWN_NAMED), ...(more > 0 ? [plural(more, 'other')] : [])];
  const counts = { clusters: String(clusters), unknown: String(unknown.length) };
  return unknown.length === 0 ? counts : { ...counts, 'unknown of': names.join(', ') };
}

/** Pure: what the head remembers of that. */
export function loggedAfter({ run, policy }: Pick<LoggedRun, 'run' | 'policy'>): NonNullable<Head['logged']> {
  return { month: monthOf(run), policy: policy.digest };
}

function verdictsAct(before: Head, { run, changes, memory, readings, digests, beganAfter }: LoggedRun): AuditDraft {
  const follows = before.logged?.month === monthOf(run) && (before.lastRun?.runId ?? null) === beganAfter;
  const verdicts = (follows ? changes : null) ?? loggedVerdicts(null, memory);
  const details = {
    startedAt: iso(run.startedAt),
    finishedAt: iso(run.finishedAt),
    complete: run.complete ? 'yes' : 'no',
    ...(run.trigger !== undefined && { trigger: run.trigger }),
    ...readingDetails(readings),
    memory: digests.memory,
    view: digests.view,
  };
  return { at: run.startedAt, what: 'run', ...BY, about: run.runId, details, data: JSON.stringify(verdicts) };
}

function policyAct(before: Head, { run, policy }: LoggedRun): readonly AuditDraft[] {
  if (before.logged?.policy === policy.digest) return [];
  const details = before.logged === undefined ? {} : { before: before.logged.policy };
  return [{ at: run.startedAt, what: 'policy', ...BY, about: policy.digest, details, data: policy.stated }];
}

/**
 * Nobody watched from the last complete check to this one if more than two intervals lay between them (docs/contract.md, clause 7). A clock that was set
 * back is told too: what lies between cannot be measured then.
 */
function gapBefore({ lastComplete }: Head, { run, interval }: LoggedRun): readonly AuditDraft[] {
  if (lastComplete === null || !run.complete) return [];
  const isSetBack = run.startedAt < lastComplete.startedAt;
  if (!isSetBack && run.startedAt - lastComplete.startedAt <= 2 * interval) return [];
  const span = { from: iso(lastComplete.finishedAt), to: iso(run.startedAt) };
  return [{ at: run.startedAt, what: 'gap', ...BY, about: null, details: isSetBack ? { ...span, clock: 'was set back' } : span }];
}

function monthOf({ startedAt }: Run): string {
  return iso(startedAt).slice(0, 7);
}
