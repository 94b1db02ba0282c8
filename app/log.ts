import { EnvironmentError } from '../lib/config/env.ts';
import { createRedactor } from '../lib/domain/redact.ts';
import { environment } from '../lib/wire-environment.ts';

const said = new Set<string>();

/** Writes the message to the log once a process: for what stays wrong until somebody mends it. */
export function logOnce(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  console.error(message);
}

/** An error without its stack and without any of the secrets; a wrong environment is told once, with all its problems. */
export function logError(operation: string, error: unknown): void {
  if (error instanceof EnvironmentError) return logOnce(error.message);
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : 'something that is no error was thrown';
  console.error(createRedactor(environment().secrets).redact(`${operation} failed: ${cause}`));
}
