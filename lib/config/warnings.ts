import type { Environment } from './environment.ts';

/** Vercel advises 16 random characters for a cron secret (its manual on cron jobs). */
const CRON_SECRET_LENGTH = 16;
/** Vercel ends the check's function after 300 s (app/api/cron/check/route.ts); the answer needs some of that. */
const LONGEST_BUDGET_ON_VERCEL = 290_000;

type Judged = Omit<Environment, 'warnings' | 'secrets'>;

/** What is allowed but surely not wanted, one sentence each. */
export function warningsOf(environment: Judged, onVercel: boolean, alertsOff: boolean): readonly string[] {
  const found = [
    channels(environment, alertsOff),
    cron(environment),
    access(environment),
    links(environment),
    budget(environment, onVercel),
  ];
  return [...found, ...plainText(environment)].filter((warning) => warning !== null);
}

function channels({ channels: { pagerduty, slack, email, sms } }: Judged, alertsOff: boolean): string | null {
  if (pagerduty !== null || sms !== null) return null;
  if (slack !== null || email !== null) {
    return 'NO PHONE WILL RING: neither PagerDuty nor SMS is configured, so a P0 goes to Slack or email. Set PAGERDUTY_ROUTING_KEY.';
  }
  if (alertsOff) return 'ALERTS=off: no channel is configured, nobody is told of anything.';
  return (
    'NOBODY CAN BE TOLD: no channel is configured, so not even a P0 reaches anybody. Set PAGERDUTY_ROUTING_KEY for PagerDuty, ' +
    'or the variables of Slack, email or SMS, or ALERTS=off if this is meant.'
  );
}

function cron({ cronSecret }: Judged): string | null {
  if (cronSecret === null)
    return 'CRON_SECRET is not set: the cron routes answer 500 to everybody and nothing is checked. Set a random one.';
  return cronSecret.length < CRON_SECRET_LENGTH
    ? `CRON_SECRET has fewer than ${CRON_SECRET_LENGTH} characters: set a longer, random one.`
    : null;
}

function access({ access: { kind } }: Judged): string | null {
  const closed =
    'The page and /api/status answer 401 to everyone: set STATUS_USERS (`npm run user -- NAME`), or STATUS_ACCESS=public or vercel.';
  return kind === 'closed' ? closed : null;
}

function links({ statusUrl, channels: all }: Judged): string | null {
  const some = Object.values(all).some((channel) => channel !== null);
  return some && statusUrl === null ? 'STATUS_URL is not set: alerts carry no link to this page.' : null;
}

function budget({ runBudgetMs, requestTimeoutMs }: Judged, onVercel: boolean): string | null {
  if (onVercel && runBudgetMs > LONGEST_BUDGET_ON_VERCEL) {
    return `RUN_BUDGET_MS is over ${LONGEST_BUDGET_ON_VERCEL}: Vercel ends the function after 300 s, perhaps before the run is recorded.`;
  }
  return requestTimeoutMs >= runBudgetMs ? 'REQUEST_TIMEOUT_MS is not below RUN_BUDGET_MS: one slow answer uses up a whole run.' : null;
}

/** Credentials that cross a network unencrypted. */
function plainText({ atlas, store, channels: { slack, sms }, heartbeatUrl }: Judged): readonly string[] {
  const addresses: readonly (readonly [string, string | undefined | null])[] = [
    ['ATLAS_BASE_URL', atlas.baseUrl],
    ["the KV's address", store.kind === 'kv' ? store.url : null],
    ['SLACK_API_URL', slack?.apiUrl],
    ['TWILIO_BASE_URL', sms?.baseUrl],
    ['HEARTBEAT_URL', heartbeatUrl],
  ];
  return addresses
    .filter(([, url]) => url && crossesNetworkInClear(url))
    .map(([name]) => `${name} begins with http://: secrets travel unencrypted.`);
}

function crossesNetworkInClear(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
