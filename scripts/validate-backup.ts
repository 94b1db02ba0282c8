import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { configuration } from '../lib/wire-config.ts';
import { policyOf } from '../lib/config/policy.ts';
import { verdictOf } from '../lib/domain/evidence.ts';
import type { LogRecord } from '../lib/domain/record.ts';
import { spell } from '../lib/domain/time.ts';
import { abortable, BackupError, Interrupted } from '../lib/recovery/dump/error.ts';
import { hostsOf } from '../lib/recovery/dump/hosts.ts';
import { type Backup, readBackup } from '../lib/recovery/dump/read-backup.ts';
import { RestoreError } from '../lib/recovery/dump/restore.ts';
import { connect } from '../lib/recovery/validate/connect.ts';
import { evidenceTable } from './backup/evidence-table.ts';
import { onInterrupt } from './backup/interrupt.ts';
import { keepRecord } from './backup/keep-record.ts';
import { Refused, restoreAndValidate, type Validated } from './backup/restore-and-validate.ts';
import type { Screen } from './backup/screen.ts';
import { readSettings, type Settings } from './backup/settings.ts';
import { targetNamed } from './backup/target-named.ts';
import { openTerminal } from './backup/terminal.ts';
import { chooseTool } from './backup/tool.ts';
import { underWay } from './backup/under-way.ts';
import { validationOf } from './backup/validation-settings.ts';
import { loadEnvironmentFiles } from './env-files.ts';

const USAGE = `npm run validate -- --backup PATH [--target VARIABLE] [--keep-data] [--tool auto|mongorestore|driver] [--by NAME]
Restores a backup into an empty MongoDB, or one marked as a sandbox by a collection restorable.sandbox, and validates what came of it.
VARIABLE: the environment variable that holds the target's connection string; SANDBOX_MONGODB_URI if left out.`;

const OPTIONS = {
  backup: { type: 'string' },
  target: { type: 'string', default: 'SANDBOX_MONGODB_URI' },
  'keep-data': { type: 'boolean', default: false },
  tool: { type: 'string', default: 'auto' },
  by: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Terminal = ReturnType<typeof openTerminal>;
type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** Validates, records it, and gives the exit code. */
async function validate({ screen, redact, learn }: Terminal, read: Settings, options: Options, path: string): Promise<number> {
  const { uri, secrets, warning } = targetNamed(options.target, read);
  const settings = { ...read, secrets: [...read.secrets, ...secrets] };
  learn(settings.secrets);
  if (warning !== null) screen.say(warning);
  const { signal, code } = onInterrupt();
  const tool = await chooseTool('mongorestore', options.tool);
  const startedAt = Date.now();
  const folder = resolve(path);
  const result = await attempt(folder, { uri, settings, tool, keepData: options['keep-data'], signal, screen });
  const subject = `${folder} into ${hostsOf(uri).join(', ')}`;
  const record = recordOf(result, { subject, by: options.by ?? process.env['USER'] ?? 'command line', startedAt });
  if (record.evidence.length > 0) process.stdout.write(`${redact(evidenceTable(record.evidence))}\n`);
  screen.say(record.summary);
  screen.say(await keepRecord(record, `${folder}.records.jsonl`, settings));
  // Not waiting for connections that a server holds on to.
  if (record.verdict === 'interrupted') process.exit(code());
  return record.verdict === 'passed' ? 0 : 1;
}

type Attempt = {
  readonly uri: string;
  readonly settings: Settings;
  readonly tool: string | null;
  readonly keepData: boolean;
  readonly signal: AbortSignal;
  readonly screen: Screen;
};
type Outcome = (Validated & { readonly backup: Backup }) | { readonly verdict: LogRecord['verdict']; readonly why: string };

async function attempt(folder: string, { uri, settings, ...rest }: Attempt): Promise<Outcome> {
  const { general } = policyOf(configuration());
  try {
    const backup = await readBackup(folder);
    const others = await underWay(settings, rest.screen);
    if (others.length > 0) throw new Refused(`refused: ${others.join(', ')} is under way and may be using the target; wait for its end`);
    const client = await abortable(connect(uri, { timeoutMs: settings.timeoutMs }), rest.signal);
    try {
      const addresses = { targetUri: uri, sourceUri: settings.mongodbUri, sandboxUri: settings.sandboxUri };
      const how = { settings: validationOf(general, backup), rpo: general.recovery.rpo };
      return { ...(await restoreAndValidate(client, { backup, ...addresses, ...how, ...rest })), backup };
    } finally {
      const closing = client.close().catch(() => {});
      // A server that does not answer is not waited for after Ctrl-C.
      if (!rest.signal.aborted) await closing;
    }
  } catch (error) {
    const kept = error instanceof Interrupted && rest.keepData ? 'interrupted; what was restored until then is still there' : null;
    return { verdict: verdictOfError(error), why: kept ?? (error instanceof Error ? error.message : 'failed') };
  }
}

function verdictOfError(error: unknown): LogRecord['verdict'] {
  if (error instanceof Refused) return 'refused';
  if (error instanceof Interrupted) return 'interrupted';
  // A target that is away or full says nothing about the backup; a backup that cannot be read, or that no server takes, has failed.
  if (error instanceof RestoreError) return error.blame === 'backup' ? 'failed' : 'could-not-verify';
  return error instanceof BackupError ? 'failed' : 'could-not-verify';
}

function recordOf(outcome: Outcome, told: Pick<LogRecord, 'subject' | 'by' | 'startedAt'>): LogRecord {
  const base = { id: `validation-${randomUUID()}`, kind: 'restore-test', ...told, endedAt: Date.now() } as const;
  if ('why' in outcome)
    return { ...base, verdict: outcome.verdict, summary: `validate: ${outcome.why}`, measured: {}, evidence: [], details: {} };
  const { lines, restore, validate: validated, backup } = outcome;
  const verdict = verdictOf(lines);
  const failures = lines.filter((line) => line.verdict === 'failed').length;
  const times = `restored in ${spell(restore)}, validated in ${spell(validated)}`;
  return {
    ...base,
    verdict,
    summary: `validate: ${verdict}: ${lines.length} lines of evidence, ${failures} failed; ${times}`,
    measured: { restore, validate: validated, rto: restore + validated },
    evidence: lines,
    details: { folder: backup.folder, takenAt: backup.manifest?.startedAt ?? 'not known', tool: backup.manifest?.tool ?? 'not known' },
  };
}

async function main(): Promise<number> {
  const terminal = openTerminal();
  const { screen } = terminal;
  try {
    const options = parseArgs({ options: OPTIONS, strict: true }).values;
    if (options.help) return (screen.say(USAGE), 0);
    if (options.backup === undefined) throw new Error('--backup: the folder of the backup');
    loadEnvironmentFiles(join(import.meta.dirname, '..'));
    return await validate(terminal, readSettings(), options, options.backup);
  } catch (error) {
    screen.say(`validate: ${error instanceof Error ? error.message : 'failed'}\n${USAGE}`);
    return 2;
  }
}

process.exitCode = await main();
