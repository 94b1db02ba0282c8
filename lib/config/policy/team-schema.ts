import { z } from 'zod';
import type { TeamRule } from '../../domain/policy/policy.ts';
import { CHECK_IDS } from '../../evaluate/checks/registry.ts';
import { anyGiven, name, nonEmpty, phoneNumber, priority, settings, tag, uniqueNames } from './policy-fields.ts';
import { override } from './override.ts';

/** The name of an environment variable that holds a secret, so that the secret itself stays out of restorewatch.config.ts. */
export type EnvironmentName = { readonly env: string };

/** A secret of a team: `pagerduty: env('PD_PAYMENTS')`. It is read from that variable at the start, never from the configuration. */
export function env(name: string): EnvironmentName {
  return { env: name };
}

const HOW = "write env('PD_PAYMENTS'): the name of the variable that holds it, never the value itself";
export const variable = z.strictObject(
  // An integration key of PagerDuty's is 32 letters and digits; a name of that shape is surely the key itself.
  { env: z.string().refine((name) => /^[A-Z][A-Z0-9_]*$/.test(name) && !/^[A-Z0-9]{32}$/.test(name), HOW) },
  { error: HOW },
);

/** Who is notified of what, instead of the default recipients that the environment names. The first team that fits is notified. */
const team = z.strictObject({
  name,
  /** All that are given must fit. Project and cluster by name or id. */
  match: settings({
    project: nonEmpty,
    cluster: nonEmpty,
    tag,
    check: z.enum(CHECK_IDS, `there is no such check; there are ${CHECK_IDS.join(', ')}`),
    priority,
  }).refine(anyGiven, 'name a project, cluster, tag, check or priority; whatever fits no team goes to the default recipients'),
  /** A channel that is left out here goes to its default recipients, if it has any. Slack without a token of its own takes SLACK_BOT_TOKEN. */
  to: settings({
    pagerduty: variable,
    slack: z.strictObject({
      channel: z.string().regex(/^[A-Z0-9]{8,16}$/, 'a channel id such as C0123456789, not its name'),
      token: variable.optional(),
    }),
    email: z.array(z.email('a mail address')).min(1, 'name a recipient, or leave the line out'),
    sms: z.array(phoneNumber).min(1, 'name a recipient, or leave the line out'),
  }).refine(anyGiven, 'name recipients: pagerduty, slack, email or sms'),
});

export const teamsSchema = z.array(team).superRefine(uniqueNames('team '));

export type TeamConfig = z.input<typeof team>;

/** The names of the teams and what they are responsible for. */
export function teamRules(teams: readonly TeamConfig[]): readonly TeamRule[] {
  return teams.map(({ name: called, match: { tag: wanted, ...match } }) => {
    const [key, ...value] = wanted?.split('=') ?? [];
    return {
      name: called,
      match: override<TeamRule['match']>({}, { ...match, ...(key !== undefined && { tag: { key, value: value.join('=') } }) }),
    };
  });
}
