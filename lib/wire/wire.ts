import { randomUUID } from 'node:crypto';
import { type AtlasClient, createAtlasClient } from '../collect/client/client.ts';
import { collect } from '../collect/collect.ts';
import type { AccountToRead } from '../collect/read-accounts.ts';
import { acknowledgementPaths } from '../config/environment/reachable-priorities.ts';
import type { Environment } from '../config/environment/read-environment.ts';
import { policyOf } from '../config/policy/define-config.ts';
import { openPagerDutyApi } from '../deliver/channels/pagerduty/pagerduty-api.ts';
import { openHeartbeat } from '../deliver/heartbeat.ts';
import { UNNAMED } from '../domain/incidents/trigger-calls.ts';
import { logLine } from '../domain/error-for-log.ts';
import { createRedactor, typedWithout } from '../domain/redact.ts';
import { openStoreAlarm } from '../deliver/store-alarm.ts';
import { redactingStore } from '../people/record-notes.ts';
import { timeoutOf } from '../ports/budget.ts';
import type { Ports } from '../ports/ports.ts';
import type { Store } from '../record/store.ts';
import { dailyRestoreTests } from '../recovery/restore-tests/runner/daily-tests.ts';
import { check } from '../run/check.ts';
import type { CheckAnswer } from '../run/summary.ts';
import { dispatch } from '../run/dispatch.ts';
import { openEveryChannel } from './channels.ts';
import { keptReads } from './kept-state.ts';
import { environmentWith, loaded } from './load-environment.ts';
import { configuration } from './load-policy.ts';
import { openRecovery } from './recovery.ts';

/** Every adapter, built once from the environment and restorewatch.config.ts. Throws `EnvironmentError`, `ConfigError`. */
export async function openPorts(): Promise<Ports> {
  return (loaded.ports ??= wire(environmentWith(configuration())));
}

async function wire(env: Environment): Promise<Ports> {
  const policy = policyOf(configuration());
  const { requestTimeoutMs, runBudgetMs, statusUrl, secrets, pagerdutyApi } = env;
  const { general } = policy;
  const { redact } = createRedactor(secrets);
  const log = (line: string, cause?: unknown): void => console.error(logLine(`restorewatch: ${line}`, cause, redact));
  const now = Date.now;
  const channels = openEveryChannel(env, general.contacts);
  const heartbeat = openHeartbeat(env.heartbeatUrl, timeoutOf('heartbeat', env), log);
  const paths = acknowledgementPaths(env);
  // A store that is down concerns the whole organisation, so its alarm goes to the default recipients.
  const alarmChannels = channels.filter(({ team }) => team === undefined);
  return {
    store: keptReads().noticing(redactingStore(await openStore(env), secrets)),
    collect: readerOf(env, (error) => log('reading failed inside Restorewatch', error)),
    channels,
    policy,
    projectIds: env.atlas.projectIds,
    alarm: openStoreAlarm({ channels: alarmChannels, heartbeat, statusUrl, general, now }),
    heartbeat,
    ...(pagerdutyApi && { pagerduty: openPagerDutyApi({ ...pagerdutyApi, timeout: requestTimeoutMs }) }),
    statusUrl,
    canAcknowledge: paths.length > 0,
    acknowledgementPaths: paths,
    slackButton: env.webhooks.slackSigningSecret !== null,
    requestTimeoutMs,
    runBudgetMs,
    now,
    newId: randomUUID,
    withoutSecrets: typedWithout(secrets),
    recovery: openRecovery(env),
    log,
  };
}

/** What reads Atlas, with the account that watches. */
function readerOf(env: Environment, log: (error: unknown) => void): Ports['collect'] {
  const { requestTimeoutMs, secrets } = env;
  const { baseUrl, credentials, projectIds } = env.atlas;
  const client = createAtlasClient({ baseUrl, credentials, requestTimeoutMs, secrets });
  const accounts = accountsOf(env, client);
  return (hints, now, deadline) => collect({ client, projectIds, accounts, hints, now, deadline, log });
}

/** The accounts whose secrets may expire. Each is asked with its own credentials. */
function accountsOf({ atlas, recovery, requestTimeoutMs, secrets }: Environment, client: AtlasClient): readonly AccountToRead[] {
  const own: AccountToRead = { use: 'watch', credentials: atlas.credentials, client };
  const { credentials } = recovery;
  if (!credentials) return [own];
  return [
    own,
    { use: 'restore', credentials, client: createAtlasClient({ baseUrl: atlas.baseUrl, credentials, requestTimeoutMs, secrets }) },
  ];
}

/** Only the adapter that is configured is loaded. */
async function openStore({ store, ...timeouts }: Environment): Promise<Store> {
  if (store.kind === 'sqlite') return (await import('../record/sqlite/sqlite.ts')).openSqliteStore(store.path);
  const { openKvStore } = await import('../record/kv/kv.ts');
  return openKvStore({ url: store.url, token: store.token, timeoutMs: timeoutOf('store', timeouts) });
}

/** Runs what a cron route is for with the ports of this process. `caller`: what called, by its name. */
export function calledWithPorts<Answer>(
  run: (ports: Ports, caller: string) => Promise<Answer>,
): (trigger?: string | null) => Promise<Answer> {
  return async (trigger = null) => run(await openPorts(), trigger ?? UNNAMED);
}

// What the routes below /api/cron run.

/** `trigger`: what called, by its name; null for a caller without one. */
export async function runCheck(trigger: string | null = null): Promise<CheckAnswer> {
  return check(await openPorts(), trigger);
}

export const runDispatch = calledWithPorts(dispatch);
export const runRestoreTests = calledWithPorts((ports, caller) => dailyRestoreTests(ports, undefined, caller));
