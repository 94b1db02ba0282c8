import { checkContacts, type ContactsConfig } from './contact-settings.ts';
import type { AtlasCredentials, Environment } from './environment.ts';
import type { Complain, Given } from './groups.ts';
import { accessOf, channelsOf, credentialsOf, restoreCredentialsOf, storeOf } from './groups.ts';
import { connectionString } from './parsers.ts';
import { secretsOf } from './secrets.ts';
import { teamsOf } from './team-settings.ts';
import type { TeamConfig } from './teams.ts';
import type { Values, VariableName } from './variables.ts';
import { VARIABLES, VARIABLE_NAMES } from './variables.ts';
import { warningsOf } from './warnings.ts';

export type { Environment, StoreSettings } from './environment.ts';

/** A wrong environment. The message holds every problem, and no value of a secret. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super(`The environment has ${count}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

type Source = Readonly<Record<string, string | undefined>>;

/**
 * Parses the environment, with the variables that the teams of restorable.config.ts name, and holds its contacts against it. Values are trimmed,
 * and empty ones count as absent. Throws `EnvironmentError` with every problem at once.
 */
export function readEnvironment(
  source: Source,
  teamConfigs: readonly TeamConfig[] = [],
  named: readonly NamedAddress[] = [],
  contacts: ContactsConfig = {},
): Environment {
  const problems: string[] = [];
  const complain: Complain = (problem) => problems.push(problem);
  const given = givenIn(source);
  const values = parse(given, complain);
  const onVercel = (source['VERCEL'] ?? '').trim() !== '';
  const parts = partsOf(values, given, onVercel, complain);
  if (onVercel && values.ALERTS !== 'off') refuseSilence(given, complain);
  const { teams, secrets } = teamsOf(teamConfigs, { source, values, defaults: parts.channels, complain });
  checkContacts(contacts, parts.channels, complain);
  const credentials = credentialsOf(values, given, complain);
  const addresses = addressesIn(source, named, complain);
  if (problems.length > 0 || credentials === null) throw new EnvironmentError(problems);
  const environment = { ...assemble(values, credentials, parts, addresses), teams };
  return {
    ...environment,
    warnings: warningsOf(environment, onVercel, values.ALERTS === 'off'),
    secrets: secretsOf(given, [...secrets, ...Object.values(addresses)]),
  };
}

export type NamedAddress = { readonly env: string; readonly where: string };

function addressesIn(source: Source, named: readonly NamedAddress[], complain: Complain): Readonly<Record<string, string>> {
  const entries = named.flatMap(({ env, where }) => {
    const text = (source[env] ?? '').trim();
    const reading = connectionString(text);
    if (text !== '' && reading.ok) return [[env, reading.value] as const];
    const problem = text === '' || reading.ok ? 'not set' : `${reading.problem} (its value is not shown)`;
    complain(`${env}: ${problem}; restorable.config.ts asks for it in ${where}; set it, or take it out there`);
    return [];
  });
  return Object.fromEntries(entries);
}

function givenIn(source: Source): Given {
  const entries = VARIABLE_NAMES.map((name) => [name, (source[name] ?? '').trim()] as const);
  return Object.fromEntries(entries.filter(([, text]) => text !== ''));
}

/** What can't be parsed is complained of and stands as if absent, so that the other problems are found too. */
function parse(given: Given, complain: Complain): Values {
  const entries = VARIABLE_NAMES.map((name) => {
    const reading = VARIABLES[name].read(given[name] ?? null);
    if (reading.ok) return [name, reading.value] as const;
    complain(`${name}: ${reading.problem}${shown(name, given[name] ?? '')}`);
    const absent = VARIABLES[name].read(null);
    return [name, absent.ok ? absent.value : null] as const;
  });
  return Object.fromEntries(entries) as Values; // proof: each name's value comes from that name's own parser, and each default parses (tested)
}

const SHOWN_AT_MOST = 60;

/** The value, cut, for people to recognise; never a secret's, nor one that looks as if it held credentials. */
function shown(name: VariableName, text: string): string {
  if (VARIABLES[name].secret || text.includes('@')) return ' (its value is not shown)';
  return `, not ${JSON.stringify(text.length > SHOWN_AT_MOST ? `${text.slice(0, SHOWN_AT_MOST)}…` : text)}`;
}

type Parts = Pick<Environment, 'store' | 'channels' | 'access'> & { readonly restore: Environment['recovery']['credentials'] };

function partsOf(values: Values, given: Given, onVercel: boolean, complain: Complain): Parts {
  return {
    store: storeOf(values, given, onVercel, complain),
    channels: channelsOf(values, given, complain),
    access: accessOf(values, given, complain),
    restore: restoreCredentialsOf(values, given, complain),
  };
}

const CHANNEL_SWITCHES: readonly VariableName[] = ['PAGERDUTY_ROUTING_KEY', 'SLACK_BOT_TOKEN', 'SMTP_URL', 'TWILIO_ACCOUNT_SID'];

/** On Vercel nobody reads the start's warning, so a deployment that can tell nobody has to be meant. */
function refuseSilence(given: Given, complain: Complain): void {
  if (CHANNEL_SWITCHES.some((name) => given[name] !== undefined)) return;
  complain(
    'PAGERDUTY_ROUTING_KEY: missing, as is every other channel, so not even a P0 reaches anybody; set one, or ALERTS=off if this is meant',
  );
}

function assemble(
  values: Values,
  credentials: AtlasCredentials,
  parts: Parts,
  addresses: Environment['recovery']['addresses'],
): Omit<Environment, 'warnings' | 'secrets' | 'teams'> {
  return {
    port: values.PORT,
    atlas: { baseUrl: values.ATLAS_BASE_URL, credentials, projectIds: values.ATLAS_PROJECT_IDS },
    cronSecret: values.CRON_SECRET,
    store: parts.store,
    channels: parts.channels,
    pagerdutyApi: values.PAGERDUTY_API_TOKEN === null ? null : { token: values.PAGERDUTY_API_TOKEN, url: values.PAGERDUTY_API_URL },
    webhooks: { pagerdutySecret: values.PAGERDUTY_WEBHOOK_SECRET, slackSigningSecret: values.SLACK_SIGNING_SECRET },
    statusUrl: values.STATUS_URL,
    access: parts.access,
    heartbeatUrl: values.HEARTBEAT_URL,
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
    runBudgetMs: values.RUN_BUDGET_MS,
    recovery: {
      credentials: parts.restore,
      mongodbUri: values.MONGODB_URI,
      sandboxUri: values.SANDBOX_MONGODB_URI,
      evidenceKey: values.EVIDENCE_KEY,
      addresses,
    },
  };
}
