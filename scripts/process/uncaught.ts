import { secretsIn } from '../../lib/config/environment/read-environment.ts';
import { errorForLog } from '../../lib/domain/error-for-log.ts';
import { createRedactor } from '../../lib/domain/redact.ts';

/**
 * Goes on where nobody reads the output any more: the end of a pipe (`restorewatch records | head`), or of a log collector. Unheard, the error of such a
 * write would itself be written, by Next too, without end.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/**
 * Ends the process with 1 where its answer could not be written, as on a full disk, and would have ended with 0: a file that was cut off is no export. A
 * reader that has gone (EPIPE) has what it wanted.
 */
export function failUnwritten(name: string): void {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`${name}: the answer could not be written to standard output: ${error.message}\n`);
    process.once('exit', () => (process.exitCode ||= 1));
  });
}

/**
 * Ends the process with 1 on an error that nobody caught, a rejection too, and tells it without the secrets of the environment: Node would print it as it is.
 * Returns what takes this back.
 */
export function tellUncaught(name: string): () => void {
  const tell = (error: unknown): void => {
    process.stderr.write(`${name}: ${errorForLog(error, createRedactor(secretsIn(process.env)).redact)}\n`);
    process.exit(1);
  };
  process.on('uncaughtException', tell);
  return () => void process.off('uncaughtException', tell);
}
