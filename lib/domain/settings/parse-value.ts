/** What a variable's text came to: a value, or what is wrong with it and what to write instead. Never quotes the text. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };
export type Parser<T> = (text: string) => Reading<T>;

function good<T>(value: T): Reading<T> {
  return { ok: true, value };
}

function bad(problem: string): Reading<never> {
  return { ok: false, problem };
}

/** Takes whatever matches, else says what was expected. */
export function matching(pattern: RegExp, expected: string): Parser<string> {
  return (text) => (pattern.test(text) ? good(text) : bad(`must be ${expected}`));
}

/** Control characters and what is not ASCII can't travel in a header, where most of these values go. */
export const token = matching(/^[\x21-\x7e]+$/, 'printable ASCII without spaces; copy it again from where it was issued');

export function oneOf<const T extends string>(...allowed: readonly T[]): Parser<T> {
  return (text) => {
    const found = allowed.find((value) => value === text);
    return found === undefined ? bad(`must be ${allowed.map((value) => `"${value}"`).join(' or ')}`) : good(found);
  };
}

/** A whole number within bounds, both included. */
export function wholeNumber(least: number, most: number): Parser<number> {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? good(value) : bad(`must be a whole number from ${least} to ${most}`);
  };
}

/** Items by comma, none of them empty or twice; the parser of one item says what is wrong with it. */
export function listOf<T>(item: Parser<T>): Parser<readonly T[]> {
  return (text) => {
    const parts = text.split(',').map((part) => part.trim());
    const unique = parts.filter((part, index) => part !== '' && parts.indexOf(part) === index);
    if (unique.length === 0) return bad('must name at least one, separated by commas');
    const readings = unique.map(item);
    const values = readings.flatMap((reading) => (reading.ok ? [reading.value] : []));
    const wrong = readings.findIndex((reading) => !reading.ok);
    const first = readings[wrong];
    return first === undefined || first.ok ? good(values) : bad(`item ${wrong + 1} of ${unique.length} ${first.problem}`);
  };
}

/** An address of one of the schemes ("https:"), given back as it was written. */
export function address(...schemes: readonly string[]): Parser<string> {
  const expected = `must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`;
  return (text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    return url !== null && schemes.includes(url.protocol) && url.hostname !== '' && text.includes('://') ? good(text) : bad(expected);
  };
}

/** An address that something is sent to which is not for other eyes. That http:// is for loopback alone is held for every variable by lib/config/environment/clear-text.ts. */
export function secureAddress(text: string): Reading<string> {
  const reading = address('https:', 'http:')(text);
  if (!reading.ok || !hasCredentials(text)) return reading;
  return bad('must not carry a user or a password: no request can be made to such an address');
}

/** The host of an address in the one form in which two spellings of it are equal: lower case, an IPv6 address without its brackets. */
export function hostOf(url: string): string {
  return new URL(url).hostname.toLowerCase().replace(/^\[|\]$/g, '');
}

/** Is it this machine itself, so that what is sent there crosses no network? */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host);
}

/** Would what is sent to this URL cross a network unencrypted? */
export function crossesNetworkInClear(url: string): boolean {
  return new URL(url).protocol === 'http:' && !isLoopback(hostOf(url));
}

/** A host as it stands in an address, without a port: "relay.internal", "10.0.0.7", "fd00::7". */
export function hostName(text: string): Reading<string> {
  const name = text.toLowerCase().replace(/^\[|\]$/g, '');
  const fine = /^[a-z0-9_.-]+$|^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/.test(name);
  return fine ? good(name) : bad('must be a host name or an address, without http:// and without a port');
}

function hasCredentials(text: string): boolean {
  const { username, password } = new URL(text);
  return username !== '' || password !== '';
}

/** A web address that paths are hung on: without credentials, query or fragment, and without the last slash. */
export function base(text: string): Reading<string> {
  const reading = address('https:', 'http:')(text);
  if (!reading.ok) return reading;
  if (hasCredentials(text)) return bad('must not carry credentials; they have variables of their own');
  const url = new URL(text);
  return url.search === '' && url.hash === '' ? good(text.replace(/\/+$/, '')) : bad('must not carry a query or a fragment');
}

/**
 * A MongoDB connection string names several hosts, which `URL` does not take. What is not escaped in its user or password is taken for a host by one
 * reader and for a secret by the next, so that a piece of a password would be shown as a host.
 */
export function connectionString(text: string): Reading<string> {
  const body = /^mongodb(?:\+srv)?:\/\/([^\s]+)$/.exec(text)?.[1] ?? '';
  if (!/^[^/]/.test(body)) return bad('must be a connection string that begins with mongodb:// or mongodb+srv://');
  const at = body.indexOf('@');
  if (at !== body.lastIndexOf('@') || /[/?#]/.test(body.slice(0, Math.max(0, at))))
    return bad('must have every / ? # and @ of its user name and password percent-encoded, as %2F %3F %23 %40');
  return /^[/?#]/.test(body.slice(at + 1)) || body.length === at + 1 ? bad('must name a host') : good(text);
}
