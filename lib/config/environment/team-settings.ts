import { z } from 'zod';
import { type ChannelSettings, NO_CHANNELS, recipientsInWords } from '../../deliver/channels/registry.ts';
import type { RosterEntry } from '../../route/route.ts';
import type { Environment, TeamSettings } from './environment.ts';
import type { Complain } from './variable-groups.ts';
import type { Reading } from '../../domain/settings/parse-value.ts';
import type { Config } from '../policy/policy-schema.ts';
import type { EnvironmentName, TeamConfig } from '../policy/team-schema.ts';
import { tooShort } from './short-secrets.ts';
import { VARIABLES, type Values } from './variables.ts';

/** Where teams' settings come from: the environment by name, and what it says of the channels for everybody. */
type TeamSources = {
  readonly source: Readonly<Record<string, string | undefined>>;
  readonly values: Pick<Values, 'PAGERDUTY_EVENTS_HOST' | 'SLACK_API_URL'>;
  readonly defaults: ChannelSettings;
  readonly complain: Complain;
};

type Secret = (wanted: EnvironmentName, field: string, read: (text: string) => Reading<string | null>) => string | null;

/** What a channel needs before it can reach other people than its own recipients. */
const NEEDS = {
  sms: 'needs Twilio; set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM and SMS_TO',
  email: 'needs a mail server; set SMTP_URL, EMAIL_FROM and EMAIL_TO',
} as const;

/** Complains of contacts to whom nothing could be sent. They are notified through the default channels, not through a team's. */
export function checkContacts(contacts: Config['contacts'], channels: ChannelSettings, complain: Complain): void {
  for (const kind of ['sms', 'email'] as const)
    if (contacts?.[kind]?.length && channels[kind] === null)
      complain(`restorewatch.config.ts contacts.${kind}: ${NEEDS[kind]}, or take it out there`);
}

/** Each team's own channels; what is missing in the environment is complained of with its place in restorewatch.config.ts. */
export function teamsOf(teams: readonly TeamConfig[], sources: TeamSources) {
  const secrets: string[] = [];
  const settings = teams.map((team, index): TeamSettings => {
    const secret: Secret = ({ env: name }, field, read) => {
      const text = (sources.source[name] ?? '').trim();
      const where = `restorewatch.config.ts asks for it in teams.${index}.to.${field}, for team ${team.name}`;
      if (text !== '') secrets.push(text);
      const reading = text === '' ? null : read(text);
      const short = reading?.ok ? tooShort(text) : null;
      if (reading?.ok && short === null) return reading.value;
      sources.complain(
        reading
          ? `${name}: ${reading.ok ? short : reading.problem} (its value is not shown); ${where}`
          : `${name}: not set; ${where}; set it, or take it out there`,
      );
      return null;
    };
    return { name: team.name, channels: channelsOf(team.to, `teams.${index}.to`, sources, secret) };
  });
  return { teams: settings, secrets };
}

function channelsOf(to: TeamConfig['to'], path: string, sources: TeamSources, secret: Secret): ChannelSettings {
  return {
    ...NO_CHANNELS,
    pagerduty: to.pagerduty ? pagerduty(to.pagerduty, sources, secret) : null,
    slack: to.slack ? slack(to.slack, path, sources, secret) : null,
    email: served(sources.defaults.email, to.email, `${path}.email: ${NEEDS.email}`, sources),
    sms: served(sources.defaults.sms, to.sms, `${path}.sms: ${NEEDS.sms}`, sources),
  };
}

function pagerduty(key: EnvironmentName, { values }: TeamSources, secret: Secret): ChannelSettings['pagerduty'] {
  const routingKey = secret(key, 'pagerduty', VARIABLES.PAGERDUTY_ROUTING_KEY.read);
  return routingKey === null ? null : { routingKey, host: values.PAGERDUTY_EVENTS_HOST };
}

function slack(
  { channel, token }: NonNullable<TeamConfig['to']['slack']>,
  path: string,
  { values, defaults, complain }: TeamSources,
  secret: Secret,
): ChannelSettings['slack'] {
  const own = token ? secret(token, 'slack.token', VARIABLES.SLACK_BOT_TOKEN.read) : (defaults.slack?.token ?? null);
  if (own === null && !token)
    complain(`restorewatch.config.ts ${path}.slack: needs a token; set SLACK_BOT_TOKEN and SLACK_CHANNEL_ID, or give it one of its own`);
  return own === null ? null : { token: own, channel, apiUrl: `${values.SLACK_API_URL}/` };
}

/** The server of a channel with other recipients; null if there are none. */
function served<T extends { readonly to: readonly string[] }>(
  server: T | null,
  to: readonly string[] | undefined,
  missing: string,
  { complain }: TeamSources,
): T | null {
  if (to === undefined) return null;
  if (server === null) complain(`restorewatch.config.ts ${missing}`);
  return server && { ...server, to };
}

/** Names recipients so that whoever knows them recognises them, and a log that holds the words gives nothing away. */
export function recipientsNamed(
  { id, team }: RosterEntry,
  { channels, teams }: Pick<Environment, 'channels' | 'teams'>,
  configs: readonly TeamConfig[],
): string {
  const settings = team === undefined ? channels : teams.find(({ name }) => name === team)?.channels;
  const to: Readonly<Record<string, unknown>> = configs.find(({ name }) => name === team)?.to ?? {};
  return recipientsInWords(id, settings, ENTRY_BY_NAME.safeParse(to[id]).data?.env ?? null);
}

/** A team's entry that consists of the name of a variable. */
const ENTRY_BY_NAME = z.object({ env: z.string() });
