import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../lib/domain/redact.ts';
import { guardOutput } from '../../../scripts/start/guard-output.ts';

/** A guarded stream, and what came out of it. */
function guarded() {
  const written: string[] = [];
  const stream = new Writable({ write: (chunk, _encoding, done) => (written.push(String(chunk)), done()) });
  guardOutput([stream], createRedactor(['hunter2-the-secret']).redact);
  return { stream, said: () => written.join('') };
}

describe('what the process writes, whoever writes it,', () => {
  test('shows no secret: neither an error that Next logs as it is, nor bytes', () => {
    const { stream, said } = guarded();
    const error = new TypeError('cannot reach smtp://mailer:hunter2-the-secret@mail', { cause: new Error('hunter2-the-secret') });
    new Console({ stdout: stream, stderr: stream }).error(' ⨯', 'unhandledRejection:', error);
    stream.write(Buffer.from('hunter2-the-secret'));
    expect(said()).toMatch(/unhandledRejection: TypeError: cannot reach smtp:\/\/mailer:\[redacted\]@mail\n\s+at .*guard-output/);
    expect(said()).not.toContain('hunter2');
  });

  test('keeps its lines and loses marks that move the cursor or turn the reading direction', () => {
    const { stream, said } = guarded();
    stream.write('first\n\tsecond\u001b[31m red\u001b[0m\u001b]0;title\u0007 \r\u202eback\u0000\n');
    expect(said()).toBe('first\n\tsecond red back\n');
  });

  test('reaches the callback of whoever waits for it', async () => {
    const { stream, said } = guarded();
    await new Promise<void>((resolve) => stream.write('a', () => resolve()));
    await new Promise<void>((resolve) => stream.write('b', 'utf8', () => resolve()));
    expect(said()).toBe('ab');
  });
});
