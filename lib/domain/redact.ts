export type Redactor = {
  /** Replaces every spelling of every known secret. */
  readonly redact: (text: string) => string;
  /** Adds a secret obtained later, such as an access token. */
  readonly learn: (secret: string) => void;
};

const HIDDEN = '[redacted]';
/** Shorter pieces of an encoded secret would blank ordinary words. */
const SHORTEST = 4;

/** How many of the secrets obtained later are hidden: the newest. An access token lives for an hour, and a server runs for months. */
const LEARNT = 24;

/** Hides the secrets in every spelling in which a provider may echo them: encoded for an address, a form or JSON, in other case, in base64. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const given = secrets.flatMap(spellingsOf);
  let learnt: readonly (readonly string[])[] = [];
  let pattern = patternOf(new Set(given));
  function learn(secret: string): void {
    learnt = [...learnt, spellingsOf(secret)].slice(-LEARNT);
    pattern = patternOf(new Set([...given, ...learnt.flat()]));
  }
  return { redact: (text) => (pattern === null ? text : text.replace(pattern, HIDDEN)), learn };
}

/** The credentials of any address: everything up to the last @ before a space or a quote. */
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>]*@/gi;

/** The text without the credentials of any address in it, whoever's they are. */
function withoutCredentials(text: string): string {
  return text.replace(CREDENTIALS, `$1${HIDDEN}@`);
}

/** What a person typed, as it may be stored: without the secrets and without the credentials of any address. */
export function typedWithout(secrets: readonly string[]): (text: string) => string {
  const { redact } = createRedactor(secrets);
  return (text) => withoutCredentials(redact(text));
}

/** All spellings in one pass, the longest first, so that of two secrets of which one begins the other nothing is left. */
function patternOf(spellings: ReadonlySet<string>): RegExp | null {
  if (spellings.size === 0) return null;
  const longestFirst = [...spellings].toSorted((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((spelling) => spelling.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)).join('|'), 'gi');
}

function spellingsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((offset) => insideBase64(secret, offset));
  const base64url = base64.map((spelling) => spelling.replaceAll('+', '-').replaceAll('/', '_'));
  const form = new URLSearchParams({ s: secret }).toString().slice(2);
  const encoded = [encodeURIComponent(secret.toWellFormed()), form, JSON.stringify(secret).slice(1, -1), ...base64, ...base64url];
  return secret === '' ? [] : [secret, ...encoded.filter((spelling) => spelling.length >= SHORTEST)];
}

/** The characters that are the secret's alone wherever it starts `offset` bytes into a base64 group, as in Basic's `user:secret`. */
function insideBase64(secret: string, offset: number): string {
  const bytes = [...new Uint8Array(offset), ...new TextEncoder().encode(secret)];
  // A first or last group that also holds a neighbour's bits differs from text to text.
  const whole = Math.floor((bytes.length * 8) / 6);
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join('')).slice(Math.ceil((offset * 8) / 6), whole);
}
