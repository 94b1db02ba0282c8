import { isIP } from 'node:net';
import { CHANNEL_VARIABLES } from '../../deliver/channels/registry.ts';
import {
  address,
  base,
  connectionString,
  hostName,
  listOf,
  matching,
  oneOf,
  token,
  wholeNumber,
  type Reading,
} from '../../domain/settings/parse-value.ts';
import { optional, standard, type ValuesOf, type Variables } from '../../domain/settings/variable.ts';
import { evidenceKey } from './evidence-key.ts';
import { statusUser } from './status-users.ts';

const LONGEST_PREFIX: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/** One entry of TRUSTED_PROXIES: an IP address, or a range of them as 10.0.0.0/8, given back as it was written. */
function addressRange(text: string): Reading<string> {
  const [address = '', prefix, ...rest] = text.split('/');
  const longest = LONGEST_PREFIX[isIP(address)];
  if (longest === undefined || rest.length > 0) return { ok: false, problem: 'is no IP address, and no range of them as 10.0.0.0/8' };
  if (prefix === undefined) return { ok: true, value: text };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > longest)
    return { ok: false, problem: `has a prefix that is no whole number from 1 to ${longest}` };
  // Whoever is trusted says which address a request came from.
  return Number(prefix) === 0
    ? { ok: false, problem: 'names every address, so that everybody would be believed' }
    : { ok: true, value: text };
}

const projectId = matching(/^[0-9a-f]{24}$/, "a project id: 24 hexadecimal digits, in Atlas under the project's settings");

export const VARIABLES = {
  PORT: standard('Server', '3000', wholeNumber(0, 65_535), { description: 'port that `npm start` serves on' }),
  HOST: optional('Server', hostName, {
    description: 'address that it listens on; unset: all of them for `npm start`, `127.0.0.1` for `npm run demo`',
  }),
  TRUSTED_PROXIES: optional('Server', listOf(addressRange), {
    description:
      'addresses of your own proxies (IPs or ranges as 10.0.0.0/8, by comma), whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; not needed on Vercel',
  }),

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
    description:
      'bearer token of the cron routes, at least 32 random characters (`openssl rand -hex 32`); without it they answer 500 to everybody',
  }),

  KV_REST_API_URL: optional('State', base, { description: 'state in Upstash Redis: its REST address' }),
  KV_REST_API_TOKEN: optional('State', token, { secret: true, description: 'its REST token' }),
  UPSTASH_REDIS_REST_URL: optional('State', base, { description: 'the same under its other name' }),
  UPSTASH_REDIS_REST_TOKEN: optional('State', token, { secret: true, description: 'the same under its other name' }),
  STATE_PATH: standard('State', '.restorewatch/state.sqlite', matching(/^[^\0]+$/, 'a path'), {
    description: 'file of the embedded state, used only where no KV is configured, and never on Vercel',
  }),

  ...CHANNEL_VARIABLES,

  STATUS_URL: optional('Page', base, { description: 'public address of this product, for links in alerts' }),
  STATUS_USERS: optional('Page', listOf(statusUser), {
    secret: true,
    description:
      'who may see the page: lines of `npm run user -- NAME`, by comma; one that ends in `:viewer` may only look, `:responder` is the default',
  }),
  STATUS_ACCESS: optional('Page', oneOf('public', 'vercel'), {
    description:
      'instead of users: `public`, or `vercel` (on Vercel alone: its deployment protection guards the page); neither: the page answers 401 to everyone',
  }),
  HEARTBEAT_URL: optional('Page', address('https:', 'http:'), {
    secret: true,
    description: 'pinged after each complete run; `/start` and `/fail` as healthchecks do',
  }),
  METRICS_TOKEN: optional('Page', token, {
    secret: true,
    description: 'bearer token by which Prometheus reads `/api/metrics`; whoever may see the page may read them too',
  }),
  METRICS_CLUSTERS: standard('Page', 'auto', oneOf('auto', 'on', 'off'), {
    description: 'whether each cluster has metrics of its own; `auto`: up to 1,000 clusters',
  }),
  ALERTS: optional('Page', oneOf('off'), { description: '`off`: no channel at all is meant' }),

  POLICY_FILE: optional('Limits', matching(/^[^\0]+$/, 'a path'), {
    description: 'a JSON file whose keys take the place of those of restorewatch.config.ts, so that one build serves several policies',
  }),
  ALLOW_HTTP: optional('Limits', listOf(hostName), {
    description: 'hosts, by comma, that may be spoken to without TLS; unset: this machine alone (`localhost`, `127.0.0.0/8`, `::1`)',
  }),
  REQUEST_TIMEOUT_MS: standard('Limits', '10000', wholeNumber(100, 120_000), { description: 'longest time for one outgoing request' }),
  RUN_BUDGET_MS: standard('Limits', '240000', wholeNumber(1_000, 3_600_000), { description: 'longest time for one whole run' }),

  ATLAS_RESTORE_CLIENT_ID: optional('Recovery', token, {
    description: 'a second service account, used by restores alone; absent: none of them run',
  }),
  ATLAS_RESTORE_CLIENT_SECRET: optional('Recovery', token, { secret: true, description: 'its secret' }),
  MONGODB_URI: optional('Recovery', connectionString, { secret: true, description: 'manual backup of this database' }),
  SANDBOX_MONGODB_URI: optional('Recovery', connectionString, { secret: true, description: 'where what was restored is validated' }),
  EVIDENCE_KEY: optional('Recovery', evidenceKey, {
    secret: true,
    description:
      'signs evidence: an Ed25519 private key, PEM (PKCS#8) as it is or in base64; `restorewatch evidence key` makes one; unset: evidence is exported with `--unsigned` alone',
  }),
} as const satisfies Variables;

export type VariableName = keyof typeof VARIABLES;

export type Values = ValuesOf<typeof VARIABLES>;

export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly VariableName[]; // proof: an object literal's own keys are its type's keys

/** The table of settings in docs/configuration.md, in Markdown; secrets carry a star. */
export function settingsTable(): string {
  const rows = VARIABLE_NAMES.map((name) => {
    const variable = VARIABLES[name];
    const shown = variable.standard === null ? '' : `\`${variable.standard}\``;
    return `| ${variable.group} | \`${name}\`${variable.secret ? ' \\*' : ''} | ${shown} | ${variable.description} |`;
  });
  return ['| group | variable | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}
