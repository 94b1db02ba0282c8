import type { Access, AtlasCredentials, ChannelSettings, ServiceAccount, StoreSettings } from './environment.ts';
import type { Values, VariableName } from './variables.ts';

/** What the environment set at all, as text; what is empty is not set. */
export type Given = Readonly<Partial<Record<VariableName, string>>>;

/** Collects problems, so that one message can hold them all. */
export type Complain = (problem: string) => void;

/** The names of a group that are missing though others are there; the group's switch is whether any is there. */
function incomplete(given: Given, required: readonly VariableName[], others: readonly VariableName[] = []): readonly VariableName[] {
  const any = [...required, ...others].some((name) => given[name] !== undefined);
  return any ? required.filter((name) => given[name] === undefined) : [];
}

function complainOfGaps(
  what: string,
  given: Given,
  complain: Complain,
  required: readonly VariableName[],
  others: readonly VariableName[] = [],
): void {
  const missing = incomplete(given, required, others);
  if (missing.length === 0) return;
  const there = [...required, ...others].filter((name) => given[name] !== undefined);
  complain(`${missing.join(', ')}: missing, though ${there.join(', ')} is set; set all of ${what}'s variables or none of them`);
}

/** Atlas's credentials, the service account first; null after a complaint. */
export function credentialsOf(values: Values, given: Given, complain: Complain): AtlasCredentials | null {
  complainOfGaps('the service account', given, complain, ['ATLAS_CLIENT_ID', 'ATLAS_CLIENT_SECRET']);
  complainOfGaps('the API key', given, complain, ['ATLAS_PUBLIC_KEY', 'ATLAS_PRIVATE_KEY']);
  const account = serviceAccount(values.ATLAS_CLIENT_ID, values.ATLAS_CLIENT_SECRET);
  if (account !== null) return account;
  const { ATLAS_PUBLIC_KEY: publicKey, ATLAS_PRIVATE_KEY: privateKey } = values;
  if (publicKey !== null && privateKey !== null) return { kind: 'apiKey', publicKey, privateKey };
  const names: readonly VariableName[] = ['ATLAS_CLIENT_ID', 'ATLAS_CLIENT_SECRET', 'ATLAS_PUBLIC_KEY', 'ATLAS_PRIVATE_KEY'];
  if (names.every((name) => given[name] === undefined)) {
    complain('ATLAS_CLIENT_ID, ATLAS_CLIENT_SECRET: missing; create a service account in Atlas with a read-only role and set both');
  }
  return null;
}

/** The credentials of restores; absent: none of them run. */
export function restoreCredentialsOf(values: Values, given: Given, complain: Complain): ServiceAccount | null {
  complainOfGaps('the restoring service account', given, complain, ['ATLAS_RESTORE_CLIENT_ID', 'ATLAS_RESTORE_CLIENT_SECRET']);
  return serviceAccount(values.ATLAS_RESTORE_CLIENT_ID, values.ATLAS_RESTORE_CLIENT_SECRET);
}

function serviceAccount(clientId: string | null, clientSecret: string | null): ServiceAccount | null {
  return clientId === null || clientSecret === null ? null : { kind: 'serviceAccount', clientId, clientSecret };
}

/** Where state lives. On Vercel a file vanishes with its function, so a KV has to be there. */
export function storeOf(values: Values, given: Given, onVercel: boolean, complain: Complain): StoreSettings {
  complainOfGaps('the KV', given, complain, ['KV_REST_API_URL', 'KV_REST_API_TOKEN']);
  complainOfGaps('Upstash', given, complain, ['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN']);
  const pairs = [
    [values.KV_REST_API_URL, values.KV_REST_API_TOKEN],
    [values.UPSTASH_REDIS_REST_URL, values.UPSTASH_REDIS_REST_TOKEN],
  ] as const;
  for (const [url, token] of pairs) {
    if (url !== null && token !== null) return { kind: 'kv', url, token };
  }
  const names: readonly VariableName[] = ['KV_REST_API_URL', 'KV_REST_API_TOKEN', 'UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN'];
  if (onVercel && names.every((name) => given[name] === undefined)) {
    complain(
      'KV_REST_API_URL, KV_REST_API_TOKEN: missing; on Vercel state needs a KV (Storage → Upstash Redis), for a file vanishes there',
    );
  }
  return { kind: 'sqlite', path: values.STATE_PATH };
}

/** Each channel: complete, off, or a complaint that names what is missing. */
export function channelsOf(values: Values, given: Given, complain: Complain): ChannelSettings {
  complainOfGaps('PagerDuty', given, complain, ['PAGERDUTY_ROUTING_KEY'], ['PAGERDUTY_EVENTS_HOST']);
  complainOfGaps('Slack', given, complain, ['SLACK_BOT_TOKEN', 'SLACK_CHANNEL_ID'], ['SLACK_API_URL']);
  complainOfGaps('email', given, complain, ['SMTP_URL', 'EMAIL_FROM', 'EMAIL_TO']);
  complainOfGaps('SMS', given, complain, ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM', 'SMS_TO'], ['TWILIO_BASE_URL']);
  return { pagerduty: pagerduty(values), slack: slack(values), email: email(values), sms: sms(values) };
}

function pagerduty({ PAGERDUTY_ROUTING_KEY: routingKey, PAGERDUTY_EVENTS_HOST: host }: Values): ChannelSettings['pagerduty'] {
  return routingKey === null ? null : { routingKey, host };
}

function slack({ SLACK_BOT_TOKEN: token, SLACK_CHANNEL_ID: channel, SLACK_API_URL: url }: Values): ChannelSettings['slack'] {
  return token === null || channel === null ? null : { token, channel, apiUrl: `${url}/` };
}

function email({ SMTP_URL: smtpUrl, EMAIL_FROM: from, EMAIL_TO: to }: Values): ChannelSettings['email'] {
  return smtpUrl === null || from === null || to === null ? null : { smtpUrl, from, to };
}

function sms(values: Values): ChannelSettings['sms'] {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_FROM: from, SMS_TO: to, TWILIO_BASE_URL: baseUrl } = values;
  const complete = accountSid !== null && authToken !== null && from !== null && to !== null;
  return complete ? { accountSid, authToken, from, to, baseUrl } : null;
}

/** Fails closed: without a choice nobody sees anything. */
export function accessOf(values: Values, given: Given, complain: Complain): Access {
  const { STATUS_USERS: users, STATUS_ACCESS: choice } = values;
  if (given.STATUS_USERS !== undefined && given.STATUS_ACCESS !== undefined) {
    complain(
      'STATUS_USERS, STATUS_ACCESS: both are set, which is ambiguous; remove STATUS_ACCESS to ask for passwords, or STATUS_USERS not to',
    );
  }
  if (users === null) return { kind: choice ?? 'closed' };
  const names = users.map((user) => user.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) complain(`STATUS_USERS: "${twice}" is there twice; leave one line a person`);
  return { kind: 'users', users };
}
