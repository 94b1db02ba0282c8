import { describe, expect, test } from 'vitest';
import { EnvironmentError, readEnvironment } from '../../../lib/config/environment/read-environment.ts';
import { type Config, ConfigError, defineConfig, env } from '../../../lib/config/policy/define-config.ts';
import { COMPLETE, LEAST } from '../environment/environment-source.ts';

type Team = NonNullable<Config['teams']>[number];

function team(to: Team['to'], changes: Partial<Team> = {}): Team {
  return { name: 'payments', match: { project: 'shop' }, to, ...changes };
}

const KEY = 'PaymentsKeyOf32charactersAbcdefg';
const FULL = team({
  pagerduty: env('PD_PAYMENTS'),
  slack: { channel: 'C0999999999', token: env('SLACK_PAYMENTS') },
  email: ['pay@example.com'],
  sms: ['+15005550010'],
});
const GIVEN = { ...COMPLETE, PD_PAYMENTS: KEY, SLACK_PAYMENTS: 'xoxb-payments-secret' };

function refusal(teams: Team[], source: Readonly<Record<string, string | undefined>>): string {
  try {
    readEnvironment(source, { teams });
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
  return '';
}

function mistake(...teams: readonly unknown[]): string {
  try {
    // Proof: what is no team is what is tried here; defineConfig is to refuse it.
    defineConfig({ teams: teams as Team[] });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('the settings of a team', () => {
  test('are its own recipients on the channels that the environment has', () => {
    const [read] = readEnvironment(GIVEN, { teams: [FULL] }).teams;
    expect(read).toMatchObject({
      name: 'payments',
      channels: {
        pagerduty: { routingKey: KEY, host: 'events.pagerduty.com' },
        slack: { token: 'xoxb-payments-secret', channel: 'C0999999999', apiUrl: 'https://slack.com/api/' },
        email: { from: COMPLETE.EMAIL_FROM, to: ['pay@example.com'] },
        sms: { from: COMPLETE.TWILIO_FROM, to: ['+15005550010'] },
      },
    });
  });

  test('leave out what the team leaves out, and borrow Slack’s token', () => {
    const [read] = readEnvironment(COMPLETE, { teams: [team({ slack: { channel: 'C0999999999' } })] }).teams;
    expect(read?.channels).toMatchObject({ pagerduty: null, email: null, sms: null, slack: { token: COMPLETE.SLACK_BOT_TOKEN } });
  });

  test('are secrets', () =>
    expect(readEnvironment(GIVEN, { teams: [FULL] }).secrets).toEqual(expect.arrayContaining([KEY, 'xoxb-payments-secret'])));

  test('are empty without teams', () => expect(readEnvironment(COMPLETE).teams).toEqual([]));

  test.for<[string, Team, Readonly<Record<string, string | undefined>>, readonly string[]]>([
    [
      'a variable that is not set',
      FULL,
      { ...GIVEN, PD_PAYMENTS: undefined },
      ['PD_PAYMENTS: not set', 'teams.0.to.pagerduty', 'team payments', 'set it, or take it out'],
    ],
    ['an empty variable', FULL, { ...GIVEN, SLACK_PAYMENTS: ' ' }, ['SLACK_PAYMENTS: not set', 'teams.0.to.slack.token']],
    [
      'a key of the wrong shape',
      FULL,
      { ...GIVEN, PD_PAYMENTS: 'cut-short-key' },
      ['PD_PAYMENTS: must be the 32 letters', 'teams.0.to.pagerduty', 'not shown'],
    ],
    ['email without a mail server', team({ email: ['a@example.com'] }), LEAST, ['teams.0.to.email', 'SMTP_URL']],
    ['SMS without Twilio', team({ sms: ['+15005550010'] }), LEAST, ['teams.0.to.sms', 'TWILIO_ACCOUNT_SID']],
    ['Slack without any token', team({ slack: { channel: 'C0999999999' } }), LEAST, ['teams.0.to.slack', 'SLACK_BOT_TOKEN']],
  ])('%s stops the start with its place, what to do, and no value', ([, one, source, words]) => {
    const message = refusal([one], source);
    for (const word of words) expect(message).toContain(word);
    expect(message).not.toMatch(/cut-short-key|xoxb-payments/);
  });

  test('are refused in one message with all other problems', () => {
    const message = refusal([FULL], { ...GIVEN, PD_PAYMENTS: '', SLACK_PAYMENTS: '', STATUS_URL: 'nothing' });
    expect(message).toContain('3 problems');
  });
});

describe('a team in restorewatch.config.ts', () => {
  test('that is complete is accepted', () => expect(mistake(FULL, team({ email: ['a@example.com'] }, { name: 'data' }))).toBe(''));

  test.for<[string, readonly unknown[], readonly string[]]>([
    ['a secret instead of a name', [team({ pagerduty: KEY as never })], ['teams.0.to.pagerduty', "env('PD_PAYMENTS')"]],
    ['a secret as a name', [team({ pagerduty: env('R0UT1NGKEY0F32CHARACTERSABCDEFGH') })], ['teams.0.to.pagerduty.env', 'never the value']],
    ['no recipient', [team({})], ['teams.0.to', 'name recipients']],
    ['a match of everything', [team({ email: ['a@example.com'] }, { match: {} })], ['teams.0.match', 'name a project']],
    ['a name that is there twice', [FULL, FULL], ['teams.1.name', 'another team "payments"']],
    ['a name that cannot stand in a key', [team({ email: ['a@example.com'] }, { name: 'a/b' })], ['teams.0.name']],
    [
      'a check that there is not',
      [team({ email: ['a@example.com'] }, { match: { check: 'backups' as never } })],
      ['teams.0.match.check', 'backup-age'],
    ],
    ['a tag without a value', [team({ email: ['a@example.com'] }, { match: { tag: 'tier' } })], ['teams.0.match.tag', 'key=value']],
    ['a channel’s name instead of its id', [team({ slack: { channel: '#payments' } })], ['teams.0.to.slack.channel', 'channel id']],
    ['a channel that there is not', [team({ fax: ['1'] } as never)], ['teams.0.to', 'fax']],
  ])('with %s is refused with its path and no value', ([, teams, words]) => {
    const message = mistake(...teams);
    for (const word of words) expect(message).toContain(word);
    expect(message).not.toMatch(/PaymentsKey|R0UT1NG/);
  });
});
