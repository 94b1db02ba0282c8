import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LogRecord } from '../../lib/domain/record.ts';
import { createRedactor } from '../../lib/domain/redact.ts';
import type { Settings } from './settings.ts';

/** Writes what was done into the log, or, where there is none or it does not take it, into a file beside the backup. Says which; never throws. */
export async function keepRecord(record: LogRecord, file: string, { log, secrets }: Pick<Settings, 'log' | 'secrets'>): Promise<string> {
  const { redact } = createRedactor(secrets);
  const text = redact(JSON.stringify(record));
  // What was a record is one still: only texts in it were replaced.
  const unlogged =
    log === 'store' ? await logged(JSON.parse(text) as LogRecord) : 'no Atlas is configured, so there is no store for the log';
  if (unlogged === null) return `recorded in the log as ${record.id}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await appendFile(file, `${text}\n`, { mode: 0o600 });
    return redact(`recorded in ${file} (${unlogged})`);
  } catch (error) {
    return redact(`NOT recorded: ${unlogged}; ${wordsOf(error)}`);
  }
}

/** Null when it is there; else why not. */
async function logged(record: LogRecord): Promise<string | null> {
  try {
    const { appendToLog } = await import('../../lib/wire-records.ts');
    await appendToLog(record);
    return null;
  } catch (error) {
    return `the log does not take it: ${wordsOf(error)}`;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
