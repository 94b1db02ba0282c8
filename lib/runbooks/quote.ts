/** Letters and signs that no POSIX shell reads as anything but themselves. */
const PLAIN = /^[A-Za-z0-9_./:@+,-]+$/;
/** What does not show, or makes a text read as another: control characters, line ends, invisible and bidirectional marks. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * One word of a shell, whatever the text is: names that Atlas tells are data. What does not show is spelt out as `$'\342\200\256'`
 * (bash, zsh, ksh, POSIX 2024). NUL, which no program can be given, goes.
 */
export function shellQuote(text: string): string {
  const given = text.toWellFormed().replaceAll('\0', '');
  if (PLAIN.test(given)) return given;
  if (!HIDDEN.test(given)) return `'${given.replaceAll("'", String.raw`'\''`)}'`;
  return `$'${Array.from(given, spelt).join('')}'`;
}

function spelt(character: string): string {
  if (character === "'" || character === '\\') return `\\${character}`;
  if (!HIDDEN.test(character)) return character;
  return Array.from(new TextEncoder().encode(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** `--name value`; joined by "=" where the value would be read as an option of its own. */
export function flag(name: string, value: string): string {
  return `--${name}${value.startsWith('-') ? '=' : ' '}${shellQuote(value)}`;
}

/** The last words of a command: what follows `--` is never an option. */
export function operand(value: string): string {
  return value.startsWith('-') ? `-- ${shellQuote(value)}` : shellQuote(value);
}
