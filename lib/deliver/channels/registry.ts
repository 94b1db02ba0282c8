import type { Channel } from '../attempt/channel.ts';
import type { ChannelDefinition } from '../attempt/define-channel.ts';
import type { ChannelTable } from '../../domain/policy/channel-traits.ts';
import type { ChannelId } from '../../domain/policy/policy.ts';
import { createRedactor } from '../../domain/redact.ts';
import type { ValuesOf, Variables } from '../../domain/settings/variable.ts';
import type { Duration } from '../../domain/time.ts';
import { email } from './email/email.ts';
import { pagerduty } from './pagerduty/pagerduty.ts';
import { slack } from './slack/slack.ts';
import { sms } from './sms/sms.ts';
import { webhook } from './webhook/webhook.ts';

/** Every channel there is, by its id, in the order in which they are named. */
export const CHANNELS = {
  pagerduty,
  sms,
  slack,
  email,
  webhook,
};

export type ChannelName = keyof typeof CHANNELS;
type ChannelVariables = AllOf<(typeof CHANNELS)[ChannelName]['variables']>;
type AllOf<T> = (T extends unknown ? (one: T) => void : never) extends (all: infer All) => void ? All : never;
type SettingsById = { readonly [Id in ChannelName]: NonNullable<ReturnType<(typeof CHANNELS)[Id]['settings']>> };

/** The settings of each channel; null: it is off. */
export type ChannelSettings = { readonly [Id in ChannelName]: SettingsById[Id] | null };

export const CHANNEL_IDS = Object.keys(CHANNELS) as readonly ChannelName[]; // proof: an object literal's own keys are its type's keys

/** Every channel off. */
export const NO_CHANNELS = Object.fromEntries(CHANNEL_IDS.map((id) => [id, null])) as Readonly<Record<ChannelName, null>>; // proof: as above

export const CHANNEL_TRAITS: ChannelTable = Object.fromEntries(CHANNEL_IDS.map((id) => [id, CHANNELS[id].traits]));

// proof: the objects that are merged here are those whose types are merged there
export const CHANNEL_VARIABLES = Object.assign({}, ...CHANNEL_IDS.map((id) => CHANNELS[id].variables)) as ChannelVariables;

/** All the variables of a channel. */
export function variablesOf(id: ChannelName): readonly (keyof ChannelVariables)[] {
  return Object.keys(CHANNELS[id].variables) as (keyof ChannelVariables)[]; // proof: an object literal's own keys are its type's keys
}

/** The variables any of which lets an acknowledgement come back by a channel. */
export function acknowledgementVariables(id: ChannelName): readonly (keyof ChannelVariables)[] {
  const { acknowledgedBy = [] }: { readonly acknowledgedBy?: readonly (keyof ChannelVariables)[] } = CHANNELS[id];
  return acknowledgedBy;
}

/** What `restorewatch doctor` says of a channel that is on, besides that; empty if nothing. */
export function adviceOf(id: ChannelName): string {
  return USES[id].advice ?? '';
}

/** What a channel's provider answers where it takes our keys (`ChannelDefinition.ask`); null for a channel that is off or has no such call. Throws Error. */
export async function askProvider(id: ChannelName, settings: ChannelSettings, timeout: Duration): Promise<string | null> {
  const asked = <Id extends ChannelName>(known: Id, own: SettingsById[Id] | null) =>
    own === null ? null : USES[known].ask?.(own, timeout);
  return (await asked(id, settings[id])) ?? null;
}

/** What the environment says of each channel. */
export function channelSettings(values: ValuesOf<ChannelVariables>): ChannelSettings {
  return Object.fromEntries(CHANNEL_IDS.map((id) => [id, CHANNELS[id].settings(values)])) as ChannelSettings; // proof: each by its own definition
}

type Uses = { readonly [Id in ChannelName]: Omit<ChannelDefinition<Variables, SettingsById[Id]>, 'settings'> };
/** The same objects in a form in which TypeScript sees that a channel's functions take that channel's settings. */
const USES: Uses = CHANNELS;

/** Opens the channels that are on. `timeout` bounds one outgoing request. `secrets`: every secret of the environment; none may be in an outcome. */
export function openChannels(
  { secrets, ...settings }: Partial<ChannelSettings> & { readonly secrets: readonly string[] },
  timeout: Duration,
): readonly Channel[] {
  // The channels' own secrets are added, so that redaction does not depend on the caller's list.
  const own = CHANNEL_IDS.flatMap((id) => secretsIn(id, settings[id] ?? null));
  const { redact } = createRedactor([...secrets, ...own]);
  return CHANNEL_IDS.flatMap((id) => opened(id, settings[id] ?? null, timeout, redact));
}

function secretsIn<Id extends ChannelName>(id: Id, settings: SettingsById[Id] | null): readonly string[] {
  return settings === null ? [] : USES[id].secrets(settings);
}

function opened<Id extends ChannelName>(
  id: Id,
  settings: SettingsById[Id] | null,
  timeout: Duration,
  redact: (text: string) => string,
): readonly Channel[] {
  return settings === null ? [] : [USES[id].open(settings, timeout, redact)];
}

/** A channel's recipients in words (`ChannelDefinition.recipients`); "unknown" for a channel that is off or that there is none of. */
export function recipientsInWords(id: ChannelId, settings: ChannelSettings | undefined, variable: string | null): string {
  const named = <Id extends ChannelName>(known: Id, own: SettingsById[Id] | null): string =>
    own === null ? 'unknown' : USES[known].recipients(own, variable);
  const known = CHANNEL_IDS.find((one) => one === id);
  return known === undefined || settings === undefined ? 'unknown' : named(known, settings[known]);
}

/** The same settings with these people after the recipients of each channel that takes contacts. */
export function withContacts(settings: ChannelSettings, people: Readonly<Record<ChannelId, readonly string[]>>): ChannelSettings {
  const joined = <Id extends ChannelName>(id: Id, own: SettingsById[Id] | null): SettingsById[Id] | null =>
    own === null ? null : (USES[id].withContacts?.(own, people[id] ?? []) ?? own);
  return Object.fromEntries(CHANNEL_IDS.map((id) => [id, joined(id, settings[id])])) as ChannelSettings; // proof: each stays its own
}

/** The same settings where these hosts may be spoken to without TLS (ALLOW_HTTP). */
export function withPlainHosts(settings: ChannelSettings, hosts: readonly string[]): ChannelSettings {
  const allowed = <Id extends ChannelName>(id: Id, own: SettingsById[Id] | null): SettingsById[Id] | null =>
    own === null ? null : (USES[id].withPlainHosts?.(own, hosts) ?? own);
  return Object.fromEntries(CHANNEL_IDS.map((id) => [id, allowed(id, settings[id])])) as ChannelSettings; // proof: each stays its own
}
