import { field, lost, refusal, retryAfterOf } from './answers.ts';
import { channelOf } from './attempt.ts';
import type { Channel, Letter, Outcome } from './channel.ts';
import { smsText } from './sms-message.ts';
import type { Priority } from '../../domain/policy.ts';
import type { Duration } from '../../domain/time.ts';

export type SmsSettings = {
  readonly accountSid: string;
  readonly authToken: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly baseUrl: string;
};

/** Seconds after which Twilio gives a message up; its default of 10 h would ring for last night's page in the morning. */
const VALIDITY: Readonly<Record<Priority, number>> = { P0: 900, P1: 3_600, P2: 14_400 };

/**
 * Text messages by Twilio's one documented call (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource).
 * It has no idempotency: after an unknown outcome sending again may ring twice, also where Twilio itself says 500
 * (https://www.twilio.com/docs/api/errors/20500).
 */
export function smsChannel(settings: SmsSettings, timeout: Duration, redact: (text: string) => string): Channel {
  const attempt = (letter: Letter, signal: AbortSignal): Promise<Outcome> => send(settings, letter, signal);
  return channelOf({ id: 'sms', recipients: settings.to.length, limit: timeout, redact, attempt });
}

async function send(settings: SmsSettings, letter: Letter, signal: AbortSignal): Promise<Outcome> {
  const to = settings.to[letter.recipient];
  if (to === undefined) return { result: 'rejected', error: `Twilio: there is no recipient ${letter.recipient + 1} any more` };
  try {
    const response = await fetch(
      `${settings.baseUrl.replace(/\/+$/, '')}/2010-04-01/Accounts/${encodeURIComponent(settings.accountSid)}/Messages.json`,
      {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${settings.accountSid}:${settings.authToken}`).toString('base64')}` },
        body: new URLSearchParams({
          To: to,
          From: settings.from,
          Body: smsText(letter),
          ValidityPeriod: String(VALIDITY[letter.priority]),
        }),
        redirect: 'manual',
        cache: 'no-store',
        signal,
      },
    );
    return outcomeOf(response, await response.text(), letter);
  } catch (error) {
    return lost('Twilio', error);
  }
}

function outcomeOf(response: Response, text: string, letter: Letter): Outcome {
  const body = parsed(text);
  const sid = field(body, 'sid');
  if (response.status === 201 && typeof sid === 'string') return { result: 'accepted', receipt: sid };
  const [code, message] = [field(body, 'code'), field(body, 'message')];
  const said = typeof message === 'string' ? ` (${String(code)}): ${message}` : '';
  return refusal(
    response.status,
    `Twilio answered ${response.status}${said}`,
    retryAfterOf(response.headers.get('retry-after'), letter.now),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
