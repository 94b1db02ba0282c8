import { HIDDEN_ANYWHERE } from '../../domain/redact.ts';
import { percentDecoded } from '../../domain/text.ts';

/** What is wrong with a secret that is too short to be one; null if it is long enough. The redactor hides one of that length wherever it stands. */
export function tooShort(secret: string): string | null {
  return secret.length >= HIDDEN_ANYWHERE
    ? null
    : `has fewer than ${HIDDEN_ANYWHERE} characters: it can be guessed, and cannot be hidden in logs; set a longer, random one`;
}

/** A warning for each address whose password is so short, by the name of its variable. Another system may have set it, so it is no refusal. */
export function shortPasswordWarnings(addresses: Readonly<Record<string, string | null | undefined>>): readonly string[] {
  return Object.entries(addresses).flatMap(([name, text]) => {
    const password = percentDecoded(/^[a-z+]+:\/\/[^/?#@]*?:([^/?#]*)@/i.exec(text ?? '')?.[1] ?? '');
    return password === '' || tooShort(password) === null
      ? []
      : [
          `${name}: its password has fewer than ${HIDDEN_ANYWHERE} characters: it can be guessed, and may not be hidden in logs; set a longer one.`,
        ];
  });
}
