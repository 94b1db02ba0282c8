import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import { address, hostOf, isLoopback, type Reading } from '../../../domain/settings/parse-value.ts';
import { percentDecoded } from '../../../domain/text.ts';

/** `plain`: ALLOW_HTTP names its host, so that it need not offer STARTTLS. */
export type MailServer = { readonly smtpUrl: string; readonly plain?: true };

/** SMTP_URL, whose query may say how much TLS is wanted. What contradicts itself or is misspelt is refused, for whoever wrote it believes in it. */
export function smtpAddress(text: string): Reading<string> {
  const reading = address('smtp:', 'smtps:')(text);
  if (!reading.ok) return reading;
  const { searchParams: query, protocol } = new URL(text);
  const misspelt = Object.keys(SPELT).find((name) => isMisspelt(query, name));
  if (misspelt !== undefined) return wrong(SPELT[misspelt] ?? misspelt);
  const tls = query.get('tls');
  if (tls !== null && (protocol === 'smtps:' || isSet(query, 'requireTLS')))
    return wrong('asks for TLS and says tls=optional; take out one of the two');
  if (isSet(query, 'ignoreTLS') && tls === null && !isLoopback(hostOf(text)))
    return wrong('has ignoreTLS=true, which sends the password unencrypted; take it out, or add tls=optional if this is meant');
  return reading;
}

/** The parameters of the query that are read, all of them about TLS, each with what it may say. */
const SPELT: Readonly<Record<string, string>> = {
  tls: 'may have ?tls=optional, which lets mail go unencrypted, and no other value of tls',
  requireTLS: 'may have requireTLS=true or requireTLS=false, once and spelt so',
  ignoreTLS: 'may have ignoreTLS=true or ignoreTLS=false, once and spelt so',
};

/** Whether the query names it in other letters, twice, or with a value that would be ignored. */
function isMisspelt(query: URLSearchParams, name: string): boolean {
  const given = [...query].filter(([one]) => one.toLowerCase() === name.toLowerCase());
  const values = name === 'tls' ? ['optional'] : ['true', 'false'];
  return given.length > 1 || given.some(([one, value]) => one !== name || !values.includes(value));
}

function wrong(problem: string): Reading<never> {
  return { ok: false, problem };
}

export function serverHost({ smtpUrl }: MailServer): string {
  return hostOf(smtpUrl);
}

/**
 * Where and how nodemailer connects. By smtp:// it has to find STARTTLS, except on this machine and where somebody said that it need not. The address is
 * read here and not by nodemailer, whose URL options could switch on a log with the password in it.
 */
export function serverAt(server: MailServer): SMTPTransport.Options {
  const url = new URL(server.smtpUrl);
  const secure = url.protocol === 'smtps:';
  const isOptional = isLoopback(serverHost(server)) || server.plain === true || url.searchParams.get('tls') === 'optional';
  return {
    host: serverHost(server),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && (!isOptional || isSet(url.searchParams, 'requireTLS')),
    ignoreTLS: isOptional && isSet(url.searchParams, 'ignoreTLS'),
    ...(url.username !== '' && { auth: { user: percentDecoded(url.username), pass: percentDecoded(url.password) } }),
  };
}

function isSet(query: URLSearchParams, name: string): boolean {
  return query.get(name) === 'true';
}

/** The password as it is written and as it is meant. */
export function passwordIn({ smtpUrl }: MailServer): readonly string[] {
  const { password } = new URL(smtpUrl);
  return password === '' ? [] : [password, percentDecoded(password)];
}
