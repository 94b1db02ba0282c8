import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type AtlasClientOptions, createAtlasClient } from '../../../lib/collect/client/client.ts';
import { collect } from '../../../lib/collect/collect.ts';
import { createRecoveryAtlas } from '../../../lib/collect/recovery/atlas-recovery-client.ts';
import { type Environment, readEnvironment } from '../../../lib/config/environment/read-environment.ts';
import { acknowledgementPaths } from '../../../lib/config/environment/reachable-priorities.ts';
import { type Config, defineConfig, policyOf } from '../../../lib/config/policy/define-config.ts';
import { openStoreAlarm } from '../../../lib/deliver/store-alarm.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import type { Ports } from '../../../lib/ports/ports.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import { openEveryChannel } from '../../../lib/wire/channels.ts';
import { openDeployments } from '../../../lib/wire/recovery.ts';
import { statusUsers } from '../accounts.ts';
import { environmentOf, type Place, urlOf } from '../app.ts';
import { type Emulators, POLICY } from '../emulators.ts';

/** The ports by the settings that the app will have at this place. */
export async function openHistory(emulators: Emulators, now: () => Instant, place: Place): Promise<Ports> {
  const own = environmentOf(emulators);
  const environment = { ...own, STATUS_ACCESS: '', STATUS_USERS: await statusUsers(), STATUS_URL: urlOf(place) };
  // Proof: the file was written from `policyOf`, and `readEnvironment` and the app refuse what is no policy.
  const config = defineConfig(JSON.parse(readFileSync(join(emulators.folder, POLICY), 'utf8')) as Config);
  return openHistoryPorts(emulators, now, { environment, config, statePath: own['STATE_PATH'] ?? '' });
}

/** Nobody waits in the past, not even for an Atlas that is down. */
const atOnce = (): Promise<void> => Promise.resolve();

type Settings = { readonly environment: Readonly<Record<string, string>>; readonly config: Config; readonly statePath: string };

/**
 * The line's ports for this process, by the demo's clock and on the app's own state: they play the months before the app starts, and tell afterwards how
 * things stand. Atlas is asked without a socket, since months are thousands of checks; everything else is what the app has.
 */
function openHistoryPorts(emulators: Emulators, now: () => Instant, { environment, config, statePath }: Settings): Ports {
  setDefaultCACertificates([...getCACertificates('default'), emulators.pagerduty.ca]);
  const env = readEnvironment(environment, config);
  const { requestTimeoutMs, runBudgetMs, secrets, statusUrl, atlas } = env;
  const policy = policyOf(config);
  const asking = { baseUrl: atlas.baseUrl, requestTimeoutMs, secrets, fetch: emulators.atlas.fetch, clock: now, sleep: atOnce };
  const noHeartbeat = (): Promise<boolean> => Promise.resolve(true);
  const paths = acknowledgementPaths(env);
  return {
    store: openSqliteStore(statePath, now),
    collect: readerOf(env, asking),
    channels: openEveryChannel(env, policy.general.contacts),
    policy,
    projectIds: null,
    alarm: openStoreAlarm({ channels: [], heartbeat: noHeartbeat, statusUrl, general: policy.general, now }),
    heartbeat: noHeartbeat,
    statusUrl,
    canAcknowledge: paths.length > 0,
    acknowledgementPaths: paths,
    slackButton: true,
    requestTimeoutMs,
    runBudgetMs,
    now,
    newId: randomUUID,
    withoutSecrets: (text) => text,
    recovery: recoveryOf(env, asking),
    // What the app would log about the past is in its records.
    log: () => {},
  };
}

type Asking = Omit<AtlasClientOptions, 'credentials'> & { readonly clock: () => Instant };

function readerOf({ atlas, recovery }: Environment, asking: Asking): Ports['collect'] {
  const accountOf = <Use extends string>(use: Use, credentials: AtlasClientOptions['credentials']) => ({
    use,
    credentials,
    client: createAtlasClient({ ...asking, credentials }),
  });
  const watching = accountOf('watch', atlas.credentials);
  const accounts = [watching, ...(recovery.credentials === null ? [] : [accountOf('restore', recovery.credentials)])];
  return (hints, now, deadline) => collect({ client: watching.client, projectIds: null, accounts, hints, now, deadline, log: () => {} });
}

function recoveryOf({ recovery, requestTimeoutMs }: Environment, asking: Asking): NonNullable<Ports['recovery']> {
  return {
    atlas: recovery.credentials && createRecoveryAtlas({ ...asking, credentials: recovery.credentials }),
    deployments: openDeployments(requestTimeoutMs, asking.clock),
    sandboxAddress: () => recovery.sandboxUri,
    sourceAddress: () => null,
    // A moment is chosen near the end of the window, as somebody would who needs the last one.
    random: () => 0.98,
  };
}
