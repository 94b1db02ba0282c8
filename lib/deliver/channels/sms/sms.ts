import { maskedNumber } from '../../../domain/masked.ts';
import { field, lost, refusal, retryAfterOf } from '../../attempt/provider-answer.ts';
import { channelOf } from '../../attempt/attempt.ts';
import type { Notification, Outcome } from '../../attempt/channel.ts';
import { smsText } from './sms-message.ts';
import { jsonValue } from '../../../domain/json-text.ts';
import type { Priority } from '../../../domain/policy/policy.ts';
import { base, listOf, matching, token } from '../../../domain/settings/parse-value.ts';
import { optional, standard } from '../../../domain/settings/variable.ts';
import { defineChannel } from '../../attempt/define-channel.ts';

type Settings = {
  readonly accountSid: string;
  readonly authToken: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly baseUrl: string;
};

const phoneNumber = matching(/^\+[1-9]\d{6,14}$/, 'a phone number in international form, as +15005550006');

/** Seconds after which Twilio gives a message up; its default of 10 h would ring for last night's page in the morning. */
const VALIDITY: Readonly<Record<Priority, number>> = { P0: 900, P1: 3_600, P2: 14_400 };

/**
 * Text messages by Twilio's one documented call (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource).
 * It has no idempotency: after an unknown outcome sending again may ring twice, also where Twilio itself says 500
 * (https://www.twilio.com/docs/api/errors/20500).
 */
export const sms = defineChannel({
  traits: {
    label: 'SMS',
    rings: true,
    tracksIncidents: false,
    threads: false,
    edits: false,
    digest: false,
    repeats: ['P0'],
    lanes: { abreast: 5, claimed: 30 },
  },
  variables: {
    TWILIO_ACCOUNT_SID: optional('SMS', matching(/^AC[0-9A-Za-z]{30,32}$/, 'the SID of an account: AC and 32 letters or digits'), {
      description: 'account',
    }),
    TWILIO_AUTH_TOKEN: optional('SMS', token, { secret: true, description: "the account's token" }),
    TWILIO_FROM: optional('SMS', matching(/^\+[1-9]\d{6,14}$|^[A-Za-z0-9 ]{1,11}$/, 'a number as +15005550006, or a sender id'), {
      description: 'sender',
    }),
    SMS_TO: optional('SMS', listOf(phoneNumber), { description: 'phone numbers with their +, by comma' }),
    TWILIO_BASE_URL: standard('SMS', 'https://api.twilio.com', base, { description: "address of Twilio's API" }),
  },
  needs: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM', 'SMS_TO'],
  settings: ({ TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_FROM: from, SMS_TO: to, TWILIO_BASE_URL: baseUrl }) =>
    accountSid !== null && authToken !== null && from !== null && to !== null ? { accountSid, authToken, from, to, baseUrl } : null,
  secrets: ({ authToken }) => [authToken],
  ask: (settings: Settings, timeout) => askTwilio(settings, AbortSignal.timeout(timeout)),
  recipients: ({ to }) => to.map(maskedNumber).join(', '),
  withContacts: (settings, people) => ({ ...settings, to: [...settings.to, ...people] }),
  open: (settings: Settings, timeout, redact) =>
    channelOf({
      id: 'sms',
      recipients: settings.to.length,
      people: settings.to.map((number) => ({ address: number, masked: maskedNumber(number) })),
      limit: timeout,
      redact,
      attempt: (notification, signal) => send(settings, notification, signal),
    }),
});

/** https://www.twilio.com/docs/iam/api/account#fetch-an-account-resource */
async function askTwilio(settings: Settings, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${accountAt(settings)}.json`, { headers: signIn(settings), redirect: 'manual', cache: 'no-store', signal });
  const body = jsonValue(await response.text());
  if (response.status !== 200) throw new Error(refusalOf(response.status, body));
  const status = field(body, 'status');
  if (status !== 'active') throw new Error(`Twilio: the account is ${String(status)}`);
  return 'Twilio takes its token, and the account is active';
}

function accountAt({ baseUrl, accountSid }: Settings): string {
  return `${baseUrl.replace(/\/+$/, '')}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}`;
}

function signIn({ accountSid, authToken }: Settings): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` };
}

async function send(settings: Settings, notification: Notification, signal: AbortSignal): Promise<Outcome> {
  const to = settings.to[notification.recipient];
  if (to === undefined) return { result: 'rejected', error: `Twilio: there is no recipient ${notification.recipient + 1} any more` };
  try {
    const response = await fetch(`${accountAt(settings)}/Messages.json`, {
      method: 'POST',
      headers: signIn(settings),
      body: new URLSearchParams({
        To: to,
        From: settings.from,
        Body: smsText(notification),
        ValidityPeriod: String(VALIDITY[notification.priority]),
      }),
      redirect: 'manual',
      cache: 'no-store',
      signal,
    });
    return outcomeOf(response, await response.text(), notification);
  } catch (error) {
    return lost('Twilio', error);
  }
}

function outcomeOf(response: Response, text: string, notification: Notification): Outcome {
  const body = jsonValue(text);
  const sid = field(body, 'sid');
  if (response.status === 201 && typeof sid === 'string') return { result: 'accepted', receipt: sid };
  return refusal(response.status, refusalOf(response.status, body), retryAfterOf(response.headers.get('retry-after'), notification.now));
}

function refusalOf(status: number, body: unknown): string {
  const [code, message] = [field(body, 'code'), field(body, 'message')];
  return `Twilio answered ${status}${typeof message === 'string' ? ` (${String(code)}): ${message}` : ''}`;
}
