import type { CommandId, Command, CommandValues } from '../../domain/check/runbook-commands.ts';
import { commandsOf } from '../../domain/check/runbook-commands.ts';
import { atlasAddress } from '../../domain/findings/atlas-address.ts';
import type { ClusterRow } from '../../domain/findings/recorded-view.ts';
import type { Head } from '../../domain/incidents/head.ts';
import type { PastIncident } from '../../domain/incidents/past-incident.ts';
import type { ProjectMemory } from '../../domain/memory/memory.ts';
import type { ClusterPolicy } from '../../domain/policy/policy.ts';
import { cleanAll } from '../../domain/text.ts';
import type { Instant } from '../../domain/time.ts';
import { currentRows } from '../current-rows.ts';
import { type PageRow, pageRows } from '../page-rows.ts';
import { statusJson, type StatusRequest } from '../status.ts';
import { type ClusterIncidents, incidentsOf } from './cluster-incidents.ts';
import { type Backups, backupsOf } from './cluster-backups.ts';
import { restoreHistory, type RestoreHistory } from './measured-history.ts';
import type { ProvenPoint } from './ribbon.ts';
import { knownSchedule, type ScheduleBesidePolicy, scheduleBesidePolicy } from './schedule-beside-policy.ts';
import { type Change, changesOf } from './what-changed.ts';

/** What the page of one cluster shows. Moments are milliseconds, but in texts and in `row`, where they are ISO. */
export type ClusterPage = {
  readonly now: Instant;
  readonly checkedAt: Instant | null;
  readonly stale: boolean;
  readonly row: PageRow;
  /** In its project's part of Atlas; null if there is none. */
  readonly atlas: string | null;
  /** Atlas lists it no more: since when, and what is left; null while it does. */
  readonly gone: { readonly since: Instant; readonly words: string } | null;
  readonly incidents: ClusterIncidents;
  readonly commands: readonly CommandGroup[];
  readonly backups: Backups;
  readonly restores: RestoreHistory;
  readonly schedule: ScheduleBesidePolicy | null;
  readonly changes: readonly Change[];
};

export type CommandGroup = { readonly title: string; readonly commands: readonly Command[] };

export type ClusterPageInput = {
  readonly head: Head;
  readonly row: ClusterRow;
  /** Null if an earlier version recorded the row, and no check has read the project since. */
  readonly project: ProjectMemory | null;
  readonly policy: ClusterPolicy;
  /** What the log says was proven, beyond what the head keeps. */
  readonly proven: readonly ProvenPoint[];
  /** Back to when the log was read for it, if the log goes further; else null. */
  readonly provenFrom: Instant | null;
  readonly past: readonly PastIncident[];
  /** Whether history goes further back than `past`. */
  readonly morePast: boolean;
  readonly commands: CommandValues;
};

/** Pure: what was recorded of a cluster → its page, with safe texts. `rto`: in milliseconds. */
export function clusterPage(
  input: ClusterPageInput,
  request: Omit<StatusRequest, 'limit' | 'cursor'> & { readonly rto: number },
): ClusterPage {
  return cleanAll(pageOf(input, request));
}

function pageOf(
  input: ClusterPageInput,
  { rto, ...request }: Omit<StatusRequest, 'limit' | 'cursor'> & { readonly rto: number },
): ClusterPage {
  const { head, project, policy, past, morePast, proven, provenFrom } = input;
  const { now, checkInterval } = request;
  const view = { runId: head.lastRun?.runId ?? '', clusters: [input.row], wider: [] };
  const [row = input.row] = currentRows(head, view);
  const status = statusJson(head, view, { ...request, limit: 1, cursor: null });
  const [shown] = pageRows({ ...status, checkedAt: head.lastRun?.startedAt ?? 0 }, [row], status.findings, now);
  if (shown === undefined) throw new Error('the page of a cluster: its own row is not among the rows');
  const memory = project?.clusters[row.clusterId] ?? null;
  return {
    now,
    checkedAt: head.lastRun?.finishedAt ?? null,
    stale: status.stale,
    row: shown,
    atlas: atlasAddress(row),
    gone: memory === null ? null : goneOf(memory),
    incidents: incidentsOf({ status, stored: head.incidents, past, morePast }, row, now),
    commands: memory?.gone ? [] : commandGroups(row, input.commands),
    backups: backupsOf({ row, memory, proven, provenFrom, policy, checkInterval, schedule: memory && knownSchedule(memory), now }),
    restores: restoreHistory(head.recovery ?? NOTHING_RESTORED, row.clusterId, rto),
    schedule: memory && row.kind !== 'free' ? scheduleBesidePolicy(memory, policy) : null,
    changes: project && memory ? changesOf(project, memory) : [],
  };
}

const NOTHING_RESTORED = { proofs: [] };

function goneOf({ gone, missingSince }: ProjectMemory['clusters'][string]): ClusterPage['gone'] {
  if (gone?.upgradedTo !== undefined)
    return { since: gone.at, words: 'Upgraded in Atlas, which lists it under a new id since: its page is another one of the same name.' };
  if (gone)
    return { since: gone.at, words: `Deleted in Atlas by ${gone.by ?? 'somebody whom Atlas does not name'}. Backups left: ${gone.left}.` };
  return missingSince === null
    ? null
    : { since: missingSince, words: 'Atlas no longer lists it, and no event says why. Below is what was seen last.' };
}

const GROUPS: readonly (readonly [title: string, id: CommandId, needs: 'window' | 'backups'])[] = [
  ['Restore to the last moment that PITR reaches', 'restore-moment', 'window'],
  ['Restore the newest snapshot', 'restore-snapshot', 'backups'],
  ['Follow a restore', 'follow-restore', 'backups'],
  ['Compare what was restored with a backup', 'validate-restored', 'backups'],
  ['Take a snapshot now', 'snapshot-now', 'backups'],
  ['List the snapshots', 'list-snapshots', 'backups'],
  ['Begin the planned restore test', 'test-start', 'backups'],
];

/** Lines to type; nothing of an M0, which has no backups. Atlas takes no snapshot of a flex cluster on demand. */
function commandGroups({ kind, window }: ClusterRow, values: CommandValues): readonly CommandGroup[] {
  if (kind === 'free') return [];
  const groups = GROUPS.filter(
    ([, id, needs]) =>
      (needs === 'backups' || window !== null) &&
      (kind !== 'flex' || id !== 'snapshot-now') &&
      (id !== 'test-start' || values.plan !== null),
  );
  return groups.map(([title, id]) => ({ title, commands: commandsOf(id, values).filter(({ by }) => by !== 'Atlas UI') }));
}
