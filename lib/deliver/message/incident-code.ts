import { createHash } from 'node:crypto';

/** Crockford's base32 in small letters (https://www.crockford.com/base32.html): no letter is taken for a digit when it is typed from a phone. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 7;

/** A short name of an incident for links in text messages: 35 bits of its id's hash, enough for the few incidents that a page shows. */
export function incidentCode(id: string): string {
  const bytes = createHash('sha256').update(id).digest().subarray(0, LENGTH);
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** Returns whether the text has the form of such a code. */
export function isIncidentCode(text: string): boolean {
  return text.length === LENGTH && Array.from(text).every((character) => ALPHABET.includes(character));
}
