import {
  acknowledgementVariables,
  CHANNEL_IDS,
  channelSettings,
  CHANNELS,
  type ChannelSettings,
  variablesOf,
  withPlainHosts,
} from '../../deliver/channels/registry.ts';
import type { ChannelId } from '../../domain/policy/policy.ts';
import type { TeamConfig } from '../policy/team-schema.ts';
import type { Access, AtlasCredentials, ServiceAccount, StoreSettings } from './environment.ts';
import { isWeakHash } from './password.ts';
import type { Values, VariableName } from './variables.ts';

/** What the environment set at all, as text; what is empty is not set. */
export type Given = Readonly<Partial<Record<VariableName, string>>>;

/** Collects problems, so that one message can hold them all. */
export type Complain = (problem: string) => void;

/** Complains of the names of a group that are missing though others of it are set. */
function complainOfGaps(
  what: string,
  given: Given,
  complain: Complain,
  required: readonly VariableName[],
  others: readonly VariableName[] = [],
): void {
  const missing = required.filter((name) => given[name] === undefined);
  const there = [...new Set([...required, ...others])].filter((name) => given[name] !== undefined);
  if (missing.length === 0 || there.length === 0) return;
  complain(
    `${missing.join(', ')}: missing, though ${there.join(', ')} ${there.length === 1 ? 'is' : 'are'} set; set ${missing.length === 1 ? 'it' : 'them'} too, or none of ${what}'s variables`,
  );
}

/** Atlas's credentials, the service account first; null after a complaint. */
export function credentialsOf(values: Values, given: Given, complain: Complain): AtlasCredentials | null {
  complainOfGaps('the service account', given, complain, ['ATLAS_CLIENT_ID', 'ATLAS_CLIENT_SECRET']);
  complainOfGaps('the API key', given, complain, ['ATLAS_PUBLIC_KEY', 'ATLAS_PRIVATE_KEY']);
  const account = serviceAccount(values.ATLAS_CLIENT_ID, values.ATLAS_CLIENT_SECRET);
  if (account !== null) return account;
  const { ATLAS_PUBLIC_KEY: publicKey, ATLAS_PRIVATE_KEY: privateKey } = values;
  if (publicKey !== null && privateKey !== null) return { kind: 'apiKey', publicKey, privateKey };
  const names: readonly VariableName[] = ['ATLAS_CLIENT_ID', 'ATLAS_CLIENT_SECRET', 'ATLAS_PUBLIC_KEY', 'ATLAS_PRIVATE_KEY'];
  if (names.every((name) => given[name] === undefined)) {
    complain('ATLAS_CLIENT_ID, ATLAS_CLIENT_SECRET: missing; create a service account in Atlas with a read-only role and set both');
  }
  return null;
}

/** The credentials of restores; absent: none of them run. */
export function restoreCredentialsOf(values: Values, given: Given, complain: Complain): ServiceAccount | null {
  complainOfGaps('the restoring service account', given, complain, ['ATLAS_RESTORE_CLIENT_ID', 'ATLAS_RESTORE_CLIENT_SECRET']);
  return serviceAccount(values.ATLAS_RESTORE_CLIENT_ID, values.ATLAS_RESTORE_CLIENT_SECRET);
}

function serviceAccount(clientId: string | null, clientSecret: string | null): ServiceAccount | null {
  return clientId === null || clientSecret === null ? null : { kind: 'serviceAccount', clientId, clientSecret };
}

/** Where state lives. On Vercel a file vanishes with its function, so a KV has to be there. */
export function storeOf(values: Values, given: Given, onVercel: boolean, complain: Complain): StoreSettings {
  complainOfGaps('the KV', given, complain, ['KV_REST_API_URL', 'KV_REST_API_TOKEN']);
  complainOfGaps('Upstash', given, complain, ['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN']);
  const pairs = [
    [values.KV_REST_API_URL, values.KV_REST_API_TOKEN],
    [values.UPSTASH_REDIS_REST_URL, values.UPSTASH_REDIS_REST_TOKEN],
  ] as const;
  for (const [url, token] of pairs) {
    if (url !== null && token !== null) return { kind: 'kv', url, token };
  }
  const names: readonly VariableName[] = ['KV_REST_API_URL', 'KV_REST_API_TOKEN', 'UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN'];
  if (onVercel && names.every((name) => given[name] === undefined)) {
    complain(
      'KV_REST_API_URL, KV_REST_API_TOKEN: missing; on Vercel state needs a KV (Storage → Upstash Redis), for a file vanishes there',
    );
  }
  return { kind: 'sqlite', path: values.STATE_PATH };
}

/** Each channel: on, off, or a complaint that names what is missing. What is set for a channel that only teams have serves them; null: they are not known. */
export function channelsOf(values: Values, given: Given, teams: readonly TeamConfig[] | null, complain: Complain): ChannelSettings {
  for (const id of CHANNEL_IDS) {
    const { traits, needs } = CHANNELS[id];
    const mayServeTeams = teams === null || teams.some(({ to }) => Object.hasOwn(to, id));
    complainOfGaps(traits.label, given, complain, needs, mayServeTeams ? [] : variablesOf(id));
  }
  return withPlainHosts(channelSettings(values), values.ALLOW_HTTP ?? []);
}

/** The channels by which the environment lets an acknowledgement come back. */
export function acknowledgedBy(given: Given): readonly ChannelId[] {
  return CHANNEL_IDS.filter((id) => acknowledgementVariables(id).some((name) => given[name] !== undefined));
}

/** Fails closed: without a choice nobody sees anything. */
export function accessOf(values: Values, given: Given, onVercel: boolean, complain: Complain): Access {
  const { STATUS_USERS: users, STATUS_ACCESS: choice } = values;
  if (given.STATUS_USERS !== undefined && given.STATUS_ACCESS !== undefined) {
    complain(
      'STATUS_USERS, STATUS_ACCESS: both are set, which is ambiguous; remove STATUS_ACCESS to ask for passwords, or STATUS_USERS not to',
    );
  }
  if (choice === 'vercel' && !onVercel) {
    complain(
      'STATUS_ACCESS: "vercel" says that Vercel guards the page, but this is not Vercel (VERCEL is not set), so the page would be open to everybody; ' +
        'set STATUS_USERS instead (`npm run user -- NAME`), or STATUS_ACCESS=public if everybody may see it',
    );
  }
  if (users === null) return { kind: choice ?? 'closed' };
  const names = users.map((user) => user.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) complain(`STATUS_USERS: "${twice}" is there twice; leave one line a person`);
  const weak = users.filter(({ hash }) => isWeakHash(hash)).map(({ name }) => name);
  if (weak.length > 0) {
    complain(
      `STATUS_USERS: the hash of ${weak.join(', ')} is so cheap that its password can be guessed: make the line again with \`npm run user -- NAME\``,
    );
  }
  return { kind: 'users', users };
}
