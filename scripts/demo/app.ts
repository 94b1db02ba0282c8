import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { VARIABLE_NAMES } from '../../lib/config/environment/variables.ts';
import type { Duration } from '../../lib/domain/time.ts';
import { statusUsers } from './accounts.ts';
import { type Emulators, POLICY } from './emulators.ts';
import { ON_CALL } from './policy.ts';

const READY_WITHIN_MS = 60_000;

export type CronJob = 'check' | 'dispatch' | 'restore-test' | 'drill';

/** The address and port that it listens on. */
export type Place = { readonly host: string; readonly port: number };

/** The product itself, as `npm start` runs it, in a process of its own. */
export type App = {
  readonly url: string;
  /** Calls a cron route as a scheduler would. Gives what it answered, or why it did not. */
  readonly cron: (job: CronJob) => Promise<string>;
  /** Sends it what a provider would send: a signed webhook. Gives the status of the answer. */
  readonly webhook: (path: string, body: string, headers: Readonly<Record<string, string>>) => Promise<number>;
  /** Puts its clock so far ahead of this machine's; resolves once it reads the new time. */
  readonly setAhead: (shift: Duration) => Promise<void>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  readonly stop: () => void;
};

/** Where the demo serves its page. This machine alone unless HOST says otherwise: the passwords are printed, and the same everywhere. */
export function placeFrom({ HOST: host, PORT: port }: Readonly<Record<string, string | undefined>>): Place {
  return { host: host || '127.0.0.1', port: Number(port || 3_000) };
}

/** Starts the built app at this place, with the emulators as its outside; resolves once it answers. */
export async function startApp(emulators: Emulators, folder: string, { host, port }: Place): Promise<App> {
  const secret = randomBytes(24).toString('hex');
  const url = urlOf({ host, port });
  const access = { STATUS_ACCESS: '', STATUS_USERS: await statusUsers() };
  const child = spawn(process.execPath, ['--import', CLOCK, join(folder, 'scripts', 'start.ts')], {
    cwd: folder,
    env: { ...inherited(), ...environmentOf(emulators), ...access, HOST: host, PORT: String(port), CRON_SECRET: secret, STATUS_URL: url },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const app: App = {
    url,
    cron: (job) => call(`${url}/api/cron/${job}`, { headers: { Authorization: `Bearer ${secret}` } }),
    webhook: async (path, body, headers) => Number((await call(`${url}${path}`, { method: 'POST', body, headers })).slice(0, 3)),
    setAhead: (shift) => Promise.race([setAhead(child, shift), ended]),
    ended,
    stop: () => void child.kill('SIGTERM'),
  };
  await untilReady(child, url);
  return app;
}

/** Where the app takes its clock from. */
const CLOCK = pathToFileURL(join(import.meta.dirname, 'pushed-clock.ts')).href;

async function setAhead(child: ChildProcess, shift: Duration): Promise<void> {
  if (!child.connected) throw new Error('demo: the app has ended, and its clock with it');
  const { promise, resolve } = Promise.withResolvers<void>();
  const heard = (message: unknown): void => {
    if (typeof message === 'object' && message !== null && 'shift' in message && message.shift === shift) resolve();
  };
  child.on('message', heard);
  child.send({ shift });
  await promise;
  child.off('message', heard);
}

/** The address by which this machine opens it. */
export function urlOf({ host, port }: Place): string {
  const isHere = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host);
  return `http://${isHere ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The demo must not page real people: the user's settings are set to empty, which `.env` files do not override. */
function inherited(): NodeJS.ProcessEnv {
  const none = Object.fromEntries([...VARIABLE_NAMES, 'VERCEL'].map((name) => [name, '']));
  return { ...process.env, ...none, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
}

/** The settings that connect the product to the emulators. */
export function environmentOf({ atlas, pagerduty, slack, smtp, twilio, folder, restore }: Emulators): Readonly<Record<string, string>> {
  return {
    ATLAS_BASE_URL: atlas.url,
    ATLAS_CLIENT_ID: atlas.credentials.clientId,
    ATLAS_CLIENT_SECRET: atlas.credentials.clientSecret,
    STATE_PATH: join(folder, 'state.sqlite'),
    STATUS_ACCESS: 'public',
    PAGERDUTY_ROUTING_KEY: pagerduty.routingKey,
    PAGERDUTY_EVENTS_HOST: pagerduty.host,
    NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem'),
    SLACK_BOT_TOKEN: slack.token,
    SLACK_CHANNEL_ID: slack.channel,
    SLACK_API_URL: slack.apiUrl,
    SMTP_URL: smtp.url,
    EMAIL_FROM: 'Restorewatch <restorewatch@example.com>',
    EMAIL_TO: ON_CALL.mail,
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_FROM: twilio.from,
    TWILIO_BASE_URL: twilio.url,
    SMS_TO: ON_CALL.phone,
    // Short, so that a hanging Atlas is seen within seconds.
    REQUEST_TIMEOUT_MS: '3000',
    RUN_BUDGET_MS: '15000',
    ...(restore === null ? {} : { ...restore.environment, ...ANSWERS, POLICY_FILE: join(folder, POLICY) }),
  };
}

/** The secrets of the webhooks by which acknowledgements come back. */
export const ANSWERS = {
  PAGERDUTY_WEBHOOK_SECRET: 'pagerduty-webhook-secret-of-the-demo',
  SLACK_SIGNING_SECRET: 'slack-signing-secret-of-the-demo',
} as const;

async function call(url: string, how: RequestInit): Promise<string> {
  try {
    const answer = await fetch(url, { ...how, redirect: 'error', signal: AbortSignal.timeout(30_000) });
    return `${answer.status} ${(await answer.text()).slice(0, 500)}`;
  } catch (error) {
    return `no answer: ${error instanceof Error ? error.message : 'unknown'}`;
  }
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error('demo: the app ended instead of starting; what it said stands above');
    const answer = await fetch(`${url}/api/health`).catch(() => null);
    if (answer !== null) return;
    await wait(150);
  }
  child.kill('SIGTERM');
  throw new Error(`demo: the app did not answer at ${url} within ${READY_WITHIN_MS / 1_000} s`);
}
