import { type Instant, iso, SECOND } from '../time.ts';
import { flag, operand, shellQuote } from './shell-quote.ts';

/** The values that are put into commands. A null is unknown: a word in capitals stands in its place for the reader to replace. */
export type CommandValues = {
  readonly cluster: string | null;
  readonly projectId: string | null;
  readonly projectName: string | null;
  /** The moment to restore to. */
  readonly moment: Instant | null;
  readonly snapshotId: string | null;
  readonly target: { readonly name: string; readonly projectId: string | null } | null;
  /** The name of the restore test that has the cluster as a source. */
  readonly plan: string | null;
};

/** A line to type, or a path to click. */
export type Command = { readonly by: 'Restorewatch' | 'Atlas CLI' | 'Atlas UI'; readonly line: string };

export const NOTHING_KNOWN: CommandValues = {
  cluster: null,
  projectId: null,
  projectName: null,
  moment: null,
  snapshotId: null,
  target: null,
  plan: null,
};

type Make = (values: CommandValues) => readonly Command[];

/** Flags as in the Atlas CLI's reference (atlas backups restores start, … snapshots, accessLogs, accessLists, dbusers, events). */
const COMMANDS = {
  'restore-moment': (values) => [
    ours(`restore ${cluster(values)} --to ${momentOf(values)} ${ownTarget(values)}`),
    cli(`backups restores start pointInTime ${source(values)} --pointInTimeUTCSeconds ${secondsOf(values)} ${target(values)}`),
    ui(values, `Backup → Point in Time Restore → ${formOf(values)} → target project and cluster → Restore`),
  ],
  'restore-snapshot': (values) => [
    ours(`restore ${cluster(values)} --to ${snapshot(values)} ${ownTarget(values)}`),
    cli(`backups restores start automated ${source(values)} --snapshotId ${snapshot(values)} ${target(values)}`),
    ui(values, 'Backup → Snapshots → the row of the snapshot → Restore → target project and cluster → Restore'),
  ],
  'list-snapshots': (values) => [cli(`backups snapshots list ${project(values)} ${clusterWord(values)}`), ui(values, 'Backup → Snapshots')],
  'follow-restore': (values) => [cli(`backups restores list ${project(values)} ${clusterWord(values)}`), ui(values, 'Backup → Restores')],
  'snapshot-now': (values) => [
    ours(`backup --atlas ${cluster(values)}`),
    cli(`backups snapshots create ${project(values)} --desc restorewatch --retention 90 ${clusterWord(values)}`),
    ui(values, 'Backup → Take Snapshot Now, retention 90 days'),
  ],
  backup: () => [ours('backup --out ./backups --keep 7')],
  validate: () => [ours('validate --backup PATH --target SANDBOX_MONGODB_URI')],
  'validate-restored': () => [ours('validate --restored RESTORED_URI --against PATH')],
  'test-start': (values) => [ours(`restore-test ${flagOr('start', values.plan, 'PLAN')} ${flagOr('source', values.cluster, 'CLUSTER')}`)],
  'test-advance': () => [ours('restore-test --advance')],
  'drill-corruption': () => [ours('drill --scenario corruption')],
  'drill-deletion': () => [ours('drill --scenario deletion')],
  'drill-region-outage': () => [ours('drill --scenario region-outage')],
  'drill-breach': () => [ours('drill --scenario breach')],
  'drill-primary-failure': () => [ours('drill --scenario primary-failure')],
  events: (values) => [cli(`events projects list ${project(values)} --output json`)],
  'access-logs': (values) => [cli(`accessLogs list ${source(values)} --output json`)],
  'access-list': (values) => [cli(`accessLists list ${project(values)}`)],
  'database-users': (values) => [cli(`dbusers list ${project(values)}`)],
  'delete-snapshot': (values) => [cli(`backups snapshots delete ${source(values)} SNAPSHOT_ID`)],
  'keep-snapshot': (values) => [
    cli(
      `api cloudBackups updateBackupSnapshot ${flagOr('clusterName', values.cluster, 'CLUSTER')} ${flagOr('groupId', values.projectId, 'PROJECT_ID')} --snapshotId SNAPSHOT_ID <<< '{"retentionUnit":"DAYS","retentionValue":90}'`,
    ),
  ],
  doctor: () => [ours('doctor')],
  user: () => [ours('user NAME')],
} satisfies Readonly<Record<string, Make>>;

export type CommandId = keyof typeof COMMANDS;

/** The commands for one action, with the known values. Every value is quoted, so that a shell reads it as one word, whatever name Atlas has for it. */
export function commandsOf(id: CommandId, values: CommandValues): readonly Command[] {
  const make: Make = COMMANDS[id];
  return make(values);
}

function ours(words: string): Command {
  return { by: 'Restorewatch', line: `npx --no-install restorewatch ${words}` };
}

function cli(words: string): Command {
  return { by: 'Atlas CLI', line: `atlas ${words}` };
}

/** Atlas docs, "Restore from Continuous Cloud Backup" and "Manage Your Backup Snapshots": Clusters, the cluster's name, its Backup tab. */
function ui(values: CommandValues, path: string): Command {
  return {
    by: 'Atlas UI',
    line: `Atlas → project ${values.projectName ?? 'PROJECT'} → Clusters → ${values.cluster ?? 'CLUSTER'} → ${path}`,
  };
}

function flagOr(name: string, value: string | null | undefined, word: string): string {
  return flag(name, value ?? word);
}

/** Always with the project, because clusters of two projects may have the same name. */
function cluster({ cluster: name, projectId }: CommandValues): string {
  return `${flagOr('cluster', name, 'CLUSTER')} ${flagOr('project', projectId, 'PROJECT')}`;
}

function ownTarget({ target: to }: CommandValues): string {
  const where = to === null || to.projectId === null ? [] : [flag('target-project', to.projectId)];
  return [flagOr('target', to?.name, 'TARGET'), ...where].join(' ');
}

function clusterWord({ cluster: name }: CommandValues): string {
  return operand(name ?? 'CLUSTER');
}

function project({ projectId }: CommandValues): string {
  return flagOr('projectId', projectId, 'PROJECT_ID');
}

function source(values: CommandValues): string {
  return `${flagOr('clusterName', values.cluster, 'CLUSTER')} ${project(values)}`;
}

function target({ target: to }: CommandValues): string {
  return `${flagOr('targetClusterName', to?.name, 'TARGET')} ${flagOr('targetProjectId', to?.projectId, 'TARGET_PROJECT_ID')}`;
}

function snapshot({ snapshotId }: CommandValues): string {
  return shellQuote(snapshotId ?? 'SNAPSHOT_ID');
}

function momentOf({ moment }: CommandValues): string {
  return moment === null ? 'MOMENT' : iso(moment);
}

function secondsOf({ moment }: CommandValues): string {
  return moment === null ? 'SECONDS_SINCE_1970' : String(Math.floor(moment / SECOND));
}

/** Atlas's form takes minutes; only its oplog timestamp takes seconds. */
function formOf(values: CommandValues): string {
  return values.moment === null
    ? 'Date & Time (minutes), or Oplog Timestamp (seconds since 1970)'
    : `Oplog Timestamp ${secondsOf(values)} (Date & Time takes whole minutes: mind the time zone it shows; this is ${iso(values.moment)})`;
}
