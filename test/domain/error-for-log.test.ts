import { describe, expect, test } from 'vitest';
import { errorForLog, logLine } from '../../lib/domain/error-for-log.ts';
import { createRedactor } from '../../lib/domain/redact.ts';

const { redact } = createRedactor(['hunter2-the-secret']);

class OwnError extends Error {
  override readonly name = 'OwnError';
}

function thrownDeepDown(): unknown {
  try {
    JSON.parse(undefined as unknown as string); // Proof: the wrong type is the fault that the test wants.
  } catch (error) {
    return error;
  }
  return null;
}

describe('a secret that cleaning changes, as one with two spaces in a row, is hidden', () => {
  const spaced = 'two  spaces and a\u200bmark';
  const hiding = createRedactor([spaced]).redact;

  test('in an error', () =>
    expect(errorForLog(new Error(`535 ${spaced} refused`), hiding)).toMatch(/^Error: 535 \[redacted\] refused at /));

  test('in a line of the log', () =>
    expect(logLine(`email: 535 ${spaced} refused`, undefined, hiding)).toBe('email: 535 [redacted] refused'));
});

describe('an error in the log', () => {
  test('has its name, its message, and the places that it came from', () => {
    const text = errorForLog(thrownDeepDown(), redact);
    expect(text).toMatch(/^SyntaxError: "undefined" is not valid JSON at /);
    expect(text).toMatch(/ at thrownDeepDown \(.*error-for-log\.test\.ts:\d+:\d+\)/);
  });

  test('goes by the name of its class', () => expect(errorForLog(new OwnError('gone'), redact)).toMatch(/^OwnError: gone at /));

  test('has its causes, also one that is a text, and ends where a cause is its own', () => {
    const error = new OwnError('not read', { cause: new TypeError('fetch failed', { cause: 'ECONNRESET' }) });
    expect(errorForLog(error, redact)).toMatch(/^OwnError: not read at .*; caused by TypeError: fetch failed at .*; caused by ECONNRESET$/);
    const circle = new Error('round');
    circle.cause = circle;
    expect(errorForLog(circle, redact).length).toBeLessThan(4_001);
  });

  test.for([
    ['in the message', new Error('refused hunter2-the-secret')],
    ['in a cause', new Error('refused', { cause: new Error('Bearer hunter2-the-secret') })],
    ['in the stack', Object.assign(new Error('refused'), { stack: 'Error: refused\n    at /home/hunter2-the-secret/x.ts:1:1' })],
    ['split by an invisible mark', new Error('refused hunter2\u200b-the-secret')],
    ['at the end of what is kept', new Error(`${'x'.repeat(3_985)} hunter2-the-secret`)],
  ] as const)('shows no secret %s', ([, error]) => expect(errorForLog(error, redact)).not.toMatch(/hunter2/));

  test('is one line, without marks that move the cursor or turn the reading direction', () => {
    const error = new Error('a\r\nrestorewatch: audit: forged\u001b[2J\u202e\u2028b');
    expect(errorForLog(error, redact)).toMatch(/^Error: a restorewatch: audit: forged \[2J b at /);
  });

  test('stays short, whatever was thrown', () => {
    expect(errorForLog(new Error('x'.repeat(100_000)), redact)).toHaveLength(4_000);
    for (const thrown of [undefined, null, 7, {}, Symbol('s')])
      expect(errorForLog(thrown, redact)).toBe('something that is no error was thrown');
  });
});

describe('a line about an error', () => {
  test('has the error behind it, unless it holds its message, as the lines about our own errors do', () => {
    expect(logLine('dispatch failed: unexpected TypeError', new TypeError('x is undefined'), redact)).toMatch(
      /^dispatch failed: unexpected TypeError: TypeError: x is undefined at /,
    );
    expect(logLine('dispatch failed: read the head: gone', new OwnError('read the head: gone'), redact)).toBe(
      'dispatch failed: read the head: gone',
    );
    expect(logLine('dispatch failed: unexpected Error', new Error(''), redact)).toMatch(/: Error: at /);
  });

  test('is one line without secrets, also where there is no error', () =>
    expect(logLine('audit:\nhunter2-the-secret\u001b', undefined, redact)).toBe('audit: [redacted]'));
});
