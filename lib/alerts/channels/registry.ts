import type { Channel } from './channel.ts';
import { decoded, emailChannel, type EmailSettings } from './email.ts';
import { pagerdutyChannel, type PagerDutySettings } from './pagerduty.ts';
import { slackChannel, type SlackSettings } from './slack.ts';
import { smsChannel, type SmsSettings } from './sms.ts';
import { createRedactor } from '../../domain/redact.ts';
import type { Duration } from '../../domain/time.ts';

/** The channels that are configured; null where one is off. */
export type ChannelSettings = {
  readonly pagerduty: PagerDutySettings | null;
  readonly sms: SmsSettings | null;
  readonly slack: SlackSettings | null;
  readonly email: EmailSettings | null;
  /** Every secret value of the environment: none may appear in an outcome. */
  readonly secrets: readonly string[];
};

/** Opens the configured channels. `timeout` bounds one outgoing request. The SDKs load with the first message, never before. */
export function openChannels(settings: ChannelSettings, timeout: Duration): readonly Channel[] {
  const { redact } = createRedactor([...settings.secrets, ...ownSecrets(settings)]);
  return [
    settings.pagerduty && pagerdutyChannel(settings.pagerduty, timeout, redact),
    settings.sms && smsChannel(settings.sms, timeout, redact),
    settings.slack && slackChannel(settings.slack, timeout, redact),
    settings.email && emailChannel(settings.email, timeout, redact),
  ].filter((channel) => channel !== null);
}

/** Those of the channels' own settings, so that redaction does not hang on the caller's list. */
function ownSecrets({ pagerduty, sms, slack, email }: ChannelSettings): readonly string[] {
  return [pagerduty?.routingKey, sms?.authToken, slack?.token, email?.smtpUrl, ...passwordOf(email)].filter(
    (secret) => secret !== undefined,
  );
}

function passwordOf(email: EmailSettings | null): readonly string[] {
  const password = email === null ? '' : new URL(email.smtpUrl).password;
  return password === '' ? [] : [password, decoded(password)];
}
