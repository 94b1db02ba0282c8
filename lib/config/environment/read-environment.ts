import { CHANNEL_IDS, CHANNELS } from '../../deliver/channels/registry.ts';
import type { Config } from '../policy/policy-schema.ts';
import { addressesNamed } from '../policy/recovery-policy.ts';
import { clearTextWarnings, refuseClearText } from './clear-text.ts';
import type { Environment } from './environment.ts';
import type { Complain, Given } from './variable-groups.ts';
import { accessOf, acknowledgedBy, channelsOf, credentialsOf, restoreCredentialsOf, storeOf } from './variable-groups.ts';
import { connectionString } from '../../domain/settings/parse-value.ts';
import { secretsOf } from './secrets.ts';
import { shortPasswordWarnings, tooShort } from './short-secrets.ts';
import { checkContacts, teamsOf } from './team-settings.ts';
import type { Values, VariableName } from './variables.ts';
import { VARIABLES, VARIABLE_NAMES } from './variables.ts';
import { faultsOf, warningsOf } from './warnings.ts';

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

/** What restorewatch.config.ts asks of the environment: the variables that teams and recovery plans name, and the channels of its contacts. */
type Asking = Pick<Config, 'teams' | 'contacts' | 'restoreTests' | 'drills' | 'routes'>;

/**
 * Parses the environment and checks what the configuration asks of it. Where that is not known (null), nothing that depends on it is checked. Throws
 * `EnvironmentError` with every problem at once.
 */
export function readEnvironment(source: Source, asking: Asking | null = {}): Environment {
  const config = asking ?? {};
  const problems: string[] = [];
  const complain: Complain = (problem) => problems.push(problem);
  const given = givenIn(source);
  const values = parse(given, complain);
  refuseClearText(values, complain);
  const onVercel = (source['VERCEL'] ?? '').trim() !== '';
  const store = storeOf(values, given, onVercel, complain);
  const channels = channelsOf(values, given, asking && (asking.teams ?? []), complain);
  const access = accessOf(values, given, onVercel, complain);
  const restoring = restoreCredentialsOf(values, given, complain);
  if (onVercel && values.ALERTS !== 'off') refuseSilence(given, complain);
  const { teams, secrets } = teamsOf(config.teams ?? [], { source, values, defaults: channels, complain });
  checkContacts(config.contacts, channels, complain);
  const credentials = credentialsOf(values, given, complain);
  const addresses = addressesIn(source, addressesNamed(config), complain);
  if (problems.length > 0 || credentials === null) throw new EnvironmentError(problems);
  const environment = {
    ...singleSettings(values),
    atlas: { baseUrl: values.ATLAS_BASE_URL, credentials, projectIds: values.ATLAS_PROJECT_IDS },
    store,
    channels,
    teams,
    acknowledgedBy: acknowledgedBy(given),
    access,
    onVercel,
    recovery: {
      credentials: restoring,
      mongodbUri: values.MONGODB_URI,
      sandboxUri: values.SANDBOX_MONGODB_URI,
      evidenceKey: values.EVIDENCE_KEY,
      addresses,
    },
  };
  return {
    ...environment,
    faults: faultsOf(environment, values.ALERTS === 'off', config.routes),
    warnings: [
      ...warningsOf(environment, onVercel, values.ALERTS === 'off'),
      ...clearTextWarnings(values),
      ...shortPasswordWarnings({ ...secretsGiven(given), ...addresses }),
    ],
    secrets: secretsOf(given, [...secrets, ...Object.values(addresses)]),
  };
}

function addressesIn(source: Source, named: ReturnType<typeof addressesNamed>, complain: Complain): Readonly<Record<string, string>> {
  const entries = named.flatMap(({ env, where }) => {
    const text = (source[env] ?? '').trim();
    const reading = connectionString(text);
    if (text !== '' && reading.ok) return [[env, reading.value] as const];
    const problem = text === '' || reading.ok ? 'not set' : `${reading.problem} (its value is not shown)`;
    complain(`${env}: ${problem}; restorewatch.config.ts asks for it in ${where}; set it, or take it out there`);
    return [];
  });
  return Object.fromEntries(entries);
}

/** The secrets among the variables, whether or not the environment as a whole is right. */
export function secretsIn(source: Source): readonly string[] {
  return secretsOf(givenIn(source));
}

function givenIn(source: Source): Given {
  const entries = VARIABLE_NAMES.map((name) => [name, (source[name] ?? '').trim()] as const);
  return Object.fromEntries(entries.filter(([, text]) => text !== ''));
}

function secretsGiven(given: Given): Given {
  return Object.fromEntries(
    Object.entries(given).filter(([name]) => VARIABLE_NAMES.some((known) => known === name && VARIABLES[known].secret)),
  );
}

/** What can't be parsed is complained of and stands as if absent, so that the other problems are found too. */
function parse(given: Given, complain: Complain): Values {
  const entries = VARIABLE_NAMES.map((name) => {
    const text = given[name];
    const reading = VARIABLES[name].read(text ?? null);
    const short = reading.ok && text !== undefined && VARIABLES[name].secret ? tooShort(text) : null;
    if (short !== null) complain(`${name}: ${short}${shown(name, '')}`);
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

/** On Vercel nobody reads the start's warning, so a deployment that can tell nobody has to be meant. */
function refuseSilence(given: Given, complain: Complain): void {
  if (CHANNEL_IDS.some((id) => CHANNELS[id].needs.some((name) => given[name] !== undefined))) return;
  complain(
    'PAGERDUTY_ROUTING_KEY: missing, as is every other channel, so not even a P0 reaches anybody; set one, or ALERTS=off if this is meant',
  );
}

function singleSettings(values: Values) {
  return {
    port: values.PORT,
    host: values.HOST,
    cronSecret: values.CRON_SECRET,
    pagerdutyApi: values.PAGERDUTY_API_TOKEN === null ? null : { token: values.PAGERDUTY_API_TOKEN, url: values.PAGERDUTY_API_URL },
    webhooks: { pagerdutySecret: values.PAGERDUTY_WEBHOOK_SECRET, slackSigningSecret: values.SLACK_SIGNING_SECRET },
    statusUrl: values.STATUS_URL,
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    heartbeatUrl: values.HEARTBEAT_URL,
    metrics: { token: values.METRICS_TOKEN, perCluster: values.METRICS_CLUSTERS },
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
    runBudgetMs: values.RUN_BUDGET_MS,
  };
}
