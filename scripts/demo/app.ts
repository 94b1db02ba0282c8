import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { VARIABLE_NAMES } from '../../lib/config/environment/variables.ts';
import type { Emulators } from './emulators.ts';

const READY_WITHIN_MS = 60_000;

type CronJob = 'check' | 'dispatch' | 'restore-test';

/** The address and port that it listens on. */
type Place = { readonly host: string; readonly port: number };

/** The product itself, as `npm start` runs it, in a process of its own. */
export type App = {
  readonly url: string;
  /** Calls a cron route as a scheduler would. Gives what it answered, or why it did not. */
  readonly cron: (job: CronJob) => Promise<string>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  readonly stop: () => void;
};

/** Where the demo serves its page. This machine alone unless HOST says otherwise: whoever reaches the page sees it, without a password. */
export function placeFrom({ HOST: host, PORT: port }: Readonly<Record<string, string | undefined>>): Place {
  return { host: host || '127.0.0.1', port: Number(port ?? 3_000) };
}

export async function startApp(emulators: Emulators, folder: string, { host, port }: Place): Promise<App> {
  const secret = randomBytes(24).toString('hex');
  const url = urlOf({ host, port });
  const child = spawn(process.execPath, [join(folder, 'scripts', 'start.ts')], {
    cwd: folder,
    env: { ...inherited(), ...environmentOf(emulators), HOST: host, PORT: String(port), CRON_SECRET: secret, STATUS_URL: url },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const app = {
    url,
    cron: (job: CronJob) => call(`${url}/api/cron/${job}`, secret),
    ended,
    stop: () => void child.kill('SIGTERM'),
  };
  await untilReady(child, url);
  return app;
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
    EMAIL_TO: 'oncall@example.com',
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_FROM: twilio.from,
    TWILIO_BASE_URL: twilio.url,
    SMS_TO: '+15005550010',
    // Short, so that a hanging Atlas is seen within seconds.
    REQUEST_TIMEOUT_MS: '1500',
    RUN_BUDGET_MS: '8000',
    ...restore?.environment,
  };
}

async function call(url: string, secret: string): Promise<string> {
  try {
    const answer = await fetch(url, {
      headers: { Authorization: `Bearer ${secret}` },
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
    });
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
