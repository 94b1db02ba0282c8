import { EnvironmentError, readEnvironment } from '../../../lib/config/environment/read-environment.ts';

/** A complete environment whose values are all valid; tests take things away or spoil them. */
export const COMPLETE = {
  ATLAS_BASE_URL: 'https://cloud.mongodb.com',
  ATLAS_CLIENT_ID: 'mdb_sa_id_0123456789',
  ATLAS_CLIENT_SECRET: 'mdb_sa_sk_secret-of-atlas',
  CRON_SECRET: 'cron-secret-of-thirty-two-characters',
  KV_REST_API_URL: 'https://kv.example.com',
  KV_REST_API_TOKEN: 'kv-token-secret',
  PAGERDUTY_ROUTING_KEY: 'R0utingKeyOf32charactersAbcdefgh',
  SLACK_BOT_TOKEN: 'xoxb-slack-secret',
  SLACK_CHANNEL_ID: 'C0123456789',
  SMTP_URL: 'smtps://mailer:p%40ssword-of-mail@mail.example.com',
  EMAIL_FROM: 'Restorewatch <restorewatch@example.com>',
  EMAIL_TO: 'oncall@example.com, db@example.com',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'twilio-token-secret',
  TWILIO_FROM: '+15005550006',
  SMS_TO: '+15005550010,+4915112345678',
  WEBHOOK_URL: 'https://hooks.example.com/restorewatch/path-of-the-webhook',
  WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  STATUS_URL: 'https://status.example.com/',
  STATUS_ACCESS: 'public',
} as const satisfies Readonly<Record<string, string>>;

/** The least that starts. */
export const LEAST = { ATLAS_CLIENT_ID: COMPLETE.ATLAS_CLIENT_ID, ATLAS_CLIENT_SECRET: COMPLETE.ATLAS_CLIENT_SECRET } as const;

type Source = Readonly<Record<string, string | undefined>>;

/** What the environment is refused with; empty where it is taken. */
export function refusal(source: Source): string {
  try {
    readEnvironment(source);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
  return '';
}
