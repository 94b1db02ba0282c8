import type { ChannelSettings } from './environment.ts';
import type { Complain } from './groups.ts';

/** The people of the last rung, as restorable.config.ts names them. */
export type ContactsConfig = { readonly sms?: readonly string[] | undefined; readonly email?: readonly string[] | undefined };

/** They are told by the channels that everybody is told by: without one, nobody would ever hear of it, and that is complained of. */
export function checkContacts({ sms = [], email = [] }: ContactsConfig, channels: ChannelSettings, complain: Complain): void {
  const where = (kind: 'sms' | 'email', needs: string): string =>
    `restorable.config.ts contacts.${kind}: needs ${needs}, or take it out there`;
  if (sms.length > 0 && channels.sms === null)
    complain(where('sms', 'Twilio; set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM and SMS_TO'));
  if (email.length > 0 && channels.email === null) complain(where('email', 'a mail server; set SMTP_URL, EMAIL_FROM and EMAIL_TO'));
}
