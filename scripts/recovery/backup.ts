import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { evidenceLine } from '../../lib/domain/recovery/evidence.ts';
import type { LogRecord } from '../../lib/domain/recovery/log-record.ts';
import { spell } from '../../lib/domain/time.ts';
import { Interrupted } from '../../lib/recovery/dump/dump-error.ts';
import { NoAnswer } from '../../lib/recovery/dump/interlock/ask-identity.ts';
import { comparableHosts } from '../../lib/recovery/dump/connection-string.ts';
import { backupName } from '../../lib/recovery/dump/backup-names.ts';
import { recordJson } from '../../lib/record/record-export.ts';
import { takeOnDemand } from '../backup/on-demand.ts';
import { keepRecord } from '../backup/keep-record.ts';
import { readSettings } from '../backup/settings.ts';
import { prunedLines, take, type Taken } from '../backup/take.ts';
import { chooseTool } from '../backup/tool.ts';
import { interruptible } from '../process/interruption.ts';
import type { Answer, Terminal } from '../terminal/terminal.ts';
import { userNamed, wordsOf } from '../terminal/words.ts';

type Asked = {
  readonly out: string;
  readonly keep?: number | undefined;
  readonly gzip?: true | undefined;
  readonly tool: 'auto' | 'mongodump' | 'driver';
  readonly oplog: boolean;
  readonly atlas?: true | undefined;
} & { readonly [Name in 'by' | 'cluster' | 'project']?: string | undefined };

/** `restorewatch backup`: backs up and records it. */
export async function backup(terminal: Terminal, { out, oplog, ...asked }: Asked): Promise<Answer> {
  const [keep, gzip] = [asked.keep ?? null, asked.gzip ?? false];
  const settings = readSettings();
  terminal.learn(settings.secrets);
  const by = userNamed(asked.by);
  const { cluster = '', project } = asked;
  if (asked.atlas) return takeOnDemand({ project, cluster, by, out }, terminal, settings);
  const { mongodbUri: uri, timeoutMs } = settings;
  if (uri === null) throw new Error('MONGODB_URI is not set; it takes the connection string of the database that is to be backed up');
  // Answers of the server are garbage as soon as they are written, and V8 would keep 64 MB of it. It reads this flag whenever it makes room.
  setFlagsFromString('--optimize-for-size');
  const tool = await chooseTool('mongodump', asked.tool);
  return interruptible(async ({ signal, code }) => {
    const startedAt = Date.now();
    const taking = { uri, timeoutMs, out, gzip, oplog, tool, keep, startedAt, signal, screen: terminal };
    const result = await take(taking).catch((error: unknown) => failed(error));
    const record = recordOf(result, { subject: subjectOf(uri), by, startedAt, out });
    for (const note of 'manifest' in result ? result.manifest.notes : []) terminal.say(`  ${note}`);
    terminal.say(await keepRecord(record, `${join(out, backupName(startedAt))}.records.jsonl`, settings));
    const ended = record.verdict === 'passed' ? 0 : record.verdict === 'interrupted' ? code() : 1;
    return { data: recordJson(record), text: record.summary, code: ended };
  });
}

type Failed = { readonly verdict: 'failed' | 'interrupted'; readonly why: string };

function failed(error: unknown): Failed {
  const advice = error instanceof NoAnswer ? ': see that it runs and is not overloaded, then run this again' : '';
  return { verdict: error instanceof Interrupted ? 'interrupted' : 'failed', why: `${wordsOf(error, 'failed')}${advice}` };
}

function subjectOf(uri: string): string {
  return `database at ${comparableHosts(uri).join(', ')}`;
}

type About = Pick<LogRecord, 'subject' | 'by' | 'startedAt'> & { readonly out: string };

function recordOf(result: Taken | Failed, { out, ...about }: About): LogRecord {
  const base = { id: `backup-${randomUUID()}`, kind: 'backup', ...about, endedAt: Date.now() } as const;
  if ('why' in result)
    return { ...base, verdict: result.verdict, summary: `backup: ${result.why}`, measured: {}, evidence: [], details: { out } };
  const { folder, manifest, manifestSha256, pruned } = result;
  const documents = manifest.collections.reduce((sum, one) => sum + (one.documents ?? 0), 0);
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const size = `${manifest.collections.length.toLocaleString('en')} collections, ${documents.toLocaleString('en')} documents, ${(bytes / 1e6).toFixed(1)} MB`;
  return {
    ...base,
    verdict: 'passed',
    summary: `backed up to ${folder} in ${spell(base.endedAt - base.startedAt)}: ${size}, read again and unharmed`,
    measured: { backup: base.endedAt - base.startedAt },
    evidence: [evidenceLine('checksum', 'passed', [`${manifest.files.length} files as written`, 'as written'])],
    details: {
      folder,
      manifest: manifestSha256,
      tool: manifest.tool,
      consistency: manifest.consistency,
      server: manifest.serverVersion,
      // Among them is what the backup does not hold.
      notes: manifest.notes.join('\n'),
      ...(pruned && { 'older backups': prunedLines(pruned).join('\n') }),
    },
  };
}
