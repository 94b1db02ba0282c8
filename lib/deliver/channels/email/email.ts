import { maskedMail } from '../../../domain/masked.ts';
import { createHash } from 'node:crypto';
import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import { describe, field, lost } from '../../attempt/provider-answer.ts';
import { channelOf } from '../../attempt/attempt.ts';
import type { Notification, Outcome } from '../../attempt/channel.ts';
import { mailOf } from './email-message.ts';
import { type MailServer, passwordIn, serverAt, serverHost, smtpAddress } from './mail-server.ts';
import { listOf, matching } from '../../../domain/settings/parse-value.ts';
import { optional } from '../../../domain/settings/variable.ts';
import type { Duration } from '../../../domain/time.ts';
import { defineChannel } from '../../attempt/define-channel.ts';

type EmailSettings = MailServer & { readonly from: string; readonly to: readonly string[] };

const mailAddress = matching(/^([^<>,\r\n]*<)?[^\s<>@,]+@[^\s<>@,]+>?$/, 'a mail address');

/** Mail by SMTP, one for each recipient. Its Message-ID is derived from the delivery, so that a repeated mail is the same mail. */
export const email = defineChannel({
  traits: {
    label: 'email',
    rings: false,
    tracksIncidents: false,
    threads: true,
    edits: false,
    digest: true,
    repeats: ['P0', 'P1', 'P2'],
    lanes: { abreast: 4, claimed: 30 },
  },
  variables: {
    SMTP_URL: optional('Email', smtpAddress, {
      secret: true,
      description:
        '`smtps://`, or `smtp://` for a server that offers STARTTLS, with user and password where needed; `?tls=optional` says that mail may go unencrypted',
    }),
    EMAIL_FROM: optional('Email', mailAddress, { description: 'sender' }),
    EMAIL_TO: optional('Email', listOf(mailAddress), { description: 'recipients, by comma' }),
  },
  needs: ['SMTP_URL', 'EMAIL_FROM', 'EMAIL_TO'],
  settings: ({ SMTP_URL: smtpUrl, EMAIL_FROM: from, EMAIL_TO: to }): EmailSettings | null =>
    smtpUrl === null || from === null || to === null ? null : { smtpUrl, from, to },
  secrets: (settings) => [settings.smtpUrl, ...passwordIn(settings)],
  ask: async (settings, timeout) => {
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({ ...serverAt(settings), ...limits(timeout) });
    try {
      // Greets, signs in where the address has a user, and leaves.
      await transport.verify();
      return 'the mail server takes its user and password';
    } finally {
      transport.close();
    }
  },
  recipients: ({ to }) => to.map(maskedMail).join(', '),
  withContacts: (settings, people) => ({ ...settings, to: [...settings.to, ...people] }),
  withPlainHosts: (settings, hosts): EmailSettings => (hosts.includes(serverHost(settings)) ? { ...settings, plain: true } : settings),
  open: (settings, timeout, redact) =>
    channelOf({
      id: 'email',
      recipients: settings.to.length,
      people: settings.to.map((one) => ({ address: bareAddress(one), masked: maskedMail(bareAddress(one)) })),
      limit: timeout,
      redact,
      attempt: (notification, signal) => send(settings, timeout, notification, signal),
    }),
});

/** The address of "Dana <dana@example.com>". */
function bareAddress(to: string): string {
  return /<([^>]*)>/.exec(to)?.[1] ?? to;
}

async function send(settings: EmailSettings, timeout: Duration, notification: Notification, signal: AbortSignal): Promise<Outcome> {
  const to = settings.to[notification.recipient];
  if (to === undefined) return { result: 'rejected', error: `SMTP: there is no recipient ${notification.recipient + 1} any more` };
  const { createTransport } = await import('nodemailer');
  const progress = { bodySent: false };
  const transport = createTransport({ ...serverAt(settings), ...limits(timeout), logger: watcher(progress) });
  try {
    // `signal` is nodemailer 10's; its types are older.
    const mail = { ...headers(settings, to, notification), ...mailOf(notification), signal };
    const info = await transport.sendMail(mail);
    if (/^250\b/.test(info.response)) return { result: 'accepted', receipt: info.messageId };
    return { result: 'unknown', error: `SMTP answered ${info.response}` };
  } catch (error) {
    return outcomeOf(error, progress.bodySent);
  } finally {
    transport.close();
  }
}

/** What to do where STARTTLS is required and could not be had. */
const NO_TLS = '; the server must offer STARTTLS: use smtps://, or add ?tls=optional to SMTP_URL if mail may go unencrypted';

/** Where the server replied 4xx or 5xx, its reply decides; where it did not, whether the whole message had gone out. */
function outcomeOf(error: unknown, bodySent: boolean): Outcome {
  const message = `SMTP: ${describe(error)}${field(error, 'code') === 'ETLS' ? NO_TLS : ''}`;
  const reply = field(error, 'responseCode');
  if (typeof reply === 'number' && reply >= 500) return { result: 'rejected', error: message };
  if ((typeof reply === 'number' && reply >= 400) || !bodySent) return { result: 'failed', error: message, retryAfter: null };
  return lost('SMTP', error);
}

/** nodemailer's own limits are 2 minutes to connect and 10 of silence. */
function limits(timeout: Duration): SMTPTransport.Options {
  const own = { connectionTimeout: timeout, greetingTimeout: timeout, socketTimeout: timeout, dnsTimeout: timeout };
  return { ...own, disableFileAccess: true, disableUrlAccess: true };
}

/** Logs nothing; nodemailer's entry `tnx: 'message'` is the one sign that the whole message has been written to the socket. */
function watcher(progress: { bodySent: boolean }): Exclude<SMTPTransport.Options['logger'], boolean | undefined> {
  const nothing = (): void => {};
  const info = (entry: unknown): void => {
    if (field(entry, 'tnx') === 'message') progress.bodySent = true;
  };
  return { level: nothing, trace: nothing, debug: nothing, info, warn: nothing, error: nothing, fatal: nothing };
}

function headers({ from }: EmailSettings, to: string, notification: Notification): SMTPTransport.MailOptions {
  const domain = /@([^\s>@]+)>?\s*$/.exec(from)?.[1] ?? 'restorewatch.invalid';
  const root =
    notification.root === null
      ? {}
      : { inReplyTo: messageId(notification.root.key, to, domain), references: messageId(notification.root.key, to, domain) };
  // RFC 3834 and Microsoft's MS-OXCMAIL: no vacation answers to an alarm.
  const automatic = {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'List-ID': `Restorewatch <restorewatch.${domain}>`,
  };
  return { from, to, messageId: messageId(notification.key, to, domain), ...root, headers: automatic, date: new Date(notification.now) };
}

function messageId(key: string, to: string, domain: string): string {
  return `<${createHash('sha256')
    .update(JSON.stringify([key, to]))
    .digest('hex')
    .slice(0, 40)}@${domain}>`;
}
