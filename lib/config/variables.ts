import { isPasswordHash } from '../password.ts';
import type { Parser, Reading } from './parsers.ts';
import { address, base, connectionString, listOf, matching, oneOf, token, wholeNumber } from './parsers.ts';

/** One variable of the environment: everything that is known about it, for parsing, for README and for redaction. */
export type Variable<T> = {
  readonly group: Group;
  /** As it would be written in the environment; null where there is none. */
  readonly standard: string | null;
  readonly description: string;
  readonly secret: boolean;
  readonly read: (text: string | null) => Reading<T>;
};

export type Group = 'Server' | 'Atlas' | 'Cron' | 'State' | 'PagerDuty' | 'Slack' | 'Email' | 'SMS' | 'Page' | 'Limits' | 'Recovery';

type Said = { readonly description: string; readonly secret?: boolean };

function optional<T>(group: Group, parse: Parser<T>, said: Said): Variable<T | null> {
  return { group, standard: null, secret: false, ...said, read: (text) => (text === null ? { ok: true, value: null } : parse(text)) };
}

function standard<T>(group: Group, value: string, parse: Parser<T>, said: Said): Variable<T> {
  return { group, standard: value, secret: false, ...said, read: (text) => parse(text ?? value) };
}

/** One person who may see the page. */
export type StatusUser = { readonly name: string; readonly hash: string };

function statusUser(text: string): Reading<StatusUser> {
  const [name = '', hash = '', ...rest] = text.split(':');
  const fine = rest.length === 0 && isUserName(name) && isPasswordHash(hash);
  return fine ? { ok: true, value: { name, hash } } : { ok: false, problem: 'is not a line that `npm run user -- NAME` printed' };
}

/** Names that need no quoting in a shell, a header or a list. */
export function isUserName(name: string): boolean {
  return /^[A-Za-z0-9._@-]{1,64}$/.test(name);
}

const mailAddress = matching(/^([^<>,\r\n]*<)?[^\s<>@,]+@[^\s<>@,]+>?$/, 'a mail address');
const phoneNumber = matching(/^\+[1-9]\d{6,14}$/, 'a phone number in international form, as +15005550006');
const projectId = matching(/^[0-9a-f]{24}$/, "a project id: 24 hexadecimal digits, in Atlas under the project's settings");
const hostName = matching(
  /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-fA-F:]+\](:\d{1,5})?$/,
  'a host name, perhaps with a port, without https://',
);

