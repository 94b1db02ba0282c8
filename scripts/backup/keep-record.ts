import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogRecord } from '../../lib/domain/recovery/log-record.ts';
import { createRedactor } from '../../lib/domain/redact.ts';
import { notWritten } from '../../lib/recovery/dump/disk/write-file.ts';
import { manifestPath } from '../../lib/recovery/dump/dump-manifest.ts';
import { appendPrivately, makePrivateFolder } from '../process/private-file.ts';
import { wordsOf } from '../terminal/words.ts';
import type { Settings } from './settings.ts';

/**
 * The file for records about a path: beside it, and where it is inside a backup, beside that backup. A file that its manifest does not know would make a good
 * backup look changed.
 */
export function recordsBeside(path: string): string {
  for (let [at, above] = [path, dirname(path)]; at !== above; [at, above] = [above, dirname(above)])
    if (existsSync(manifestPath(at))) return `${at}.records.jsonl`;
  return `${path}.records.jsonl`;
}

/** Writes what was done into the log, or, where there is none or it does not take it, into a file beside the backup. Says which; never throws. */
export async function keepRecord(record: LogRecord, file: string, { log, secrets }: Pick<Settings, 'log' | 'secrets'>): Promise<string> {
  const { redact } = createRedactor(secrets);
  const text = redact(JSON.stringify(record));
  // What was a record is one still: only texts in it were replaced.
  const unlogged =
    log === 'store' ? await logged(JSON.parse(text) as LogRecord) : 'no Atlas is configured, so there is no store for the log';
  if (unlogged === null) return `recorded in the log as ${record.id}`;
  try {
    await makePrivateFolder(dirname(file));
    await appendPrivately(file, `${text}\n`);
    return redact(`recorded in ${file} (${unlogged})`);
  } catch (error) {
    return redact(`NOT recorded: ${unlogged}; ${notWritten(file, error, 'for backups').message}`);
  }
}

/** Null when it is there; else why not. */
async function logged(record: LogRecord): Promise<string | null> {
  try {
    const { appendRecord } = await import('../../lib/people/record-notes.ts');
    const { openPorts } = await import('../../lib/wire/wire.ts');
    await appendRecord(await openPorts(), record);
    return null;
  } catch (error) {
    return `the log does not take it: ${wordsOf(error)}`;
  }
}
