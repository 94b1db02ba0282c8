export type Redactor = {
  /** Replaces every spelling of every known secret. */
  readonly redact: (text: string) => string;
  /** Adds a secret obtained later, such as an access token. */
  readonly learn: (secret: string) => void;
};

const HIDDEN = '[redacted]';
/** What is shorter is not searched for: a secret of one letter would blank that letter in every word. */
export const SHORTEST_HIDDEN = 4;
/** What is shorter than this is hidden only where it stands as a word of its own, since ordinary words may hold it: "root", "test". */
export const HIDDEN_ANYWHERE = 8;

/** How many of the secrets obtained later are hidden: the newest. An access token lives for an hour, and a server runs for months. */
const LEARNT = 24;

/** Hides the secrets of at least `SHORTEST_HIDDEN` characters in every spelling in which a provider may echo them: encoded for an address, a form or JSON, in other case, in base64. */
export function createRedactor(secrets: readonly string[]): Redactor {
  const given = secrets.flatMap(spellingsOf);
  let learnt: readonly (readonly Spelling[])[] = [];
  let pattern = patternOf(given);
  function learn(secret: string): void {
    learnt = [...learnt, spellingsOf(secret)].slice(-LEARNT);
    pattern = patternOf([...given, ...learnt.flat()]);
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

/** `asWord`: hidden only where no letter or digit stands beside it, but those of an escape: of a sign in an address (%3A), or of a line break in JSON. */
type Spelling = { readonly text: string; readonly asWord: boolean };

/** All spellings in one pass, the longest first, so that of two secrets of which one begins the other nothing is left. */
function patternOf(spellings: readonly Spelling[]): RegExp | null {
  if (spellings.length === 0) return null;
  const longestFirst = spellings.toSorted((a, b) => b.text.length - a.text.length);
  return new RegExp([...new Set(longestFirst.map(sourceOf))].join('|'), 'gi');
}

const NO_WORD_BEFORE = String.raw`(?<![a-z0-9](?<!%[0-9a-f]{2}|\\[bfnrt]))`;

function sourceOf({ text, asWord }: Spelling): string {
  const source = text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  if (!asWord) return source;
  return `${/^[a-z0-9]/i.test(text) ? NO_WORD_BEFORE : ''}${source}${/[a-z0-9]$/i.test(text) ? '(?![a-z0-9])' : ''}`;
}

function spellingsOf(secret: string): readonly Spelling[] {
  if (secret.length < SHORTEST_HIDDEN) return [];
  const base64 = [0, 1, 2].map((offset) => insideBase64(secret, offset));
  const base64url = base64.map((spelling) => spelling.replaceAll('+', '-').replaceAll('/', '_'));
  const form = new URLSearchParams({ s: secret }).toString().slice(2);
  const words = [secret, encodeURIComponent(secret.toWellFormed()), form, JSON.stringify(secret).slice(1, -1)];
  const pieces = [...base64, ...base64url].filter((piece) => piece.length >= SHORTEST_HIDDEN);
  // What base64 makes of a secret always stands between other letters.
  return [...words.map((text) => ({ text, asWord: text.length < HIDDEN_ANYWHERE })), ...pieces.map((text) => ({ text, asWord: false }))];
}

/** The characters that are the secret's alone wherever it starts `offset` bytes into a base64 group, as in Basic's `user:secret`. */
function insideBase64(secret: string, offset: number): string {
  const bytes = [...new Uint8Array(offset), ...new TextEncoder().encode(secret)];
  // A first or last group that also holds a neighbour's bits differs from text to text.
  const whole = Math.floor((bytes.length * 8) / 6);
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join('')).slice(Math.ceil((offset * 8) / 6), whole);
}
