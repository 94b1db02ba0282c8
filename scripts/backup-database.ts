import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LogRecord } from '../lib/domain/record.ts';
import { spell } from '../lib/domain/time.ts';
import type { Finished } from '../lib/recovery/dump/back-up.ts';
import { Interrupted } from '../lib/recovery/dump/error.ts';
import { hostsOf } from '../lib/recovery/dump/hosts.ts';
import { backupName } from '../lib/recovery/dump/names.ts';
import { onInterrupt } from './backup/interrupt.ts';
import { takeOnDemand } from './backup/on-demand.ts';
import { keepRecord } from './backup/keep-record.ts';
import type { Screen } from './backup/screen.ts';
import { readSettings, type Settings } from './backup/settings.ts';
import { take } from './backup/take.ts';
import { openTerminal } from './backup/terminal.ts';
import { chooseTool } from './backup/tool.ts';
import { loadEnvironmentFiles } from './env-files.ts';

const USAGE = `npm run backup -- [--out DIR] [--keep N] [--gzip] [--tool auto|mongodump|driver] [--no-oplog] [--by NAME]
Backs up the database that MONGODB_URI names: by mongodump where it is installed, else by itself, in mongodump's format either way.
npm run backup -- --atlas --cluster NAME [--project NAME]   takes a snapshot in Atlas instead, kept for 90 days, and waits for it`;

const OPTIONS = {
  out: { type: 'string', default: 'backups' },
  keep: { type: 'string' },
  gzip: { type: 'boolean', default: false },
  tool: { type: 'string', default: 'auto' },
  'no-oplog': { type: 'boolean', default: false },
  by: { type: 'string' },
  atlas: { type: 'boolean', default: false },
  project: { type: 'string' },
  cluster: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

function readOptions(): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'] {
  return parseArgs({ options: OPTIONS, strict: true }).values;
}

function keepOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Error(`--keep: how many backups to keep, the new one included: 1 or more, not "${text}"`);
}

/** Backs up, records it, and gives the exit code. */
async function backup(screen: Screen, settings: Settings): Promise<number> {
  const options = readOptions();
  if (options.help) return (screen.say(USAGE), 0);
  const by = options.by ?? process.env['USER'] ?? 'command line';
  if (options.atlas) return takeOnDemand({ project: options.project, cluster: options.cluster, by, out: options.out }, screen, settings);
  const { mongodbUri: uri, timeoutMs } = settings;
  if (uri === null) throw new Error('MONGODB_URI is not set; it takes the connection string of the database that is to be backed up');
  const { signal, code } = onInterrupt();
  const tool = await chooseTool('mongodump', options.tool);
  const { out, gzip } = options;
  const [startedAt, keep, oplog] = [Date.now(), keepOf(options.keep), !options['no-oplog']];
  const result = await take({ uri, timeoutMs, out, gzip, oplog, tool, keep, startedAt, signal, screen }).catch((error: unknown) =>
    failed(error),
  );
  const record = recordOf(result, { subject: subjectOf(uri), by, startedAt, out });
  screen.say(record.summary);
  for (const note of 'manifest' in result ? result.manifest.notes : []) screen.say(`  ${note}`);
  screen.say(await keepRecord(record, `${join(out, backupName(startedAt))}.records.jsonl`, settings));
  // Not waiting for connections that a server holds on to.
  if (record.verdict === 'interrupted') process.exit(code());
  return record.verdict === 'passed' ? 0 : 1;
}

type Failed = { readonly verdict: 'failed' | 'interrupted'; readonly why: string };

function failed(error: unknown): Failed {
  const why = error instanceof Error ? error.message : 'failed';
  return { verdict: error instanceof Interrupted ? 'interrupted' : 'failed', why };
}

function subjectOf(uri: string): string {
  return `database at ${hostsOf(uri).join(', ')}`;
}

type Told = Pick<LogRecord, 'subject' | 'by' | 'startedAt'> & { readonly out: string };

function recordOf(result: Finished | Failed, { out, ...told }: Told): LogRecord {
  const base = { id: `backup-${randomUUID()}`, kind: 'backup', ...told, endedAt: Date.now() } as const;
  if ('why' in result)
    return { ...base, verdict: result.verdict, summary: `backup: ${result.why}`, measured: {}, evidence: [], details: { out } };
  const { folder, manifest, manifestSha256 } = result;
  const documents = manifest.collections.reduce((sum, one) => sum + (one.documents ?? 0), 0);
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const size = `${manifest.collections.length.toLocaleString('en')} collections, ${documents.toLocaleString('en')} documents, ${(bytes / 1e6).toFixed(1)} MB`;
  const checked = {
    what: 'checksum',
    namespace: null,
    expected: `${manifest.files.length} files as written`,
    found: 'as written',
    verdict: 'passed',
  } as const;
  return {
    ...base,
    verdict: 'passed',
    summary: `backed up to ${folder} in ${spell(base.endedAt - base.startedAt)}: ${size}, read again and unharmed`,
    measured: { backup: base.endedAt - base.startedAt },
    evidence: [checked],
    details: { folder, manifest: manifestSha256, tool: manifest.tool, consistency: manifest.consistency, server: manifest.serverVersion },
  };
}

async function main(): Promise<number> {
  const { screen, learn } = openTerminal();
  try {
    loadEnvironmentFiles(join(import.meta.dirname, '..'));
    const settings = readSettings();
    learn(settings.secrets);
    return await backup(screen, settings);
  } catch (error) {
    screen.say(`backup: ${error instanceof Error ? error.message : 'failed'}\n${USAGE}`);
    return 2;
  }
}

process.exitCode = await main();
