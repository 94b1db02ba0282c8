import { expect, test } from 'vitest';
import { EnvironmentError, readEnvironment } from '../../../lib/config/environment/read-environment.ts';
import type { Config } from '../../../lib/config/policy/policy-schema.ts';
import { COMPLETE, LEAST } from './environment-source.ts';

const PEOPLE = { sms: ['+15005550006'], email: ['cto@example.com'] };

function problems(source: Readonly<Record<string, string | undefined>>, contacts: Config['contacts']): readonly string[] {
  try {
    readEnvironment(source, { contacts });
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

test('contacts without a channel to reach them are refused at the start, with their path and what to set', () =>
  expect(problems(LEAST, PEOPLE)).toEqual([
    'restorewatch.config.ts contacts.sms: needs Twilio; set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM and SMS_TO, or take it out there',
    'restorewatch.config.ts contacts.email: needs a mail server; set SMTP_URL, EMAIL_FROM and EMAIL_TO, or take it out there',
  ]));

test.for<readonly [string, typeof LEAST, Config['contacts']]>([
  ['whose channels are configured', COMPLETE, PEOPLE],
  ['of whom there are none', LEAST, { sms: [], email: [] }],
  ['that nobody named', LEAST, undefined],
])('contacts %s are fine', ([, source, contacts]) => expect(problems(source, contacts)).toEqual([]));
