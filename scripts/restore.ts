import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { LogRecord } from '../lib/domain/record.ts';
import { startAndFollow } from '../lib/recovery/follow-restore.ts';
import { refusedRecord } from '../lib/recovery/manual-record.ts';
import type { RestorePlanned } from '../lib/recovery/manual-restore.ts';
import { openForPeople } from '../lib/wire.ts';
import { onInterrupt } from './backup/interrupt.ts';
import { keepRecord } from './backup/keep-record.ts';
import { projectNamed } from './backup/project-named.ts';
import { readSettings } from './backup/settings.ts';
import { loadEnvironmentFiles } from './env-files.ts';
import { type Asking, planned } from './restore/plan.ts';
import { typed } from './restore/typed.ts';

const USAGE = `npm run restore -- --cluster NAME --to 2026-11-22T13:42:00Z|SNAPSHOT --target NAME   [--project P] [--target-project P] [--by NAME]
Shows what it would do, asks for the target's name to be typed, then starts the restore and follows it. The target loses all its data: it must carry the
tag restorable=sandbox in Atlas, be no source of a restore test, and not be watched as a cluster with data of its own. To recover for good, restore into
a new cluster that carries this tag and restorable-exempt="recovery target", look at the data, take both tags away, and move the application's
connection string.`;

const OPTIONS = {
  cluster: { type: 'string' },
  project: { type: 'string' },
  to: { type: 'string' },
  target: { type: 'string' },
  'target-project': { type: 'string' },
  by: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Where records go that the store does not take. */
const RECORDS = join('backups', 'restores.records.jsonl');

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
type Session = Asking & { readonly id: string; readonly by: string; readonly keep: (record: LogRecord) => Promise<void> };

async function restore(): Promise<number> {
  loadEnvironmentFiles(join(import.meta.dirname, '..'));
  const { values } = parseArgs({ options: OPTIONS, strict: true });
  if (values.help) return (say(USAGE), 0);
  const session = await opened(values);
  const { target } = session.asked;
  const first = await planned(session);
  say(`${first.lines.join('\n')}\n`);
  await refuse(session, first);
  const name = await typed(`Type the target's name (${target.cluster}) to replace all its data, anything else to stop: `);
  if (name === null)
    throw new Error('\nrestore: not begun: nothing was typed; run it on a terminal, or give the target’s name by standard input');
  if (name !== target.cluster) throw new Error('restore: not begun: the name that was typed is not the target’s');
  return begin(session);
}

async function opened({ cluster, to, target, by, ...values }: Options): Promise<Session> {
  if (!cluster || !to || !target) throw new Error(USAGE);
  const settings = readSettings();
  const parts = await openForPeople();
  const atlas = parts.recovery?.atlas;
  if (!atlas)
    throw new Error('restore: set ATLAS_RESTORE_CLIENT_ID and ATLAS_RESTORE_CLIENT_SECRET: restores use this second service account alone');
  const { general } = parts.policy;
  const project = projectNamed(cluster, values.project, general);
  const known = [...(general.restoreTests ?? []), ...(general.drills ?? [])].find((plan) => plan.target.cluster === target);
  const targetProject = values['target-project'] ?? known?.target.project ?? project;
  return {
    asked: { source: { project, cluster }, to, target: { project: targetProject, cluster: target } },
    parts,
    atlas,
    id: `restore-${randomUUID()}`,
    by: by ?? process.env['USER'] ?? 'command line',
    keep: async (record) => say(await keepRecord(record, RECORDS, settings)),
  };
}

/** All of it is read again right before the request: minutes may have passed at the prompt. */
async function begin(session: Session): Promise<number> {
  const { atlas, asked, id, by, keep } = session;
  const again = await planned(session);
  await refuse(session, again);
  const { signal, code } = onInterrupt();
  signal.addEventListener('abort', () => say('stopping to look; the restore goes on in Atlas. Its record says so.'));
  const record = await startAndFollow({
    atlas,
    asked,
    planned: again,
    id,
    by,
    now: Date.now,
    pause: (span) => pause(span, undefined, { signal }).catch(() => undefined),
    say,
    stopped: () => signal.aborted,
    keep,
  });
  say(record.summary);
  await keep(record);
  if (record.verdict === 'passed') say('Next: npm run restore-test, or your own checks against the target; then move the application.');
  return record.verdict === 'passed' ? 0 : record.verdict === 'interrupted' ? code() : 1;
}

/** Throws Error where there are refusals, and leaves a record of them. */
async function refuse({ asked, id, by, keep }: Session, plan: RestorePlanned): Promise<void> {
  if (plan.refusals.length === 0) return;
  const why = plan.refusals.join('; ');
  await keep(refusedRecord({ asked, planned: plan, id, by, now: Date.now }, why));
  throw new Error(`restore: refused: ${why}`);
}

function say(words: string): void {
  process.stdout.write(`${words}\n`);
}

restore().then(
  (code) => void (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : 'restore: failed'}\n`);
    process.exitCode = 1;
  },
);
