import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
// It opens the channels alone: with lib/wire.ts came the store, and a message that is only a test must not need one.
import type { Channel, Letter, Outcome } from '../lib/alerts/channels/channel.ts';
import { chosenChannel } from '../lib/alerts/chosen-channel.ts';
import { openChannels } from '../lib/alerts/channels/registry.ts';
import { type Environment, readEnvironment } from '../lib/config/env.ts';
import { addressOf } from '../lib/domain/address.ts';
import type { Incident } from '../lib/domain/incident.ts';
import { CHANNEL_IDS, type ChannelId } from '../lib/domain/policy.ts';
import { iso } from '../lib/domain/time.ts';
import { configuration } from '../lib/wire-config.ts';
import { loadEnvironmentFiles } from './env-files.ts';

const USAGE = `usage: npm run test-alert -- --channel ${CHANNEL_IDS.join('|')} [--team NAME] [--ring SECONDS]`;
/** PagerDuty's test alert stays open for so long: one that is resolved at once may never ring. */
const RING_SECONDS = '30';

type Wanted = { readonly channel: ChannelId; readonly team: string | undefined; readonly ringSeconds: number };

/** Sends one marked message through the real channel and says in words what came back. */
async function main(): Promise<void> {
  const wanted = readArguments();
  loadEnvironmentFiles(join(import.meta.dirname, '..'));
  const environment = readEnvironment(process.env, configuration().teams);
  const channel = chosenChannel(everyChannel(environment), wanted.channel, wanted.team);
  const letter = testLetter(environment.statusUrl, Date.now());
  const all = await Promise.all(Array.from({ length: channel.recipients }, (_, recipient) => tell(channel, { ...letter, recipient })));
  if (channel.id === 'pagerduty' && all.every(Boolean)) all.push(await takeBack(channel, letter, wanted.ringSeconds));
  process.exitCode = all.every(Boolean) ? 0 : 1;
}

/** Without the contacts, who are told last of all: a test is not for them. */
function everyChannel({ channels, teams, secrets, requestTimeoutMs }: Environment): readonly Channel[] {
  const own = teams.flatMap(({ name, channels: settings }) =>
    openChannels({ ...settings, secrets }, requestTimeoutMs).map((channel) => ({ ...channel, team: name })),
  );
  return [...openChannels({ ...channels, secrets }, requestTimeoutMs), ...own];
}

function readArguments(): Wanted {
  const { values } = parseArgs({
    options: { channel: { type: 'string' }, team: { type: 'string' }, ring: { type: 'string', default: RING_SECONDS } },
  });
  const ringSeconds = Number(values.ring);
  const known = CHANNEL_IDS.find((id) => id === values.channel);
  if (known === undefined || !Number.isFinite(ringSeconds) || ringSeconds < 0) throw new Error(USAGE);
  return { channel: known, team: values.team, ringSeconds };
}

async function tell(channel: Channel, letter: Letter): Promise<boolean> {
  const outcome = await channel.send(letter, new AbortController().signal);
  const whom = channel.recipients > 1 ? ` (recipient ${letter.recipient + 1} of ${channel.recipients})` : '';
  process.stdout.write(`${addressOf(channel.id, channel.team)}${whom}, ${letter.kind}: ${inWords(outcome)}\n`);
  return outcome.result === 'accepted';
}

async function takeBack(channel: Channel, letter: Letter, ringSeconds: number): Promise<boolean> {
  process.stdout.write(`The phone of whoever is on call should ring now. The test alert is resolved in ${ringSeconds} s.\n`);
  await wait(ringSeconds * 1_000);
  const now = Date.now();
  const over = letter.incidents.map((incident): Incident => ({ ...incident, state: 'resolved', resolvedAt: now, resolution: 'recovered' }));
  return tell(channel, { ...letter, kind: 'resolve', incidents: over, now });
}

function inWords(outcome: Outcome): string {
  switch (outcome.result) {
    case 'accepted':
      return `accepted${outcome.receipt === null ? '' : `, receipt ${outcome.receipt}`}. Look whether it arrived: accepted is not yet read.`;
    case 'rejected':
      return `refused for good. ${outcome.error}. Mend the setting and try again.`;
    case 'failed':
      return `not taken. ${outcome.error}. An alert would be tried again${outcome.retryAfter === null ? '' : ` after ${outcome.retryAfter / 1_000} s, as asked`}.`;
    case 'unknown':
      return `no telling whether it arrived. ${outcome.error}.`;
  }
}

function testLetter(statusUrl: string | null, now: number): Letter {
  const key = `restorable-test-${iso(now).replaceAll(/[^0-9TZ]/g, '')}`;
  const incident: Incident = {
    id: key,
    check: 'monitor',
    resource: { projectId: null, projectName: null, clusterId: null, name: 'TEST' },
    severity: 'critical',
    priority: 'P0',
    state: 'open',
    openedAt: now,
    resolvedAt: null,
    resolution: null,
    summary: 'TEST of the alert path, sent by hand; nothing is wrong',
    evidence: [],
    action: 'Nothing: if you read this, alerts reach you.',
    startedAt: null,
    acknowledgement: null,
  };
  const fixed = {
    kind: 'trigger',
    priority: 'P0',
    reroute: null,
    root: null,
    ambiguous: false,
    recipient: 0,
    canAcknowledge: false,
  } as const;
  return { ...fixed, key, incidents: [incident], statusUrl, now };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'test-alert: failed'}\n`);
  process.exitCode = 1;
});
