// Errors of providers are kept, shown on the page and sent by other channels, so they hold no whole address of a person.

/** "b…@example.com", also inside a longer text such as `Bob <bob@example.com>`. */
export function maskedMail(address: string): string {
  return address.replace(/([^\s<@])[^\s<@]*@/, '$1…@');
}

/** "+1…5010" */
export function maskedNumber(number: string): string {
  return `${number.slice(0, 2)}…${number.slice(-4)}`;
}

/** How providers repeat an @ or a plus: as it is, in full width, percent-encoded however often, as an entity of HTML, escaped in JSON. */
const AT = String.raw`(?:[@＠]|%(?:25)*40|&#0*64;|&#x0*40;|&commat;|\\[ux](?:00)?40)`;
const PLUS = String.raw`(?:[+＋]|%(?:25)*2B|&#0*43;|&#x0*2B;|&plus;|\\[ux](?:00)?2B)`;
/** What stands between the digits of a telephone number, the dashes of typographers among it. */
const BETWEEN = String.raw`[\s().\/\u2010-\u2015-]*`;
/** A domain's first character: a letter, a digit, or the bracket of an address that is a number. */
const DOMAIN = String.raw`(?=[\p{L}\p{N}[])`;

/**
 * A mail address. What is masked already has no letters right before its @. The part before it has at most 64 characters (RFC 5321, 4.5.3.1.1), which also
 * bounds the work on a long text.
 */
const MAIL = new RegExp(String.raw`([\p{L}\p{N}_+'=&-])[\p{L}\p{N}_.+'=&!#$%*?^{|}~\x60-]{0,63}?(${AT})${DOMAIN}`, 'giu');
/** One whose first part is in quotes: "bob smith"@example.com. */
const QUOTED_MAIL = new RegExp(String.raw`"([^"\r\n])[^"\r\n]{0,63}"(${AT})${DOMAIN}`, 'giu');
/** A telephone number as E.164 has it, also with separators. */
const NUMBER = new RegExp(String.raw`${PLUS}(\d)${BETWEEN}(?:\d${BETWEEN}){3,14}?(\d{4}|\d(?:${BETWEEN}\d){3})(?!\d)`, 'gi');

/** Each spelling of an @ or a plus has one of these, and most texts have none: a page has thousands of them, and the patterns below take 20 times as long. */
const MAY_NAME_PEOPLE = /[@＠+＋%&\\]/;

/** The text with every mail address and every telephone number in it masked, whoever's it is. */
export function maskPeople(text: string): string {
  if (!MAY_NAME_PEOPLE.test(text)) return text;
  return text
    .replace(QUOTED_MAIL, '"$1…"$2')
    .replace(MAIL, '$1…$2')
    .replace(NUMBER, (_, first: string, last: string) => `+${first}…${digitsOf(last)}`);
}

/** An IPv4 address, or an IPv6 address of at least three colons: a time of day has two. */
const HOST = /(?<![\w.:])(?:(?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}(?:\.\d{1,3}){0,3})(?![\w:]|\.\d)/gi;

/** What the two kinds of addresses have at least; as for people. */
const DOTS = /\d\.\d/;
const COLONS = /:[0-9a-f]{0,4}:[0-9a-f]{0,4}:/i;

/** The text without the addresses from which people did something, for those who are not signed in. */
export function maskHosts(text: string): string {
  return DOTS.test(text) || COLONS.test(text) ? text.replace(HOST, '(address)') : text;
}

/** The text with one person's address masked in every spelling in which a provider may repeat it: in other case, encoded, without plus or country code. */
export function maskPerson(text: string, { address, masked }: { readonly address: string; readonly masked: string }): string {
  const pattern = address.includes('@') ? spellingsOfMail(address) : spellingsOfNumber(address);
  return pattern === null ? text : text.replace(pattern, masked);
}

function spellingsOfMail(address: string): RegExp {
  return new RegExp(Array.from(address, spellingsOfCharacter).join(''), 'gi');
}

/** As it is, or percent-encoded, as the plus of bob+pager@example.com is in an address. */
function spellingsOfCharacter(character: string): string {
  if (character === '@') return AT;
  if (/[\p{L}\p{N}]/u.test(character)) return character;
  const quoted = character.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  return `(?:${quoted}|${character.charCodeAt(0) < 128 ? `%(?:25)*${character.charCodeAt(0).toString(16)}` : quoted})`;
}

/** Digits from which on a number is somebody's own: subscriber numbers have seven. */
const OWN_DIGITS = 7;

function spellingsOfNumber(number: string): RegExp | null {
  const digits = digitsOf(number).split('');
  if (digits.length < OWN_DIGITS) return null;
  const own = digits.slice(-OWN_DIGITS).join(BETWEEN);
  // The digits before may be left out from the left: +1 500 555 0010, 500-555-0010, 555 0010.
  const whole = digits
    .slice(0, -OWN_DIGITS)
    .reduce((before, digit) => `(?:${before}${digit}${BETWEEN})?`, String.raw`(?:(?:${PLUS}|00)\(?)?`);
  return new RegExp(String.raw`(?<!\d)${whole}${own}(?!\d)`, 'gi');
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
