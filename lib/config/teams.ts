import { z } from 'zod';
import { CHECK_IDS, PRIORITIES, type TeamRule } from '../domain/policy.ts';

/** The name of an environment variable that holds a secret, so that the secret itself stays out of restorable.config.ts. */
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

const someOf = (what: string) => [(fields: object) => Object.values(fields).some((value) => value !== undefined), what] as const;

/** Who is told of what, instead of the default recipients that the environment names. The first team that fits is told. */
const team = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, 'a name of letters, digits, dots and dashes, at most 40'),
  /** All that are given must fit. Project and cluster by name or id. */
  match: z
    .strictObject({
      project: z.string().min(1).optional(),
      cluster: z.string().min(1).optional(),
      tag: z
        .string()
        .regex(/^[^=]+=.*$/, 'write a tag as key=value')
        .optional(),
      check: z.enum(CHECK_IDS, `there is no such check; there are ${CHECK_IDS.join(', ')}`).optional(),
      priority: z.enum(PRIORITIES, 'P0, P1 or P2').optional(),
    })
    .refine(...someOf('name a project, cluster, tag, check or priority; whatever fits no team goes to the default recipients')),
  /** A channel that is left out here goes to its default recipients, if it has any. Slack without a token of its own takes SLACK_BOT_TOKEN. */
  to: z
    .strictObject({
      pagerduty: variable.optional(),
      slack: z
        .strictObject({
          channel: z.string().regex(/^[A-Z0-9]{8,16}$/, 'a channel id such as C0123456789, not its name'),
          token: variable.optional(),
        })
        .optional(),
      email: z.array(z.email('a mail address')).min(1, 'name a recipient, or leave the line out').optional(),
      sms: z
        .array(z.string().regex(/^\+[1-9]\d{6,14}$/, 'a number as +15005550006'))
        .min(1, 'name a recipient, or leave the line out')
        .optional(),
    })
    .refine(...someOf('name recipients: pagerduty, slack, email or sms')),
});

export const teamsSchema = z.array(team).superRefine((teams, context) => {
  const names = teams.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice !== -1)
    context.addIssue({
      code: 'custom',
      path: [twice, 'name'],
      message: `there is another team "${names[twice]}"; give each a name of its own`,
    });
});

export type TeamConfig = z.input<typeof team>;

/** The part of the teams that decides: names and what they look after. */
export function teamRules(teams: readonly TeamConfig[]): readonly TeamRule[] {
  return teams.map(({ name, match: { tag, project, cluster, check, priority } }) => {
    const [key, ...value] = tag?.split('=') ?? [];
    const match = {
      ...(project !== undefined && { project }),
      ...(cluster !== undefined && { cluster }),
      ...(key !== undefined && { tag: { key, value: value.join('=') } }),
      ...(check !== undefined && { check }),
      ...(priority !== undefined && { priority }),
    };
    return { name, match };
  });
}
