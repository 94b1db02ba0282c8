import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MINUTE } from '../lib/domain/time.ts';
import type { Parts } from '../lib/parts.ts';
import { appendRecord } from '../lib/records.ts';
import type { RecoveryAtlas } from '../lib/domain/recovery-atlas.ts';
import { startAndFollow } from '../lib/recovery/follow-restore.ts';
import { sourcesOf } from '../lib/recovery/interlock.ts';
import { planRestore, type RestoreAsked, type RestorePlanned } from '../lib/recovery/manual-restore.ts';
import { windowOfCluster } from '../lib/proving/surroundings.ts';
import { openForPeople } from '../lib/wire.ts';
import { environment } from '../lib/wire-environment.ts';
import { loadEnvironmentFiles } from './env-files.ts';

const USAGE = `npm run restore -- --cluster NAME --to 2026-11-22T13:42:00Z|SNAPSHOT --target NAME   [--project P] [--target-project P] [--by NAME]
Shows what it would do, asks for the target's name to be typed, then starts the restore and follows it. The target loses all its data: it must carry the
tag restorable=sandbox in Atlas and be no source of a restore test. To recover for good, restore into a new cluster that carries the tag, look at the
data, take the tag away, and move the application's connection string.`;

const OPTIONS = {
  cluster: { type: 'string' },
  project: { type: 'string' },
  to: { type: 'string' },
  target: { type: 'string' },
  'target-project': { type: 'string' },
  by: { type: 'string' },
} as const;

async function restore(): Promise<number> {
  loadEnvironmentFiles(join(import.meta.dirname, '..'));
  const { values } = parseArgs({ options: OPTIONS, strict: true });
  const { cluster, to, target } = values;
  if (!cluster || !to || !target) throw new Error(USAGE);
  const parts = await openForPeople();
  const atlas = parts.recovery?.atlas;
  if (!atlas)
    throw new Error('restore: set ATLAS_RESTORE_CLIENT_ID and ATLAS_RESTORE_CLIENT_SECRET: restores use this second service account alone');
  const project = values.project ?? (await onlyProjectOf(parts, cluster));
  const asked: RestoreAsked = {
    source: { project, cluster },
    to,
    target: { project: values['target-project'] ?? targetProject(parts, target) ?? project, cluster: target },
  };
  const first = await planned(asked, parts, atlas);
  say(`${first.lines.join('\n')}\n`);
  if (first.refusals.length > 0) throw new Error(`restore: refused: ${first.refusals.join('; ')}`);
  if ((await typed(`Type the target's name (${target}) to replace all its data, anything else to stop: `)) !== target)
    throw new Error('restore: not begun: the name that was typed is not the target’s');
  return begin(asked, parts, atlas, values.by ?? process.env['USER'] ?? 'command line');
}

/** All of it is read again right before the request: minutes may have passed at the prompt. */
async function begin(asked: RestoreAsked, parts: Parts, atlas: RecoveryAtlas, by: string): Promise<number> {
  const again = await planned(asked, parts, atlas);
  if (again.refusals.length > 0) throw new Error(`restore: refused: ${again.refusals.join('; ')}`);
  let stop = false;
  process.once('SIGINT', () => {
    stop = true;
    say('stopping to look; the restore goes on in Atlas. Its record says so.');
  });
  const record = await startAndFollow({
    atlas,
    asked,
    planned: again,
    id: `restore-${randomUUID()}`,
    by,
    now: Date.now,
    pause: (span) => pause(span),
    say,
    stopped: () => stop,
  });
  await appendRecord(parts, record, environment().secrets);
  say(
    `${record.summary}\nrecord ${record.id}. Next: npm run restore-test, or your own checks against the target; then move the application.`,
  );
  return record.verdict === 'passed' ? 0 : stop ? 130 : 1;
}

async function planned(asked: RestoreAsked, parts: Parts, atlas: RecoveryAtlas): Promise<RestorePlanned> {
  const { head } = await parts.store.readHead();
  const window = head && (await windowOfCluster(parts.store, head, asked.source));
  const sources = sourcesOf(parts.policy.general.restoreTests ?? []);
  return planRestore(asked, { atlas, head, window, sources, now: Date.now(), deadline: Date.now() + MINUTE });
}

/** The project of a source that policy names; else it has to be said. */
async function onlyProjectOf(parts: Parts, cluster: string): Promise<string> {
  const named = new Set(
    sourcesOf(parts.policy.general.restoreTests ?? [])
      .filter((source) => source.cluster === cluster)
      .map(({ project }) => project),
  );
  const [project] = named;
  if (project === undefined || named.size > 1) throw new Error(`restore: say which project ${cluster} is in: --project NAME`);
  return project;
}

function targetProject(parts: Parts, target: string): string | null {
  return (parts.policy.general.restoreTests ?? []).find((plan) => plan.target.cluster === target)?.target.project ?? null;
}

async function typed(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
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
