import { expect, test } from 'vitest';
import { channelOf } from '../../../lib/deliver/attempt/attempt.ts';
import { createRedactor } from '../../../lib/domain/redact.ts';
import { notificationOf } from '../notifications.ts';
import { send } from '../channels/contract.ts';

const SECRET = 'secret-of-the-channel';

function errorAfter(error: string): Promise<unknown> {
  const { redact } = createRedactor([SECRET]);
  const attempt = async () => ({ result: 'failed', error, retryAfter: null }) as const;
  return send(channelOf({ id: 'sms', recipients: 1, limit: 1_000, redact, attempt }), notificationOf());
}

test.for([
  ['a secret is hidden', `no ${SECRET}`, 'no [redacted]'],
  ['a secret that the cut would halve is hidden whole', `${'x'.repeat(285)}${SECRET}`, `${'x'.repeat(285)}[redacted]`],
  ['a secret with an invisible mark inside is hidden', `no ${SECRET.slice(0, 6)}\u200B${SECRET.slice(6)}`, 'no [redacted]'],
  ['an address with an invisible mark inside is masked', '550 bob\u00AD@example.com', '550 b…@example.com'],
  ['several lines become one', 'Bad\r\n\tGateway', 'Bad Gateway'],
  ['a long one is cut to 300 characters', 'y'.repeat(1_000), `${'y'.repeat(299)}…`],
] as const)('in the error of an outcome %s', async ([, error, expected]) => {
  expect(await errorAfter(error)).toEqual({ result: 'failed', error: expected, retryAfter: null });
});
