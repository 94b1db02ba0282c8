import { stripVTControlCharacters } from 'node:util';

type Output = Pick<NodeJS.WriteStream, 'write'>;

/**
 * Hides secrets, and marks that move the cursor or turn the reading direction, in everything that is written to these streams from now on, whoever writes
 * it. Line ends stay. A write holds one whole message, as console's and Next's do.
 */
export function guardOutput(streams: readonly Output[], redact: (text: string) => string): void {
  for (const stream of streams) {
    const write = stream.write.bind(stream);
    const guarded = (text: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
      const whole = typeof text === 'string' ? text : Buffer.from(text).toString();
      const ended = [encoding, done].find(isCallback);
      // Redacted before, since a secret may have such marks of its own, and after, since a mark inside a secret keeps it from being recognised.
      return write(redact(harmless(redact(whole))), ended);
    };
    Object.assign(stream, { write: guarded });
  }
}

function isCallback(value: unknown): value is (error?: Error | null) => void {
  return typeof value === 'function';
}

function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\n\t])\p{Cc}|\p{Cf}/gu, '');
}
