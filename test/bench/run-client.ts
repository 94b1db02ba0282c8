import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { VARIABLE_NAMES } from '../../lib/config/environment/variables.ts';
import type { OutsideProcess } from './outside-client.ts';
import type { Checked } from './run-process.ts';

export type Runner = {
  /** One check; throws where it did not record a complete and healthy run. */
  readonly check: () => Promise<Checked>;
  readonly close: () => void;
};

type RunnerOptions = {
  /** The variables that say where state lives. */
  readonly store: Readonly<Record<string, string>>;
  /** `live`: what remains after full collections, which take their time; `used`: garbage counts. */
  readonly heap: 'live' | 'used';
};

/** The product's line against the outside, in a process of its own. */
export async function startRunner(outside: OutsideProcess, { store, heap }: RunnerOptions): Promise<Runner> {
  const child = fork(join(import.meta.dirname, 'run-process.ts'), [heap], {
    execArgv: ['--expose-gc'],
    env: { ...withoutOwn(), ...environmentOf(outside), ...store },
  });
  await once(child, 'message');
  return {
    check: async () => {
      const answer = once(child, 'message');
      const died = once(child, 'exit').then(() =>
        Promise.reject(new Error('bench: the process of a check died; what it said stands above')),
      );
      child.send('check');
      const [checked] = await Promise.race([answer, died]);
      return healthy(checked);
    },
    close: () => child.disconnect(),
  };
}

/** The environment without any variable of ours. */
export function withoutOwn(): NodeJS.ProcessEnv {
  const own = new Set<string>([...VARIABLE_NAMES, 'VERCEL']);
  const kept = Object.entries(process.env).filter(([name]) => !own.has(name));
  return { ...Object.fromEntries(kept), NODE_ENV: 'production' };
}

/** Every channel is configured, and none can be reached: a healthy run must not even load what they need. */
function environmentOf({ atlas, credentials }: OutsideProcess): Readonly<Record<string, string>> {
  return {
    ATLAS_BASE_URL: atlas,
    ATLAS_CLIENT_ID: credentials.clientId,
    ATLAS_CLIENT_SECRET: credentials.clientSecret,
    PAGERDUTY_ROUTING_KEY: '0'.repeat(32),
    PAGERDUTY_EVENTS_HOST: '127.0.0.1:1',
    SLACK_BOT_TOKEN: 'xoxb-bench',
    SLACK_CHANNEL_ID: 'C0000000000',
    SLACK_API_URL: 'http://127.0.0.1:1/api',
    SMTP_URL: 'smtp://127.0.0.1:1',
    EMAIL_FROM: 'bench@example.com',
    EMAIL_TO: 'bench@example.com',
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'bench-token',
    TWILIO_FROM: '+15005550006',
    SMS_TO: '+15005550010',
    TWILIO_BASE_URL: 'http://127.0.0.1:1',
    STATUS_ACCESS: 'public',
  };
}

function healthy(checked: Checked): Checked {
  // Answered by run-process.ts with what `GET /api/cron/check` answers.
  const body = checked.body as { readonly complete?: boolean; readonly transitions?: number };
  if (body.complete !== true || body.transitions !== 0)
    throw new Error(`bench: a check was not complete and healthy: ${JSON.stringify(body)}`);
  return checked;
}
