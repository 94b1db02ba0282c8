import tls from 'node:tls';
import { openChannels } from '../../lib/deliver/channels/registry.ts';
import type { Channel } from '../../lib/deliver/attempt/channel.ts';
import { createAtlasClient } from '../../lib/collect/client/client.ts';
import { collect } from '../../lib/collect/collect.ts';
import { policyOf } from '../../lib/config/policy/define-config.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import { type Duration, HOUR, type Instant, type Timer } from '../../lib/domain/time.ts';
import type { Ports } from '../../lib/ports/ports.ts';
import { check } from '../../lib/run/check.ts';
import { openSqliteStore } from '../../lib/record/sqlite/sqlite.ts';
import { openStoreAlarm } from '../../lib/deliver/store-alarm.ts';
import { startAtlasEmulator, type AtlasEmulator } from '../emulators/atlas.ts';
import type { EmulatedCluster, EmulatedProject } from '../emulators/atlas-model.ts';
import { makeAuthority } from '../emulators/authority.ts';
import { startPagerDuty, type PagerDutyEmulator } from '../emulators/pagerduty.ts';
import { startSlack, type SlackEmulator } from '../emulators/slack.ts';
import { startSmtp, type SmtpEmulator } from '../emulators/smtp.ts';
import { startTwilio, type TwilioEmulator } from '../emulators/twilio.ts';
import { virtualTime, type VirtualTime } from './clock.ts';
import type { Setup } from './fault.ts';
import { pagerdutyStates } from './pagerduty-states.ts';
import { faultyStore, type FaultyStore } from './store.ts';

/** A Monday, at nine in the morning. */
const START = Date.UTC(2026, 9, 5, 9);

type Providers = {
  readonly atlas: AtlasEmulator;
  readonly pagerduty: PagerDutyEmulator;
  readonly slack: SlackEmulator;
  readonly smtp: SmtpEmulator;
  readonly twilio: TwilioEmulator;
};

type Cron = { check: () => Promise<unknown>; dispatch: () => Promise<unknown> };

/** The whole line with real adapters, and everything around it emulated, under one virtual clock. */
export type World = Providers & {
  readonly time: VirtualTime;
  readonly store: FaultyStore;
  readonly shop: EmulatedProject;
  /** Six-hourly snapshots and PITR, unless the set-up says otherwise; most faults happen to it. */
  readonly orders: EmulatedCluster;
  readonly cluster: (name: string) => EmulatedCluster;
  readonly ports: Ports;
  /** What the scheduler calls; a fault may put itself in the place of either. */
  readonly cron: Cron;
  /** The same as nothing has touched it. */
  readonly usual: Readonly<Cron>;
  /** The pings that the dead-man switch received. */
  readonly heartbeats: string[];
  /** How far the product's clock is off. */
  readonly clock: { skew: Duration };
  /** What a fault has opened besides, to be closed with the world. */
  readonly afterwards: (() => Promise<void>)[];
  readonly head: () => Promise<Head | null>;
  readonly close: () => Promise<void>;
};

const SECRETS = ['R0utingKeyOfTheEmulator32chars00', 'xoxb-token-of-the-emulator', 'twilio-token-of-the-emulator'];

const authority = makeAuthority().then((made) => {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), made.ca]);
  return made;
});

/** Loaded once: the first message of a run must not pay for it with the time of its request. */
const loaded = Promise.all([import('@pagerduty/pdjs'), import('@slack/web-api'), import('nodemailer')]);

