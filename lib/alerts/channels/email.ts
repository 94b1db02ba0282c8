import { createHash } from 'node:crypto';
import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import { describe, field, lost } from './answers.ts';
import { channelOf } from './attempt.ts';
import type { Channel, Letter, Outcome } from './channel.ts';
import { mailOf } from './email-message.ts';
import type { Duration } from '../../domain/time.ts';

export type EmailSettings = { readonly smtpUrl: string; readonly from: string; readonly to: readonly string[] };

/** Mail by SMTP, one for each recipient. Its Message-ID is derived from the delivery, so that a repeated mail is the same mail. */
export function emailChannel(settings: EmailSettings, timeout: Duration, redact: (text: string) => string): Channel {
  const attempt = (letter: Letter, signal: AbortSignal): Promise<Outcome> => send(settings, timeout, letter, signal);
  return channelOf({ id: 'email', recipients: settings.to.length, limit: timeout, redact, attempt });
}

async function send(settings: EmailSettings, timeout: Duration, letter: Letter, signal: AbortSignal): Promise<Outcome> {
  const to = settings.to[letter.recipient];
  if (to === undefined) return { result: 'rejected', error: `SMTP: there is no recipient ${letter.recipient + 1} any more` };
  const { createTransport } = await import('nodemailer');
  const progress = { bodySent: false };
  const transport = createTransport({ ...server(settings.smtpUrl), ...limits(timeout), logger: watcher(progress) });
  try {
    // `signal` is nodemailer 10's; its types are older.
    const mail = { ...headers(settings, to, letter), ...mailOf(letter), signal };
    const info = await transport.sendMail(mail);
    if (/^250\b/.test(info.response)) return { result: 'accepted', receipt: info.messageId };
    return { result: 'unknown', error: `SMTP answered ${info.response}` };
  } catch (error) {
    return outcomeOf(error, progress.bodySent);
  } finally {
    transport.close();
  }
}

/** Where the server replied 4xx or 5xx, its reply decides; where it did not, whether the whole message had gone out. */
function outcomeOf(error: unknown, bodySent: boolean): Outcome {
  const said = `SMTP: ${describe(error)}`;
  const reply = field(error, 'responseCode');
  if (typeof reply === 'number' && reply >= 500) return { result: 'rejected', error: said };
  if ((typeof reply === 'number' && reply >= 400) || !bodySent) return { result: 'failed', error: said, retryAfter: null };
  return lost('SMTP', error);
}

/** Read here and not by nodemailer, whose URL options could switch on a log with the password in it. */
function server(smtpUrl: string): SMTPTransport.Options {
  const url = new URL(smtpUrl);
  const secure = url.protocol === 'smtps:';
  const auth = url.username === '' ? {} : { auth: { user: decoded(url.username), pass: decoded(url.password) } };
  const flag = (name: string): boolean => url.searchParams.get(name) === 'true';
  const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    secure,
    requireTLS: flag('requireTLS'),
    ignoreTLS: flag('ignoreTLS'),
    ...auth,
  };
}

/** A part of a URL as it was meant; one that is not well encoded is taken as it stands. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
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

function headers({ from }: EmailSettings, to: string, letter: Letter): SMTPTransport.MailOptions {
  const domain = /@([^\s>@]+)>?\s*$/.exec(from)?.[1] ?? 'restorable.invalid';
  const root =
    letter.root === null ? {} : { inReplyTo: messageId(letter.root.key, to, domain), references: messageId(letter.root.key, to, domain) };
  // RFC 3834 and Microsoft's MS-OXCMAIL: no vacation answers to an alarm.
  const automatic = {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'List-ID': `Restorable <restorable.${domain}>`,
  };
  return { from, to, messageId: messageId(letter.key, to, domain), ...root, headers: automatic, date: new Date(letter.now) };
}

function messageId(key: string, to: string, domain: string): string {
  return `<${createHash('sha256')
    .update(JSON.stringify([key, to]))
    .digest('hex')
    .slice(0, 40)}@${domain}>`;
}
