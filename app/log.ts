import { EnvironmentError } from '../lib/config/environment/read-environment.ts';
import { errorForLog } from '../lib/domain/error-for-log.ts';
import { createRedactor } from '../lib/domain/redact.ts';
import { environment } from '../lib/wire/load-environment.ts';
import { countedLines } from './counted-lines.ts';

const logged = new Set<string>();

/** Logs the message once a process: for faults that last until somebody corrects them. */
export function logOnce(message: string): void {
  if (logged.has(message)) return;
  logged.add(message);
  console.error(message);
}

/** Logs an error with its stack and without secrets, on one line, once a minute where it comes again; an invalid environment is logged once, with all its problems. */
export function logError(operation: string, error: unknown): void {
  if (error instanceof EnvironmentError) return logOnce(error.message);
  const { redact } = createRedactor(environment().secrets);
  // Strangers can cause some of these as often as they like, as those of a public page while the store is down.
  countedLines().add(`${operation} failed: ${errorForLog(error, redact)}`);
}

/** What `read` gives; null, and an error in the log, if it throws. */
export async function orLogged<T>(operation: string, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    logError(operation, error);
    return null;
  }
}
