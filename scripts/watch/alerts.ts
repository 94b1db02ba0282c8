import { setTimeout as wait } from 'node:timers/promises';
// `testAlert` opens the channels alone: a message that is only a test must not need a store.
import type { Channel, Notification, Outcome } from '../../lib/deliver/attempt/channel.ts';
import { type ChannelName, CHANNEL_TRAITS, openChannels } from '../../lib/deliver/channels/registry.ts';
import { type Environment, readEnvironment } from '../../lib/config/environment/read-environment.ts';
import { monitor } from '../../lib/evaluate/checks/monitor.ts';
import { addressOf } from '../../lib/domain/incidents/channel-address.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { iso, SECOND } from '../../lib/domain/time.ts';
import { configuration } from '../../lib/wire/load-policy.ts';
import type { Screen } from '../terminal/screen.ts';
import type { Answer } from '../terminal/terminal.ts';
import { userNamed } from '../terminal/words.ts';

/** `ring`: seconds after which an alert is resolved that opens an incident at the provider. */
type Asked = { readonly channel: ChannelName; readonly team?: string | undefined; readonly ring: number };

/** `restorewatch alerts prove`. */
export async function prove(): Promise<Answer> {
  const [{ proveAlerts }, { openPorts }] = await Promise.all([
    import('../../lib/people/prove-alerts.ts'),
    import('../../lib/wire/wire.ts'),
  ]);
  const { fine, ...data } = await proveAlerts(await openPorts(), userNamed(undefined));
  // A proof that is under way already sends nothing, and what it comes to is not known yet.
  return { data, text: data.words, code: fine && data.sent.length > 0 ? 0 : 1 };
}

/** `restorewatch alerts test`. */
export async function testAlert({ say }: Screen, { channel: id, team, ring }: Asked): Promise<Answer> {
  const environment = readEnvironment(process.env, { teams: configuration().teams });
  const channel = chosenChannel(everyChannel(environment), id, team);
  const notification = testNotification(environment.statusUrl, Date.now());
  const recipients = Array.from({ length: channel.recipients }, (_, recipient) => recipient);
  const sent = await Promise.all(recipients.map((recipient) => sendTo(channel, { ...notification, recipient })));
  if (CHANNEL_TRAITS[channel.id]?.tracksIncidents && sent.every(({ outcome }) => outcome.result === 'accepted')) {
    say(`The phone of whoever is on call should ring now. The test alert is resolved in ${ring} s.`);
    await wait(ring * SECOND);
    sent.push(await sendTo(channel, resolved(notification, Date.now())));
  }
  const fine = sent.every(({ outcome }) => outcome.result === 'accepted');
  return { data: { sent }, text: sent.map(({ words }) => words).join('\n'), code: fine ? 0 : 1 };
}

/** The channels of everybody and of the teams, without the contacts: a test is not sent to them. */
function everyChannel({ channels, teams, secrets, requestTimeoutMs }: Environment): readonly Channel[] {
  const own = teams.flatMap(({ name, channels: settings }) =>
    openChannels({ ...settings, secrets }, requestTimeoutMs).map((channel) => ({ ...channel, team: name })),
  );
  return [...openChannels({ ...channels, secrets }, requestTimeoutMs), ...own];
}

/** Returns the channel that was asked for, the default one or a team's. Throws an Error that says which channels there are. */
export function chosenChannel(channels: readonly Channel[], id: ChannelName, team: string | undefined): Channel {
  const found = channels.find((channel) => channel.id === id && channel.team === team);
  if (found) return found;
  if (team === undefined)
    throw new Error(`the channel ${id} is off, because none of its variables is set; docs/configuration.md lists them`);
  const own = channels.filter((channel) => channel.team === team).map((channel) => channel.id);
  if (own.length > 0) throw new Error(`team ${team} has no recipients of its own on ${id}; it has some on ${own.join(', ')}`);
  const names = [...new Set(channels.flatMap((channel) => channel.team ?? []))];
  throw new Error(`restorewatch.config.ts names no team ${team}; ${names.length === 0 ? 'it names none' : `it names ${names.join(', ')}`}`);
}

async function sendTo(channel: Channel, notification: Notification) {
  const outcome = await channel.send(notification, new AbortController().signal);
  const { recipient, kind } = notification;
  const whom = channel.recipients > 1 ? ` (recipient ${recipient + 1} of ${channel.recipients})` : '';
  const address = addressOf(channel.id, channel.team);
  return { channel: address, recipient: recipient + 1, kind, outcome, words: `${address}${whom}, ${kind}: ${inWords(outcome)}` };
}

function resolved(notification: Notification, now: number): Notification {
  const incidents = notification.incidents.map((incident): Incident => ({
    ...incident,
    state: 'resolved',
    resolvedAt: now,
    resolution: 'recovered',
  }));
  return { ...notification, kind: 'resolve', incidents, now };
}

function inWords(outcome: Outcome): string {
  switch (outcome.result) {
    case 'accepted':
      return `accepted${outcome.receipt === null ? '' : `, receipt ${outcome.receipt}`}. Look whether it arrived: accepted is not yet read.`;
    case 'rejected':
      return `refused for good. ${outcome.error}. Mend the setting and try again.`;
    case 'rootless':
      return `nothing to end: ${outcome.error}.`;
    case 'failed':
      return `not taken. ${outcome.error}. An alert would be tried again${outcome.retryAfter === null ? '' : ` after ${outcome.retryAfter / 1_000} s, as asked`}.`;
    case 'unknown':
      return `no telling whether it arrived. ${outcome.error}.`;
  }
}

function testNotification(statusUrl: string | null, now: number): Notification {
  const key = `restorewatch-test-${iso(now).replaceAll(/[^0-9TZ]/g, '')}`;
  const incident: Incident = {
    id: key,
    check: monitor.id,
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
