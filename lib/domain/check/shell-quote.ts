/** Letters and signs that have no special meaning in a POSIX shell. */
const PLAIN = /^[A-Za-z0-9_./:@+,-]+$/;
/** Characters that are invisible or change how the text around them reads: control characters, line ends, invisible and bidirectional marks. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * Quotes any text as one word of a shell. Names that come from Atlas are data, so they may hold anything. Invisible characters are written as
 * `$'\342\200\256'` (bash, zsh, ksh, POSIX 2024). NUL is dropped, since no argument of a program can hold it.
 */
export function shellQuote(text: string): string {
  const given = text.toWellFormed().replaceAll('\0', '');
  if (PLAIN.test(given)) return given;
  if (!HIDDEN.test(given)) return `'${given.replaceAll("'", String.raw`'\''`)}'`;
  return `$'${Array.from(given, escapeOf).join('')}'`;
}

function escapeOf(character: string): string {
  if (character === "'" || character === '\\') return `\\${character}`;
  if (!HIDDEN.test(character)) return character;
  return Array.from(new TextEncoder().encode(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** `--name value`, or `--name=value` if the value begins with a dash and would be read as an option. */
export function flag(name: string, value: string): string {
  return `--${name}${value.startsWith('-') ? '=' : ' '}${shellQuote(value)}`;
}

/** An operand at the end of a command. After `--` nothing is read as an option. */
export function operand(value: string): string {
  return value.startsWith('-') ? `-- ${shellQuote(value)}` : shellQuote(value);
}