export async function openWorld(setup: Setup): Promise<World> {
  await loaded;
  const time = virtualTime(START);
  const providers = await startProviders(time);
  const shop = providers.atlas.addProject('shop');
  const orders = shop.addCluster('orders', setup.orders);
  shop.addCluster('ledger', { sizeBytes: 40_000_000_000, every: 12 * HOUR });
  for (const [name, options] of Object.entries(setup.clusters ?? {})) shop.addCluster(name, options);
  const real = openSqliteStore(':memory:', time.now);
  const store = faultyStore(real);
  const heartbeats: string[] = [];
  const clock = { skew: 0 };
  const afterwards: (() => Promise<void>)[] = [];
  const now = (): Instant => time.now() + clock.skew;
  const ports = partsOf(setup, providers, { time: { ...time, now }, store, heartbeats });
  const cluster = (name: string): EmulatedCluster => {
    const found = shop.clusters.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`score: there is no cluster ${name}`);
    return found;
  };
  const close = async (): Promise<void> => {
    await Promise.all([...Object.values(providers).map((provider) => provider.close()), ...afterwards.map((act) => act())]);
    await real.close();
  };
  const usual: Cron = { check: () => check(ports), dispatch: () => dispatch(ports) };
  return {
    ...providers,
    time,
    store,
    shop,
    orders,
    cluster,
    ports,
    usual,
    cron: { ...usual },
    heartbeats,
    clock,
    afterwards,
    head: async () => (await real.readHead()).head,
    close,
  };
}

async function startProviders({ now }: VirtualTime): Promise<Providers> {
  const [atlas, pagerduty, slack, smtp, twilio] = await Promise.all([
    startAtlasEmulator({ now }),
    startPagerDuty({ now, authority: await authority }),
    startSlack({ now }),
    startSmtp(),
    startTwilio({ now }),
  ]);
  return { atlas, pagerduty, slack, smtp, twilio };
}

type Inside = { readonly time: VirtualTime; readonly store: FaultyStore; readonly heartbeats: string[] };

function partsOf(setup: Setup, providers: Providers, { time, store, heartbeats }: Inside): Ports {
  const policy = policyOf(setup.policy ?? {});
  const { requestTimeoutMs = 5_000, runBudgetMs = 240_000 } = setup;
  const channels = channelsOf(setup, providers, requestTimeoutMs);
  const { atlas, pagerduty } = providers;
  const { clientId, clientSecret } = atlas.credentials;
  const credentials = { kind: 'serviceAccount', clientId, clientSecret } as const;
  const client = createAtlasClient({
    baseUrl: atlas.url,
    credentials,
    requestTimeoutMs,
    secrets: SECRETS,
    fetch: (...asked) => (atlas.needsSockets() ? fetch(...asked) : atlas.fetch(...asked)),
    clock: time.now,
    sleep: time.sleep,
    random: () => 0.5,
  });
  const heartbeat: Ports['heartbeat'] = (kind) => Promise.resolve(void heartbeats.push(kind));
  let ids = 0;
  return {
    store,
    collect: (hints, now, deadline) =>
      collect({ client, projectIds: null, accounts: [{ use: 'watch', credentials, client }], hints, now, deadline }),
    channels,
    policy,
    projectIds: null,
    alarm: openStoreAlarm({ channels, heartbeat, statusUrl: null, general: policy.general, now: time.now }),
    heartbeat,
    ...(setup.pagerdutyApi && { pagerduty: pagerdutyStates(pagerduty) }),
    statusUrl: 'https://restorewatch.example.com',
    canAcknowledge: false,
    slackButton: false,
    requestTimeoutMs,
    runBudgetMs,
    now: time.now,
    newId: () => `run-${(ids += 1)}`,
    withoutSecrets: (text) => text,
    log: () => {},
    timer: unheldTimer,
  };
}

function channelsOf(
  { without = [], recipients = 1 }: Setup,
  { pagerduty, slack, smtp, twilio }: Providers,
  timeout: number,
): readonly Channel[] {
  const { accountSid, authToken, from } = twilio;
  const to = Array.from({ length: recipients }, (_, index) => `+1555123000${index}`);
  const all = openChannels(
    {
      pagerduty: { routingKey: pagerduty.routingKey, host: pagerduty.host },
      slack: { token: slack.token, channel: slack.channel, apiUrl: slack.apiUrl },
      email: { smtpUrl: smtp.url, from: 'restorewatch@example.com', to: to.map((_, index) => `oncall${index}@example.com`) },
      sms: { accountSid, authToken, from, to, baseUrl: twilio.url },
      secrets: SECRETS,
    },
    timeout,
  );
  return all.filter((channel) => !without.includes(channel.id));
}

/** As the machine's, but a run that was killed in simulation does not keep the process alive until its budget is over. */
const unheldTimer: Timer = (after, act) => {
  const handle = setTimeout(act, after).unref();
  return () => clearTimeout(handle);
};
