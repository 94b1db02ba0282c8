import { expect, test } from 'vitest';
import { EnvironmentError, readEnvironment } from '../../lib/config/env.ts';
import { COMPLETE, LEAST } from './environment-source.ts';

const PEOPLE = { sms: ['+15005550006'], email: ['cto@example.com'] };

function problems(
  source: Readonly<Record<string, string | undefined>>,
  contacts: Parameters<typeof readEnvironment>[3],
): readonly string[] {
  try {
    readEnvironment(source, [], [], contacts);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

test('contacts whom no channel could tell are complained of at the start, with their place and what to set', () =>
  expect(problems(LEAST, PEOPLE)).toEqual([
    'restorable.config.ts contacts.sms: needs Twilio; set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM and SMS_TO, or take it out there',
    'restorable.config.ts contacts.email: needs a mail server; set SMTP_URL, EMAIL_FROM and EMAIL_TO, or take it out there',
  ]));

test.for([
  ['whose channels are configured', COMPLETE, PEOPLE],
  ['of whom there are none', LEAST, { sms: [], email: [] }],
  ['that nobody named', LEAST, undefined],
] as const)('contacts %s are fine', ([, source, contacts]) => expect(problems(source, contacts)).toEqual([]));