export const VARIABLES = {
  PORT: standard('Server', '3000', wholeNumber(0, 65_535), { description: 'port that `npm start` serves on' }),

  ATLAS_BASE_URL: standard('Atlas', 'https://cloud.mongodb.com', base, { description: "where Atlas's API is" }),
  ATLAS_CLIENT_ID: optional('Atlas', token, { description: 'service account (preferred); a read-only one is enough to watch' }),
  ATLAS_CLIENT_SECRET: optional('Atlas', token, { secret: true, description: "the service account's secret" }),
  ATLAS_PUBLIC_KEY: optional('Atlas', token, { description: 'API key, where there is no service account' }),
  ATLAS_PRIVATE_KEY: optional('Atlas', token, { secret: true, description: "the API key's private half" }),
  ATLAS_PROJECT_IDS: optional('Atlas', listOf(projectId), {
    description: 'ids of the projects to watch, by comma; unset: all that the credentials see',
  }),

  CRON_SECRET: optional('Cron', token, {
    secret: true,
    description: 'bearer token of the cron routes; without it they answer 500 to everybody',
  }),

  KV_REST_API_URL: optional('State', base, { description: 'state in Upstash Redis: its REST address' }),
  KV_REST_API_TOKEN: optional('State', token, { secret: true, description: 'its REST token' }),
  UPSTASH_REDIS_REST_URL: optional('State', base, { description: 'the same under its other name' }),
  UPSTASH_REDIS_REST_TOKEN: optional('State', token, { secret: true, description: 'the same under its other name' }),
  STATE_PATH: standard('State', '.restorable/state.sqlite', matching(/^[^\0]+$/, 'a path'), {
    description: 'file of the embedded state, used only where no KV is configured, and never on Vercel',
  }),

  PAGERDUTY_ROUTING_KEY: optional(
    'PagerDuty',
    matching(/^[A-Za-z0-9]{32}$/, 'the 32 letters and digits of an Events API v2 integration key'),
    {
      secret: true,
      description: 'integration key of an Events API v2 service',
    },
  ),
  PAGERDUTY_EVENTS_HOST: standard('PagerDuty', 'events.pagerduty.com', hostName, {
    description: 'host of the Events API, perhaps with a port; `events.eu.pagerduty.com` in the EU',
  }),
  PAGERDUTY_API_TOKEN: optional('PagerDuty', token, { secret: true, description: 'REST API token, to compare with what PagerDuty has' }),
  PAGERDUTY_API_URL: standard('PagerDuty', 'https://api.pagerduty.com', base, {
    description: 'address of the REST API; `https://api.eu.pagerduty.com` in the EU',
  }),
  PAGERDUTY_WEBHOOK_SECRET: optional('PagerDuty', token, {
    secret: true,
    description: 'signature of the webhook that brings acknowledgements',
  }),

  SLACK_BOT_TOKEN: optional('Slack', token, { secret: true, description: 'bot token (`xoxb-…`) with `chat:write`' }),
  SLACK_CHANNEL_ID: optional('Slack', matching(/^[A-Z0-9]{8,16}$/, 'a channel id such as C0123456789, not its name'), {
    description: 'id of the channel, not its name',
  }),
  SLACK_API_URL: standard('Slack', 'https://slack.com/api/', base, { description: "address of Slack's Web API" }),
  SLACK_SIGNING_SECRET: optional('Slack', token, { secret: true, description: 'signature of the acknowledge button' }),

  SMTP_URL: optional('Email', address('smtp:', 'smtps:'), {
    secret: true,
    description: '`smtp://` or `smtps://`, with user and password where needed',
  }),
  EMAIL_FROM: optional('Email', mailAddress, { description: 'sender' }),
  EMAIL_TO: optional('Email', listOf(mailAddress), { description: 'recipients, by comma' }),

  TWILIO_ACCOUNT_SID: optional('SMS', matching(/^AC[0-9A-Za-z]{30,32}$/, 'the SID of an account: AC and 32 letters or digits'), {
    description: 'account',
  }),
  TWILIO_AUTH_TOKEN: optional('SMS', token, { secret: true, description: "the account's token" }),
  TWILIO_FROM: optional('SMS', matching(/^\+[1-9]\d{6,14}$|^[A-Za-z0-9 ]{1,11}$/, 'a number as +15005550006, or a sender id'), {
    description: 'sender',
  }),
  SMS_TO: optional('SMS', listOf(phoneNumber), { description: 'phone numbers with their +, by comma' }),
  TWILIO_BASE_URL: standard('SMS', 'https://api.twilio.com', base, { description: "address of Twilio's API" }),

  STATUS_URL: optional('Page', base, { description: 'public address of this product, for links in alerts' }),
  STATUS_USERS: optional('Page', listOf(statusUser), {
    secret: true,
    description: 'who may see the page: lines of `npm run user -- NAME`, by comma',
  }),
  STATUS_ACCESS: optional('Page', oneOf('public', 'vercel'), {
    description: 'instead of users: `public`, or `vercel` (access is guarded in front of us); neither: the page answers 401 to everyone',
  }),
  HEARTBEAT_URL: optional('Page', address('https:', 'http:'), {
    secret: true,
    description: 'pinged after each complete run; `/start` and `/fail` as healthchecks do',
  }),
  ALERTS: optional('Page', oneOf('off'), { description: '`off`: no channel at all is meant' }),

  POLICY_FILE: optional('Limits', matching(/^[^\0]+$/, 'a path'), {
    description: 'a JSON file whose keys take the place of those of restorable.config.ts, so that one build serves several policies',
  }),
  REQUEST_TIMEOUT_MS: standard('Limits', '10000', wholeNumber(100, 120_000), { description: 'longest time for one outgoing request' }),
  RUN_BUDGET_MS: standard('Limits', '240000', wholeNumber(1_000, 3_600_000), { description: 'longest time for one whole run' }),

  ATLAS_RESTORE_CLIENT_ID: optional('Recovery', token, {
    description: 'a second service account, used by restores alone; absent: none of them run',
  }),
  ATLAS_RESTORE_CLIENT_SECRET: optional('Recovery', token, { secret: true, description: 'its secret' }),
  MONGODB_URI: optional('Recovery', connectionString, { secret: true, description: 'manual backup of this database' }),
  SANDBOX_MONGODB_URI: optional('Recovery', connectionString, { secret: true, description: 'where what was restored is validated' }),
  EVIDENCE_KEY: optional('Recovery', token, { secret: true, description: 'signs exports' }),
} as const satisfies Readonly<Record<string, Variable<unknown>>>;

export type VariableName = keyof typeof VARIABLES;

/** Value of each variable after parsing. */
export type Values = { readonly [Name in VariableName]: (typeof VARIABLES)[Name] extends Variable<infer T> ? T : never };

/** The names, in the table's order. */
export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly VariableName[]; // proof: an object literal's own keys are its type's keys

/** README's table of settings, in Markdown; secrets carry a star. */
export function settingsTable(): string {
  const rows = VARIABLE_NAMES.map((name) => {
    const variable = VARIABLES[name];
    const shown = variable.standard === null ? '' : `\`${variable.standard}\``;
    return `| ${variable.group} | \`${name}\`${variable.secret ? ' \\*' : ''} | ${shown} | ${variable.description} |`;
  });
  return ['| group | variable | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}
