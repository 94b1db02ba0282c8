import { CHANNEL_IDS, type ChannelName, CHANNELS } from '../../deliver/channels/registry.ts';
import type { Environment } from './environment.ts';

/** 32 characters are what `openssl rand -hex 16` prints: 128 bits. */
const CRON_SECRET_LENGTH = 32;
/** Vercel ends the check's function after 300 s (app/api/cron/check/route.ts); the answer needs some of that. */
const LONGEST_BUDGET_ON_VERCEL = 290_000;

type CheckedEnvironment = Omit<Environment, 'faults' | 'warnings' | 'secrets'>;

/** What keeps the product from doing its work, or lets others in, though it starts; one sentence each. */
export function faultsOf(environment: CheckedEnvironment, alertsOff: boolean, routes: Routes = {}): readonly string[] {
  const nobody = alertsOff ? null : unreachable(environment, routes);
  return [nobody, cron(environment.cronSecret), scraper(environment)].filter((fault) => fault !== null);
}

/** Whoever scrapes metrics only reads; the cron routes read Atlas, send messages and begin restores. */
function scraper({ cronSecret, metrics }: Pick<CheckedEnvironment, 'cronSecret' | 'metrics'>): string | null {
  if (cronSecret === null || metrics.token !== cronSecret) return null;
  return 'METRICS_TOKEN is CRON_SECRET too, so whoever may read the metrics can call the cron routes: set another random one.';
}

/** The channels of each priority, as restorewatch.config.ts names them. */
type Routes = Readonly<Record<string, readonly string[] | undefined>>;

/** A channel that is used only where `routes` names it tells nobody anything while none does. */
function unreachable({ channels: settings }: Pick<CheckedEnvironment, 'channels'>, routes: Routes): string | null {
  const routed = new Set(Object.values(routes).flatMap((ids) => ids ?? []));
  const on = CHANNEL_IDS.filter((id) => settings[id] !== null);
  if (on.some((id) => !CHANNELS[id].traits.routedOnly || routed.has(id))) return null;
  if (on.length === 0) return NOBODY;
  const only = on.map((id) => CHANNELS[id].traits.label).join(' and ');
  return `NOBODY CAN BE TOLD: only the ${only} is configured, and \`routes\` of restorewatch.config.ts sends nothing there. Name it there, or set PAGERDUTY_ROUTING_KEY.`;
}

/** The faults that can be told while the environment as a whole cannot be read. */
export function faultsBeside(source: Readonly<Record<string, string | undefined>>): readonly string[] {
  const valueOf = (name: string): string | null => (source[name] ?? '').trim() || null;
  const some = CHANNEL_IDS.some((id) => CHANNELS[id].needs.some((name) => valueOf(name) !== null));
  const nobody = some || valueOf('ALERTS') === 'off' ? null : NOBODY;
  return [nobody, cron(valueOf('CRON_SECRET'))].filter((fault) => fault !== null);
}

const NOBODY =
  'NOBODY CAN BE TOLD: no channel is configured, so not even a P0 reaches anybody. Set PAGERDUTY_ROUTING_KEY for PagerDuty, ' +
  'or the variables of Slack, email or SMS, or ALERTS=off if this is meant.';

/** What is allowed but surely not wanted, one sentence each. */
export function warningsOf(environment: CheckedEnvironment, onVercel: boolean, alertsOff: boolean): readonly string[] {
  const found = [channels(environment, alertsOff), access(environment), links(environment), budget(environment, onVercel)];
  return found.filter((warning) => warning !== null);
}

function channels({ channels: settings }: CheckedEnvironment, alertsOff: boolean): string | null {
  const ringing = CHANNEL_IDS.filter((id) => CHANNELS[id].traits.rings);
  const silent = CHANNEL_IDS.filter((id) => !CHANNELS[id].traits.rings && !CHANNELS[id].traits.routedOnly);
  const routed = CHANNEL_IDS.filter((id) => CHANNELS[id].traits.routedOnly);
  const labels = (ids: readonly ChannelName[]): readonly string[] => ids.map((id) => CHANNELS[id].traits.label);
  const on = (id: ChannelName): boolean => settings[id] !== null;
  if (ringing.some(on)) return null;
  const none = `NO PHONE WILL RING: neither ${labels(ringing).join(' nor ')} is configured, so`;
  if (silent.some(on)) return `${none} a P0 goes to ${labels(silent.filter(on)).join(' or ')}. Set PAGERDUTY_ROUTING_KEY.`;
  if (routed.some(on))
    return `${none} only what \`routes\` sends to ${labels(routed.filter(on)).join(' or ')} reaches anybody. Set PAGERDUTY_ROUTING_KEY.`;
  // Without ALERTS=off, that is a fault.
  return alertsOff ? 'ALERTS=off: no channel is configured, nobody is told of anything.' : null;
}

function cron(cronSecret: string | null): string | null {
  if (cronSecret === null)
    return 'CRON_SECRET is not set: the cron routes answer 500 to everybody and nothing is checked. Set a random one.';
  return cronSecret.length < CRON_SECRET_LENGTH
    ? `CRON_SECRET has fewer than ${CRON_SECRET_LENGTH} characters: set a longer, random one.`
    : null;
}

function access({ access: { kind } }: CheckedEnvironment): string | null {
  const closed =
    'The page and /api/status answer 401 to everyone: set STATUS_USERS (`npm run user -- NAME`), or STATUS_ACCESS=public (on Vercel also vercel).';
  return kind === 'closed' ? closed : null;
}

function links({ statusUrl, channels: all }: CheckedEnvironment): string | null {
  const some = Object.values(all).some((channel) => channel !== null);
  return some && statusUrl === null ? 'STATUS_URL is not set: alerts carry no link to this page.' : null;
}

function budget({ runBudgetMs, requestTimeoutMs }: CheckedEnvironment, onVercel: boolean): string | null {
  if (onVercel && runBudgetMs > LONGEST_BUDGET_ON_VERCEL) {
    return `RUN_BUDGET_MS is over ${LONGEST_BUDGET_ON_VERCEL}: Vercel ends the function after 300 s, perhaps before the run is recorded.`;
  }
  return requestTimeoutMs >= runBudgetMs ? 'REQUEST_TIMEOUT_MS is not below RUN_BUDGET_MS: one slow answer uses up a whole run.' : null;
}
