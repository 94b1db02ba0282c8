import type { ChannelSettings, TeamSettings } from './environment.ts';
import type { Complain } from './groups.ts';
import type { Reading } from './parsers.ts';
import type { EnvironmentName, TeamConfig } from './teams.ts';
import { VARIABLES, type Values } from './variables.ts';

/** Where teams' settings come from: the environment by name, and what it says of the channels for everybody. */
export type TeamSources = {
  readonly source: Readonly<Record<string, string | undefined>>;
  readonly values: Pick<Values, 'PAGERDUTY_EVENTS_HOST' | 'SLACK_API_URL'>;
  readonly defaults: ChannelSettings;
  readonly complain: Complain;
};

export type ReadTeams = { readonly teams: readonly TeamSettings[]; readonly secrets: readonly string[] };

type Secret = (wanted: EnvironmentName, field: string, read: (text: string) => Reading<string | null>) => string | null;

/** Each team's own channels; what is missing in the environment is complained of with its place in restorable.config.ts. */
export function teamsOf(teams: readonly TeamConfig[], sources: TeamSources): ReadTeams {
  const secrets: string[] = [];
  const settings = teams.map((team, index) => {
    const secret: Secret = ({ env: name }, field, read) => {
      const text = (sources.source[name] ?? '').trim();
      const where = `restorable.config.ts asks for it in teams.${index}.to.${field}, for team ${team.name}`;
      if (text !== '') secrets.push(text);
      const reading = text === '' ? null : read(text);
      if (reading?.ok) return reading.value;
      sources.complain(
        reading
          ? `${name}: ${reading.problem} (its value is not shown); ${where}`
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
    pagerduty: to.pagerduty ? pagerduty(to.pagerduty, sources, secret) : null,
    slack: to.slack ? slack(to.slack, path, sources, secret) : null,
    email: to.email
      ? served(sources.defaults.email, to.email, `${path}.email: needs a mail server; set SMTP_URL, EMAIL_FROM and EMAIL_TO`, sources)
      : null,
    sms: to.sms
      ? served(
          sources.defaults.sms,
          to.sms,
          `${path}.sms: needs Twilio; set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM and SMS_TO`,
          sources,
        )
      : null,
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
    complain(`restorable.config.ts ${path}.slack: needs a token; set SLACK_BOT_TOKEN and SLACK_CHANNEL_ID, or give it one of its own`);
  return own === null ? null : { token: own, channel, apiUrl: `${values.SLACK_API_URL}/` };
}

/** The server of a channel with other recipients. */
function served<T extends { readonly to: readonly string[] }>(
  server: T | null,
  to: readonly string[],
  missing: string,
  { complain }: TeamSources,
): T | null {
  if (server === null) complain(`restorable.config.ts ${missing}`);
  return server && { ...server, to };
}
