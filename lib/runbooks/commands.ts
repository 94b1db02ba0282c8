import { type Instant, iso, SECOND } from '../domain/time.ts';
import { flag, operand, shellQuote } from './quote.ts';

/** What commands are filled with; null is not known, and stays a word in capitals for the reader to replace. */
export type CommandValues = {
  readonly cluster: string | null;
  readonly projectId: string | null;
  readonly projectName: string | null;
  /** The moment to go back to. */
  readonly moment: Instant | null;
  readonly snapshotId: string | null;
  readonly target: { readonly name: string; readonly projectId: string | null } | null;
  /** The restore test that has the cluster as a source. */
  readonly plan: string | null;
};

/** Something to type, or a place to click. */
export type Command = { readonly by: 'Restorable' | 'Atlas CLI' | 'Atlas UI'; readonly line: string };

export const NOTHING_KNOWN: CommandValues = {
  cluster: null,
  projectId: null,
  projectName: null,
  moment: null,
  snapshotId: null,
  target: null,
  plan: null,
};

export type CommandId =
  | 'restore-moment'
  | 'restore-snapshot'
  | 'list-snapshots'
  | 'follow-restore'
  | 'snapshot-now'
  | 'backup'
  | 'validate'
  | 'test-start'
  | 'test-advance'
  | 'drill-corruption'
  | 'drill-deletion'
  | 'drill-region-outage'
  | 'drill-breach'
  | 'drill-primary-failure'
  | 'events'
  | 'access-logs'
  | 'access-list'
  | 'database-users'
  | 'delete-snapshot'
  | 'keep-snapshot'
  | 'doctor'
  | 'user';

type Make = (values: CommandValues) => readonly Command[];

/** Flags as in the Atlas CLI's reference (atlas backups restores start, … snapshots, accessLogs, accessLists, dbusers, events). */
const COMMANDS: Readonly<Record<CommandId, Make>> = {
  'restore-moment': (values) => [
    ours(`restore -- ${cluster(values)} --to ${momentOf(values)} ${ownTarget(values)}`),
    cli(`backups restores start pointInTime ${source(values)} --pointInTimeUTCSeconds ${secondsOf(values)} ${target(values)}`),
    ui(values, `Backup → Point in Time Restore → ${formOf(values)} → target project and cluster → Restore`),
  ],
  'restore-snapshot': (values) => [
    ours(`restore -- ${cluster(values)} --to ${snapshot(values)} ${ownTarget(values)}`),
    cli(`backups restores start automated ${source(values)} --snapshotId ${snapshot(values)} ${target(values)}`),
    ui(values, 'Backup → Snapshots → the row of the snapshot → Restore → target project and cluster → Restore'),
  ],
  'list-snapshots': (values) => [cli(`backups snapshots list ${project(values)} ${clusterWord(values)}`), ui(values, 'Backup → Snapshots')],
  'follow-restore': (values) => [cli(`backups restores list ${project(values)} ${clusterWord(values)}`), ui(values, 'Backup → Restores')],
  'snapshot-now': (values) => [
    ours(`backup -- --atlas ${cluster(values)}`),
    cli(`backups snapshots create ${project(values)} --desc restorable --retention 90 ${clusterWord(values)}`),
    ui(values, 'Backup → Take Snapshot Now, retention 90 days'),
  ],
  backup: () => [ours('backup -- --out ./backups --keep 7')],
  validate: () => [ours('validate -- --backup PATH --target SANDBOX_MONGODB_URI')],
  'test-start': (values) => [
    ours(`restore-test -- ${flagOr('start', values.plan, 'PLAN')} ${flagOr('source', values.cluster, 'CLUSTER')}`),
  ],
  'test-advance': () => [ours('restore-test -- --advance')],
  'drill-corruption': () => [ours('drill -- --scenario corruption')],
  'drill-deletion': () => [ours('drill -- --scenario deletion')],
  'drill-region-outage': () => [ours('drill -- --scenario region-outage')],
  'drill-breach': () => [ours('drill -- --scenario breach')],
  'drill-primary-failure': () => [ours('drill -- --scenario primary-failure')],
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
  user: () => [ours('user -- NAME')],
};

/** The ways to do it, filled with what is known. Every value is quoted: pasted into a shell it is one word, whatever Atlas calls it. */
export function commandsOf(id: CommandId, values: CommandValues): readonly Command[] {
  return COMMANDS[id](values);
}

function ours(words: string): Command {
  return { by: 'Restorable', line: `npm run ${words}` };
}

function cli(words: string): Command {
  return { by: 'Atlas CLI', line: `atlas ${words}` };
}

/** Atlas docs, "Restore from Continuous Cloud Backup" and "Manage Your Backup Snapshots": Clusters, the cluster's name, its Backup tab. */
function ui(values: CommandValues, way: string): Command {
  return {
    by: 'Atlas UI',
    line: `Atlas → project ${values.projectName ?? 'PROJECT'} → Clusters → ${values.cluster ?? 'CLUSTER'} → ${way}`,
  };
}

function flagOr(name: string, value: string | null | undefined, word: string): string {
  return flag(name, value ?? word);
}

/** Always with the project: two may have clusters of one name. */
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

/** The form takes minutes; only the oplog timestamp takes seconds. */
function formOf(values: CommandValues): string {
  return values.moment === null
    ? 'Date & Time (minutes), or Oplog Timestamp (seconds since 1970)'
    : `Oplog Timestamp ${secondsOf(values)} (Date & Time takes whole minutes: mind the time zone it shows; this is ${iso(values.moment)})`;
}
